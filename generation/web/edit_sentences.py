"""The sentences of the page on which a post is edited. Its scripts get them with the page, as JSON.

Names in braces are placeholders of `str.format`, which the scripts fill in the same way.
"""

from typing import Any

SENTENCES: dict[str, Any] = {
    "text": "Text",
    "empty": "Start writing",
    "states": {
        "saved": "Saved",
        "changed": "Not saved yet",
        "saving": "Saving…",
        "merged": "Saved, with changes from another window",
        "conflict": "Saved",
        "offline": "Offline. Your changes are kept on this device.",
        "unsaved": "We couldn’t save. Your changes are kept on this device. We’ll try again.",
        "kept": "Your changes are kept on this device.",
        "signed_out": "You’re signed out. Your changes are kept on this device.",
        "gone": "This post was deleted. Your changes are kept on this device.",
    },
    "words": {"one": "{number} word", "many": "{number} words"},
    "characters": {"one": "{number} character", "many": "{number} characters"},
    "preview_failed": "We couldn’t show the preview. It comes back with your next change.",
    "find": {
        "none": "Not found",
        "found": "{all} found",
        "one": "{here} of {all}",
        "many": "More than 999 found",
    },
    "review": {
        "text": "Proposed text",
        "accept": "Accept change",
        "drop": "Drop change",
        "unchanged": "$ lines without changes",
        "one": "1 change left",
        "many": "{number} changes left",
    },
}
OUTCOMES = {
    "saved": "Saved.",
    "merged": "Saved. This post was also changed elsewhere, so we brought both together.",
    "conflict": "Saved. The same sentences were changed elsewhere too. The post has those; yours are kept.",
}
"""After the form was sent without the scripts."""
