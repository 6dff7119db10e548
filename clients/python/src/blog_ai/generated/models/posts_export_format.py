from typing import Literal, cast

PostsExportFormat = Literal["docx", "epub", "html", "json", "md", "odt", "pdf", "tex"]


def check_posts_export_format(value: str) -> PostsExportFormat:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(PostsExportFormat, value)
