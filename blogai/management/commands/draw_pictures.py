"""`manage.py draw_pictures`: draws static/icons: the icons, and the picture that previews of links show."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

DRAWINGS = settings.BASE_DIR / "blogai/pictures"
FOLDER = settings.BASE_DIR / "static/icons"
ROUND, SQUARE = settings.BASE_DIR / "static/favicon.svg", DRAWINGS / "square.svg"
PICTURES = {
    "icon-32.png": (ROUND, 32, 32),
    "icon-192.png": (ROUND, 192, 192),
    "apple-touch-icon.png": (SQUARE, 180, 180),
    "maskable-192.png": (SQUARE, 192, 192),
    "maskable-512.png": (SQUARE, 512, 512),
    "og.png": (DRAWINGS / "og.html", 1200, 630),
}
"""By name: what is drawn, its width and its height."""


class Command(BaseCommand):
    help = "Draws the icons and the preview picture of links. Needs Playwright and /usr/bin/chromium."

    def handle(self, **options: Any) -> None:
        from playwright.sync_api import sync_playwright  # only developers have it

        FOLDER.mkdir(exist_ok=True)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            for name, (source, width, height) in PICTURES.items():
                page = browser.new_page(viewport={"width": width, "height": height})
                page.goto(source.as_uri())
                page.evaluate("document.fonts.ready")
                page.screenshot(path=FOLDER / name, omit_background=True)
                page.close()
        self.stdout.write(f"{len(PICTURES)} pictures are in {FOLDER}.")
