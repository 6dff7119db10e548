"""A page that attacks are tried on: without our policy, and under watch."""

from typing import Any

from generation.posts.tests.attacks import HOST

WATCH = """
  window.ran = [];
  window.canary = () => window.ran.push("canary");
  window.alert = window.confirm = window.prompt = () => window.ran.push("dialog");
"""
FOREIGN = """() => [...document.querySelectorAll("*")].filter((each) =>
  [...each.attributes].some(({ name, value }) =>
    name.startsWith("on") || (/^(href|src|action)$/.test(name) && /^\\s*(java|vb)script:/i.test(value))) ||
  (each.localName === "script" && !/^application.(ld.)?json$/.test(each.type)
    && !each.src.startsWith(location.origin + "/static/")) ||
  (each.localName === "base" || each.localName === "iframe" || each.hasAttribute("srcdoc"))
).map((each) => each.outerHTML.slice(0, 200))"""


class Attacked:
    """Open `page` through `goto`; `end` makes sure that the net would have caught something."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self._asked: list[str] = []
        self._dialogs: list[str] = []
        page.add_init_script(WATCH)
        page.on("dialog", self._dialog)
        page.on("request", self._request)
        page.route("**/*", _without_policy)

    def goto(self, path: str, status: int = 200) -> None:
        reply = self.page.goto(path)
        assert reply.status == status, path
        assert "content-security-policy" not in reply.headers, path
        self.unharmed(path)

    def unharmed(self, where: str) -> None:
        """Nothing has run up to now, and nothing is there that would."""
        self.page.wait_for_timeout(100)
        assert self.page.evaluate("window.ran") == [], where
        assert self.page.evaluate(FOREIGN) == [], where
        assert (self._asked, self._dialogs) == ([], []), where

    def end(self) -> None:
        self.page.goto("about:blank")  # what is no HTML takes none
        self.page.set_content("<img src=x onerror=canary()>")
        self.page.wait_for_function("window.ran.length == 1")

    def _dialog(self, dialog: Any) -> None:
        self._dialogs.append(dialog.message)
        dialog.dismiss()

    def _request(self, request: Any) -> None:
        if HOST in request.url.split("?")[0]:
            self._asked.append(request.url)


def _without_policy(route: Any) -> None:
    if route.request.resource_type != "document":
        route.fallback()
        return
    reply = route.fetch()
    headers = {name: value for name, value in reply.headers.items() if name != "content-security-policy"}
    route.fulfill(response=reply, headers=headers)
