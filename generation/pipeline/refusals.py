"""Whether a reply is a refusal: short, and with nothing else in it."""

import re

from generation.pipeline.phrases import pattern, plain
from generation.pipeline.prose import prose
from generation.pipeline.words import count

LONGEST = 120
"""Words of a refusal. A longer reply is a text, whatever it begins with."""

_SENTENCE = re.compile(r"[^.!?。！？…\n]+[.!?。！？…]*")
_JOINT = re.compile(
    r"[\s,;:，、،–—-]{0,9}(?:(?:(?:but|however|that|aber|dass|mais|que|pero|ma|mas|maar|ale|lecz|но)(?!\w)|但是?|が)[\s,，]{0,9})?"
)


def is_refusal(reply: str) -> bool:
    """Whether every sentence of `reply` belongs to a refusal, one of which refuses."""
    text = plain(prose(reply)).strip()
    if not text or count(text) > LONGEST:
        return False
    sentences = [sentence.strip(" \n\t*_#>-") for sentence in _SENTENCE.findall(text)]
    sentences = [sentence for sentence in sentences if any(map(str.isalnum, sentence))]
    refusing = [refuses(sentence) for sentence in sentences]
    return any(refusing) and all(
        refused or _goes_with_refusal(sentence) for refused, sentence in zip(refusing, sentences, strict=True)
    )


def refuses(sentence: str) -> bool:
    """Whether one sentence, in lower case, says that its writer will not write."""
    place = 0
    for kind in ("agreements", "sorry", "speakers"):
        found = pattern(kind).match(sentence, place)
        if found:
            joint = _JOINT.match(sentence, found.end())
            place = joint.end() if joint else found.end()
    found = pattern("refusals").match(sentence, place)
    if found is None:
        return False
    rest = sentence[found.start() :]
    allowed = pattern("allowed", stems=True).search(sentence, found.end())
    return not allowed and bool(pattern("refused", stems=True).search(rest))


def _goes_with_refusal(sentence: str) -> bool:
    return bool(
        pattern("policy", stems=True).search(sentence)
        or pattern("sorry").match(sentence)
        or pattern("speakers").search(sentence)
    )
