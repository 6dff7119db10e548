"""The page on which a post is edited, in Chromium: opening a megabyte, and a key in a usual post.

The baseline of a key is a plain text field with the same text, on the same page. Both are measured to the
frame after.
"""

from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from benchmarks.bench import Bench, require
from benchmarks.results import Figure, Measured, percentile
from benchmarks.servers import serve
from generation.llm import simulated

CHROMIUM = Path("/usr/bin/chromium")
LOADS, KEYS = 3, 60
OPENED_WITHIN = 0.3
KEY = 1.5
"""A key takes at most that many times what it takes in a plain field."""
MEASURE = """
async ({ keys }) => {
  const { mount } = await import("/static/js/editor/view.js");
  const main = document.querySelector("main");
  const tide = "The sea comes in *twice* a day, and **nobody** on the coast is surprised by it. ";
  const text = (sections) =>
    Array.from({ length: sections }, (_, at) => `## Tide ${at}\\n\\n${tide.repeat(12)}`).join("\\n\\n");
  const frame = () =>
    new Promise((resume) => requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = resume;
      port2.postMessage(0);
    }));
  const open = (text) => {
    const host = document.createElement("div");
    main.prepend(host);
    const view = mount(host, { text, language: "en", direction: "auto", label: "", empty: "", more: [] });
    return [host, view];
  };
  const large = text(1050);
  let began = performance.now();
  const [host, view] = open(large);
  await frame();
  const opened = performance.now() - began;
  view.destroy();
  host.remove();

  const [place, editor] = open(text(12));
  const field = document.createElement("textarea");
  field.className = "prose";
  field.rows = 40;
  field.value = text(12);
  place.after(field);
  const timed = async (focus) => {
    await frame();
    focus();
    await frame();
    began = performance.now();
    document.execCommand("insertText", false, "x");
    await frame();
    return performance.now() - began;
  };
  const times = { editor: [], field: [] };
  for (let at = 0; at < keys; at += 1) {
    times.editor.push(await timed(() => {
      editor.focus();
      editor.dispatch({ selection: { anchor: 3000 + at } });
    }));
    times.field.push(await timed(() => {
      field.focus();
      field.setSelectionRange(3000 + at, 3000 + at);
    }));
  }
  return { opened, length: large.length, typed: editor.state.doc.length - text(12).length, ...times };
}
"""


def measure(bench: Bench) -> Measured:
    require(CHROMIUM.exists(), f"There is no {CHROMIUM}: install Debian's chromium.")
    with (
        simulated.serve() as model,
        serve(bench.database, model.openai_url) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        context = browser.new_context(base_url=server.url)
        context.add_cookies([{"name": "sessionid", "value": server.people[0].session, "url": server.url}])
        page = context.new_page()
        found: list[Any] = []
        for _ in range(LOADS):
            page.goto("/posts")
            found.append(page.evaluate(MEASURE, {"keys": KEYS}))
        browser.close()
    require(all(each["typed"] == KEYS for each in found), "not every key arrived in the editor")
    opened = percentile([each["opened"] for each in found], 0.5) / 1000
    editor, field = (
        percentile([time for each in found for time in each[side]], 0.5) for side in ("editor", "field")
    )
    return Measured(
        "editor: CodeMirror in Chromium",
        [
            Figure(
                what=f"opening {found[0]['length']:,} characters, to the frame",
                value=opened,
                bar=OPENED_WITHIN,
                unit="s",
            ),
            Figure(
                what="a key in 12 KB, against a plain field",
                value=editor / field,
                bar=KEY,
                of=f"{editor:.0f} ms against {field:.0f} ms",
            ),
        ],
    )
