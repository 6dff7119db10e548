// Find and replace: the page's own form (see edit.html), with CodeMirror's search behind it.

import {
  closeSearchPanel,
  EditorView,
  findNext,
  findPrevious,
  getSearchQuery,
  keymap,
  openSearchPanel,
  Prec,
  panels,
  replaceAll,
  replaceNext,
  runScopeHandlers,
  SearchQuery,
  search,
  setSearchQuery,
} from "../../vendor/codemirror/editor.js";

const MOST = 999;

function close(view) {
  const closed = closeSearchPanel(view);
  if (closed) view.focus();
  return closed;
}

/** The extensions for finding, with the form in `place`. `sentences`: none, found, many. */
export function finding(template, place, sentences) {
  const keys = [
    { key: "Mod-f", run: openSearchPanel, scope: "editor search-panel", preventDefault: true },
    { key: "F3", run: findNext, shift: findPrevious, scope: "editor search-panel", preventDefault: true },
    { key: "Mod-g", run: findNext, shift: findPrevious, scope: "editor search-panel", preventDefault: true },
    { key: "Escape", run: close, scope: "editor search-panel" },
  ];
  return [
    panels({ topContainer: place }),
    search({
      top: true,
      createPanel: (view) => panel(view, template, sentences),
      scrollToMatch: ({ from }) => EditorView.scrollIntoView(from, { y: "center" }),
    }),
    Prec.high(keymap.of(keys)),
  ];
}

function panel(view, template, sentences) {
  const dom = template.content.firstElementChild.cloneNode(true);
  const field = (name) => dom.querySelector(`[name=${name}]`);
  const [words, other, whole] = ["find", "replace", "case"].map(field);
  const found = dom.querySelector("[data-found]");
  words.setAttribute("main-field", "true");

  const actions = {
    next: findNext,
    previous: findPrevious,
    replace: replaceNext,
    all: replaceAll,
    close,
  };
  function ask() {
    const query = new SearchQuery({
      search: words.value,
      replace: other.value,
      caseSensitive: whole.checked,
      literal: true,
    });
    if (!query.eq(getSearchQuery(view.state))) view.dispatch({ effects: setSearchQuery.of(query) });
    tell();
  }
  function tell() {
    found.textContent = told(view, sentences);
  }
  function show() {
    const query = getSearchQuery(view.state);
    if (words.value !== query.search) words.value = query.search;
    other.value = query.replace;
    whole.checked = query.caseSensitive;
    tell();
  }

  dom.addEventListener("input", ask);
  dom.addEventListener("click", ({ target }) => {
    const button = target.closest("button[data-do]");
    if (!button) return;
    actions[button.dataset.do](view);
    tell();
  });
  dom.addEventListener("keydown", (event) => {
    if (runScopeHandlers(view, event, "search-panel")) {
      event.preventDefault();
      event.stopPropagation();
      tell();
    } else if (event.key === "Enter" && event.target.matches("input")) {
      event.preventDefault();
      ask();
      if (event.target === other) replaceNext(view);
      else (event.shiftKey ? findPrevious : findNext)(view);
      tell();
    }
  });
  return {
    dom,
    top: true,
    mount() {
      show();
      words.focus();
      words.select();
    },
    update(update) {
      const asked = update.transactions.some(({ effects }) =>
        effects.some((each) => each.is(setSearchQuery)),
      );
      if (asked) show();
      else if (update.docChanged || update.selectionSet) tell();
    },
  };
}

// "2 of 7".
function told(view, sentences) {
  const query = getSearchQuery(view.state);
  if (!query.valid) return "";
  const { main } = view.state.selection;
  let all = 0;
  let here = 0;
  const cursor = query.getCursor(view.state);
  for (let next = cursor.next(); !next.done && all <= MOST; next = cursor.next()) {
    all += 1;
    if (next.value.from === main.from && next.value.to === main.to) here = all;
  }
  if (!all) return sentences.none;
  if (all > MOST) return sentences.many;
  return (here ? sentences.one : sentences.found).replace("{here}", here).replace("{all}", all);
}
