"""Habits of models that are no faults of a provider: remarks, blanks without end, another language."""

from collections.abc import Callable

from generation.llm.simulated import writing
from generation.llm.simulated.asked import Asked

ENGLISH = (
    "A pot on a balcony dries within a day when the wind is strong. Put it where the wall keeps the sun "
    "away after noon, and water it in the evening. The roots then drink at night, when nobody else does. "
    "What grows in such a place is not large, but it is yours, and you can pick it before breakfast. "
    "Begin with mint and chives, because both forgive almost everything that a beginner does to them, and"
    " both come back in spring without any help."
)
GERMAN = (
    "Ein Topf auf dem Balkon trocknet an einem Tag aus, wenn der Wind stark ist. Stelle ihn dorthin, wo "
    "die Mauer am Nachmittag die Sonne abhält, und gieße ihn am Abend. Die Wurzeln trinken dann in der "
    "Nacht, wenn es sonst niemand tut. Was an so einem Ort wächst, ist nicht groß, aber es gehört dir, "
    "und du kannst es vor dem Frühstück ernten. Beginne mit Minze und Schnittlauch, denn beide verzeihen "
    "fast alles, was man ihnen am Anfang antut, und beide kommen im Frühling ohne Hilfe wieder."
)


def remarking(before: str = "", after: str = "") -> Callable[[Asked], str]:
    """The usual reply with remarks around it."""
    return lambda asked: f"{before}{writing.reply(asked)}{after}"


def stuck(text: str) -> str:
    """`text`, and then line breaks with nothing visible between them until somebody hangs up."""
    return text + "\n\u200b" * 100_000
