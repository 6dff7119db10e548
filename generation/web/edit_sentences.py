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
        "invalid": "Fix what’s marked below. Your changes are kept on this device.",
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
    "suggest": {
        "selection": "A model rewrites what you selected. You decide on each change.",
        "section": "A model rewrites this section. You decide on each change. Or select some text.",
        "price": "This takes 1 assist. You have {left} of {limit} left this month.",
        "nothing_left": "You have 0 of {limit} assists left this month.",
        "unlimited": "This takes 1 assist.",
        "asking": "Saving, then asking…",
        "queued": "Waiting for its turn…",
        "writing": "Writing a suggestion. You can keep editing.",
        "unsaved": "We couldn’t save your text, so we didn’t ask. Nothing was counted.",
        "empty": "There’s no text here to rewrite yet.",
        "failed": "Your text is as it was, and nothing was counted.",
        "stopped": "Stopped. Your text is as it was, and nothing was counted.",
        "changed": "You changed this passage in the meantime. Your words stay. The suggestion waits for you.",
        "later": "The suggestion waits for you.",
        "ready": "The suggestion is ready.",
        "unreachable": "We couldn’t reach the server. Your text is as it was.",
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
