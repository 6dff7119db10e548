"""The sentences of the live page. `live.js` gets them with the page, as JSON.

Names in braces are placeholders of `str.format`, which `live.js` fills in the same way.
"""

from typing import Any

COUNT = "{done} of {parts} parts"
PLANNING = "Planning the outline."
WRITING = "All sections are written at the same time."
CHECKING = "Checking the whole."

HEADINGS = {"planning": "Planning", "writing": "{done} of {parts}", "checking": "Checking"}
"""Of a run that goes on, in the page's title."""
STATES = {
    "waiting": "waiting",
    "writing": "writing",
    "again": "trying again",
    "checking": "checking",
    "done": "done",
    "failed": "could not be written",
    "stopped": "not written",
}
"""Of a part, in the outline."""

SENTENCES: dict[str, Any] = {
    "count": COUNT,
    "headings": HEADINGS,
    "states": STATES,
    "news": {
        "planning": PLANNING,
        "writing": WRITING,
        "checking": CHECKING,
        "reconnecting": "Reconnecting… your post goes on being written.",
    },
    "waits": {  # by the `reason` of a `run.waiting` frame
        "rate_limit": "Waiting for a turn: the limit of model calls a minute is reached.",
        "provider_busy": "Waiting: the model's provider is busy.",
        "provider_failing": "Waiting: the model's provider does not answer, and is asked again.",
    },
    "again": {  # by the `reason` of a `part.reset` frame; any other is shown as it is
        "caught up": "",
        "resumed": "taken up again after an interruption",
        "revised": "revised after the checks",
    },
    "milestones": {
        "outline": "The outline is ready: {title}",
        "introduction": "The introduction is done.",
        "section": "Section {number} of {sections} is done.",
        "conclusion": "The conclusion is done.",
        "faq": "The part with questions and answers is done.",
        "left_out": "The part with questions and answers is left out.",
        "finished": "The post is finished.",
        "stopped": "The post could not be finished.",
    },
}
