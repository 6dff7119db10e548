"""The nouns of the pipeline, from the brief a person gives to the draft that becomes a post."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Literal, Protocol, get_args

from pydantic import BaseModel, ConfigDict

type Tone = Literal[
    "informative", "casual", "professional", "friendly", "formal", "conversational", "persuasive"
]

TONES: tuple[Tone, ...] = get_args(Tone.__value__)

# What a brief may be. The API, the form, the command line and /openapi.json take their bounds from here.
MAX_TOPIC, MAX_KEYWORDS, MAX_KEYWORD, MAX_AUDIENCE = 500, 20, 100, 200
MAX_SECTIONS = 12
MIN_WORDS, MAX_WORDS = 150, 6000
LANGUAGE = r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}"
"""The shape of a BCP-47 tag."""
WORDS_PER_SECTION = 220

# What an outline may be once its owner has edited it.
MAX_LINE, MAX_DESCRIPTION, MAX_SLUG, MAX_TAG, MAX_NOTE, MAX_ITEMS = 120, 160, 80, 40, 600, 8
"""Characters of a title or heading, of the others, and of a longer remark; entries of a list."""


class Frozen(BaseModel):
    """Never changes. Fields that it does not know are ignored: a newer version may have stored them."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Brief(Frozen):
    """What to write. Text is as the person typed it; the bounds are the API's (http contract)."""

    topic: str
    keywords: tuple[str, ...] = ()
    sections: int = 5
    tone: Tone = "informative"
    audience: str = ""
    language: str = "en"
    """BCP-47."""
    words: int | None = None
    """About how long the whole post is; None: by the number of sections."""
    include_faq: bool = True


class Rewrite(Frozen):
    """A passage of a post that is to be written anew, and what its author wants."""

    about: str
    """The wish as its author put it."""
    instruction: str
    """The wish as the model is told."""
    share: float = 0.0
    """How long the new text is to be against the old one, in words; 0: as it comes."""
    text: str
    title: str = ""
    headings: tuple[str, ...] = ()
    """Of the whole post."""
    heading: str = ""
    """Of the part in which the passage stands."""
    before: str = ""
    after: str = ""
    """What stands around the passage, as far as it matters."""
    language: str = "en"
    """BCP-47."""
    tone: Tone = "informative"


class SectionPlan(Frozen):
    heading: str
    purpose: str = ""
    claims: tuple[str, ...] = ()
    """What this section says and no other may."""
    words: int = WORDS_PER_SECTION


class Outline(Frozen):
    """The plan that every part is written from; `sections` has as many as the brief asked for."""

    title: str
    slug: str
    description: str
    """At most 160 characters."""
    tags: tuple[str, ...] = ()
    introduction: str = ""
    """What the introduction is to do."""
    sections: tuple[SectionPlan, ...]
    conclusion_heading: str = "Conclusion"
    conclusion: str = ""
    faq_heading: str = "Frequently asked questions"
    questions: tuple[str, ...] = ()


class Part(Frozen):
    """A written part: `introduction`, `section-1` …, `conclusion`, `faq`.

    `text` is Markdown without the heading, and has headings of level 3 and below only. Empty: the part was
    left out of the post (only a FAQ is, see its notes).
    """

    name: str
    heading: str
    text: str
    attempt: int = 1
    notes: tuple[str, ...] = ()
    """What the checks found and could not fix, e.g. "hit its length limit"."""


class Question(Frozen):
    question: str
    answer: str


class Scores(Frozen):
    """Shown, never a gate: how long the text is against the plan, and how many keywords it uses (0 to 1)."""

    words: int
    target_words: int
    keywords_used: tuple[str, ...] = ()
    keywords_missing: tuple[str, ...] = ()
    overlap: float = 0.0
    """The largest share of 5-word sequences that two sections have in common."""
    notes: tuple[str, ...] = ()
    """What the checks found and could not fix, by part, including parts that were left out."""


class Checks(Frozen):
    """All parts after mending (those redrafted carry a higher attempt), and the scores."""

    parts: tuple[Part, ...]
    scores: Scores


class Draft(Frozen):
    """A finished post, ready to store.

    `content_markdown` is `# title`, then every part in order, blank line between, each under `## heading`
    (the introduction has none). A part that was left out is not among `parts`.
    """

    title: str
    slug: str
    description: str
    tags: tuple[str, ...]
    parts: tuple[Part, ...]
    faq: tuple[Question, ...]
    content_markdown: str
    word_count: int
    scores: Scores


class Steps(Protocol):
    """Remembers finished steps, so that a second run of the pipeline calls no model for them."""

    async def once[T: Frozen](
        self, name: str, kind: type[T], work: Callable[[], Awaitable[T]], *given: Frozen
    ) -> T:
        """The stored output of step `name` if it was made from `given`, or that of `work()`, stored first."""


class Progress(Protocol):
    """Hears of text while it is written. What it was told of a part is exactly the part's final text."""

    def outline(self, title: str, headings: Sequence[str]) -> None:
        """What the post and its first sections will probably be called, while that is being planned."""

    def reset(self, part: str, *, attempt: int, reason: str) -> None:
        """Attempt `attempt` of `part` starts from nothing (attempt 1 is announced by its first text)."""

    def text(self, part: str, text: str, *, attempt: int) -> None:
        """The next piece of attempt `attempt`."""
