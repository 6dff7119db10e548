"""A program for `cage`: HTML or a Word document becomes Markdown. It imports nothing of ours.

stdin has a line of JSON, which `page.py` writes, and then the document.
"""

import json
import re
import sys
from io import BytesIO
from typing import Any

STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Quote'] => blockquote:fresh
p[style-name='Intense Quote'] => blockquote:fresh
"""


def main() -> None:
    rules = json.loads(sys.stdin.buffer.readline())
    sent = sys.stdin.buffer.read()
    html = html_of_word(sent) if rules["word"] else sent.decode()
    sys.stdout.buffer.write(markdown_of(html, rules).encode(errors="replace"))


def html_of_word(document: bytes) -> str:
    """Its pictures are left out, and their descriptions stay."""
    import mammoth

    described = mammoth.images.img_element(lambda picture: {"src": ""})
    return str(mammoth.convert_to_html(BytesIO(document), convert_image=described, style_map=STYLES).value)


def markdown_of(html: str, rules: dict[str, Any]) -> str:
    """The HTML that the rules of our sanitizer leave, as Markdown."""
    import nh3
    from markdownify import ATX, MarkdownConverter

    class Converter(MarkdownConverter):
        def convert_img(self, el: Any, text: str, parent_tags: Any) -> str:
            return str(el.get("alt") or "")

        def escape(self, text: str, parent_tags: Any) -> str:
            """What looks like a tag is text."""
            escaped: str = super().escape(text, parent_tags)  # type: ignore[misc] # its stubs forget it
            return escaped.replace("<", "\\<")

    def without_odd_addresses(tag: str, name: str, value: str) -> str | None:
        return None if name == "href" and not re.match(rules["addresses"], value, re.IGNORECASE) else value

    clean = nh3.clean(
        html,
        tags=set(rules["tags"]),
        clean_content_tags=set(rules["left_out"]),
        attributes={tag: set(names) for tag, names in rules["attributes"].items()},
        attribute_filter=without_odd_addresses,
        link_rel=None,
    )
    return str(Converter(heading_style=ATX, bullets="-").convert(clean))


if __name__ == "__main__":
    try:
        main()
    except MemoryError:
        sys.exit(251)  # cage.OUT_OF_MEMORY
