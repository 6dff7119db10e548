"""How long each part should be, in words and in tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from generation.llm.base import Profile
from generation.pipeline import languages
from generation.pipeline.types import WORDS_PER_SECTION, Brief


@dataclass(frozen=True, slots=True)
class Budget:
    """Words of each part; `body` is all sections together."""

    introduction: int
    body: int
    conclusion: int
    faq: int

    @property
    def total(self) -> int:
        return self.introduction + self.body + self.conclusion + self.faq


def budget(brief: Brief) -> Budget:
    """The words that the brief allows: a tenth to begin, a twelfth to end, an eighth for questions."""
    sections = brief.sections * WORDS_PER_SECTION
    about = brief.words or round(sections / 0.7)
    introduction = min(about // 10, 180)
    conclusion = min(about // 12, 150)
    faq = min(about // 8, 300) if brief.include_faq else 0
    body = brief.words - introduction - conclusion - faq if brief.words else sections
    return Budget(introduction, body, conclusion, faq)


def shares(total: int, wishes: Sequence[int]) -> tuple[int, ...]:
    """`total` split as wished, where wishes under half the average or over twice it are moved there first."""
    average = max(1, sum(wish for wish in wishes if wish > 0) // len(wishes))
    weights = [min(max(wish, average / 2), average * 2) for wish in wishes]
    edges = [round(total * sum(weights[:number]) / sum(weights)) for number in range(len(weights) + 1)]
    return tuple(after - before for before, after in pairwise(edges))


def token_limit(words: int, language: str, profile: Profile) -> int:
    """The most tokens for a part of `words`: generous, because a cut costs a second call."""
    limit = round(words * languages.tokens_per_word(language)) + 200
    return min(limit, profile.part_tokens) if profile.part_tokens else limit
