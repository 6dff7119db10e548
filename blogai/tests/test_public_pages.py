"""What search engines and previews of links get, and the page made of CHANGELOG.md."""

import re
import struct
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from accounts.models import User
from blogai import changelog

pytestmark = pytest.mark.django_db

PUBLIC_URL = "https://blog.example.org"


@pytest.fixture(autouse=True)
def _address(settings: Any) -> None:
    settings.PUBLIC_URL = PUBLIC_URL


def listed(client: Client) -> list[str]:
    """The paths in the sitemap."""
    reply = client.get("/sitemap.xml", headers={"Host": "127.0.0.1"})
    assert reply.headers["Content-Type"] == "application/xml"
    found = re.findall(r"<loc>([^<]+)</loc>", reply.text)
    assert all(address.startswith(f"{PUBLIC_URL}/") for address in found)
    return [address.removeprefix(PUBLIC_URL) for address in found]


def test_every_page_of_the_sitemap_says_what_it_is(client: Client) -> None:
    paths = listed(client)
    assert {"/", "/sample", "/help", "/help/first-post", "/contact", "/status", "/docs"} <= set(paths)
    descriptions = set()
    for path in paths:
        page = client.get(path).text
        (title,) = re.findall(r"<title>([^<]+)</title>", page)
        assert re.findall(r'<link rel="canonical" href="([^"]+)">', page) == [PUBLIC_URL + path]
        about = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', page))
        (description,) = re.findall(r'<meta name="description" content="([^"]*)">', page)
        assert about == {
            "type": "website",
            "site_name": "Blog AI",
            "title": title,
            "description": description,
            "url": PUBLIC_URL + path,
            "image": f"{PUBLIC_URL}/static/icons/og.png",
        }
        descriptions.add(description)
    assert len(descriptions) == len(paths)


@pytest.mark.parametrize("path", ["/new", "/posts", "/settings", "/help?q=refund", "/contact/sent"])
def test_other_pages_are_nobodys_address(client: Client, alice: User, path: str) -> None:
    client.force_login(alice)
    page = client.get(path).text
    assert 'rel="canonical"' not in page and "og:" not in page
    assert page.count("<title>") == page.count('<meta name="description"') == 1


def test_only_production_is_to_be_found(client: Client, settings: Any) -> None:
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"
    settings.ENVIRONMENT = "production"
    reply = client.get("/robots.txt")
    assert reply.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert f"\nSitemap: {PUBLIC_URL}/sitemap.xml\n" in reply.text
    forbidden = re.findall(r"^Disallow: (\S+)$", reply.text, re.MULTILINE)
    assert "/posts" in forbidden
    assert [path for path in listed(client) if path.startswith(tuple(forbidden))] == []


def test_the_drawings_have_the_sizes_that_pages_name(client: Client) -> None:
    icons = {each["src"]: each["sizes"] for each in client.get("/manifest.webmanifest").json()["icons"]}
    assert icons.pop("/static/favicon.svg") == "any"
    page = client.get("/").text
    icons |= dict(re.findall(r'href="([^"]+)" type="image/png" sizes="(\w+)"', page))
    icons |= {client.get("/favicon.ico").headers["Location"]: "32x32"}
    icons |= {"/static/icons/apple-touch-icon.png": "180x180", "/static/icons/og.png": "1200x630"}
    assert len(icons) == 6
    for path, size in icons.items():
        head = client.get(path).content[:24]
        assert head.startswith(b"\x89PNG")
        assert "{}x{}".format(*struct.unpack(">II", head[16:])) == size, path


def test_a_language_model_is_told_of_every_public_page(client: Client) -> None:
    reply = client.get("/llms.txt")
    assert reply.headers["Content-Type"] == "text/markdown; charset=utf-8"
    linked = {address.removeprefix(PUBLIC_URL) for address in re.findall(r"\]\(([^)]+)\)", reply.text)}
    assert set(listed(client)) - {"/", "/help"} <= linked


def test_the_changelog_is_a_page(client: Client) -> None:
    page = client.get("/changelog").text
    assert page.count("<h1>") == 1
    assert '<h2 id="unreleased">Unreleased</h2>' in page
    assert '<a href="https://keepachangelog.com/">' in page
    for heading in re.findall(r"^## (.+)$", changelog.FILE.read_text(), re.MULTILINE):
        assert f">{heading}</h2>" in page


def test_without_its_file_the_start_says_so(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"Can\'t read CHANGELOG\.md"):
        changelog.read(tmp_path / "CHANGELOG.md")
