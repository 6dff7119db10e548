"""The sentences of the live page. `live.js` gets them with the page, as JSON.

Names in braces are placeholders of `str.format`, which `live.js` fills in the same way.
"""

from typing import Any

COUNT = "{done} of {parts} done"
PHASES = {
    "waiting": "Waiting",
    "planning": "Planning",
    "writing": "Writing {sections} sections",
    "writing_one": "Writing 1 section",
    "closing": "Closing",
    "checking": "Checking",
    "resuming": "Resuming",
}
"""About a run in progress, above its text."""
HEADINGS = {**PHASES, **dict.fromkeys(("writing", "writing_one", "closing"), "{done} of {parts}")}
"""The same, in the page's title."""
STILL_WRITING = "Still writing. You can close this page."
NEWS = {
    "planning": "First, the outline.",
    "checking": "Giving it one last read.",
    **dict.fromkeys(("writing", "writing_one", "closing", "resuming"), STILL_WRITING),
    "reconnecting": "Reconnecting… your post is still being written.",
}
"""More about it, if there is anything to add."""
STATES = {
    "waiting": "waiting",
    "writing": "writing",
    "again": "trying again",
    "checking": "checking",
    "done": "done",
    "failed": "couldn’t be written",
    "stopped": "not written",
}
"""Of a part, in the outline."""
EMPTY = {
    "section": "Waiting for the first words.",
    "closing": "We write this once the sections are done.",
    "stopped": "Not written.",
}
"""Where a part's text will be."""

SENTENCES: dict[str, Any] = {
    "count": COUNT,
    "phases": PHASES,
    "headings": HEADINGS,
    "states": STATES,
    "news": NEWS,
    "waits": {  # by the `reason` of a `run.waiting` frame
        "rate_limit": "Waiting its turn: we’re writing many posts right now.",
        "provider_busy": "The model is busy. We’ll try again in a moment.",
        "provider_failing": "The model isn’t answering. We’ll try again in a moment.",
    },
    "again": {  # by the `reason` of a `part.reset` frame; any other is shown as it is
        "caught up": "",
        "resumed": "resumed after an interruption",
        "revised": "revised after the checks",
    },
    "milestones": {
        "outline": "The outline is ready: {title}",
        "introduction": "The introduction is done.",
        "section": "Section {number} of {sections} is done.",
        "conclusion": "The conclusion is done.",
        "faq": "The questions are done.",
        "left_out": "We left the questions out.",
        "finished": "The post is finished.",
        "stopped": "Writing has stopped.",
    },
}
