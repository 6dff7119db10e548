"""A program for `cage`: reads HTML from stdin and writes a PDF to stdout. It imports nothing of ours."""

import sys


def main() -> None:
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    page = HTML(
        string=sys.stdin.buffer.read().decode(),
        base_url="data:,",
        url_fetcher=URLFetcher(allowed_protocols={"data"}),
    )
    page.write_pdf(sys.stdout.buffer, pdf_tags=True)


if __name__ == "__main__":
    try:
        main()
    except MemoryError:
        sys.exit(251)  # cage.OUT_OF_MEMORY
