from typing import Literal, cast

GenerateBlogV1Prefer = Literal["respond-async"]


def check_generate_blog_v1_prefer(value: str) -> GenerateBlogV1Prefer:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(GenerateBlogV1Prefer, value)
