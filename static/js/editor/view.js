// The editor: CodeMirror in an open shadow root, since it brings its styles along and our policy takes none from a page.

import {
  defaultKeymap,
  EditorState,
  EditorView,
  history,
  historyField,
  historyKeymap,
  keymap,
  Prec,
  placeholder,
} from "../../vendor/codemirror/editor.js";
import { formats } from "./commands.js";
import { continueBlock, markdown } from "./markdown.js";
import { toMarkdown } from "./paste.js";
import { looks } from "./theme.js";

const PAST = { history: historyField };

const keys = [
  { key: "Mod-b", run: formats.bold },
  { key: "Mod-i", run: formats.italic },
  { key: "Mod-k", run: formats.link, preventDefault: true },
  { key: "Mod-Alt-2", run: formats.heading },
  { key: "Mod-Shift-8", run: formats.bullets },
  { key: "Mod-Shift-7", run: formats.numbers },
  { key: "Mod-Shift-9", run: formats.quote },
  { key: "Enter", run: continueBlock },
];

// A paste with its formatting becomes Markdown; with Shift it stays plain, as in any program.
let shift = false;
const pasting = EditorView.domEventHandlers({
  keydown: ({ shiftKey }) => {
    shift = shiftKey;
  },
  keyup: ({ shiftKey }) => {
    shift = shiftKey;
  },
  paste(event, view) {
    const html = event.clipboardData?.getData("text/html");
    if (!html || shift || view.state.readOnly || event.clipboardData.types.includes("vscode-editor-data"))
      return false;
    const text = toMarkdown(html);
    if (!text) return false;
    view.dispatch(view.state.replaceSelection(text), { userEvent: "input.paste", scrollIntoView: true });
    event.preventDefault();
    return true;
  },
});

/**
 * Puts the editor into `host`. `past` is what `pastOf` returned before a reload; `more` are further extensions; `save`
 * and `help` are what their keys do.
 */
export function mount(host, { text, past, language, direction, label, empty, more, save, help }) {
  const root = host.attachShadow({ mode: "open" });
  const parent = document.createElement("div");
  root.append(parent);
  const extensions = [
    more,
    Prec.high(
      keymap.of([
        ...keys,
        { key: "Mod-s", run: always(save), preventDefault: true },
        { key: "Mod-/", run: always(help), preventDefault: true },
      ]),
    ),
    history(),
    markdown,
    looks,
    pasting,
    EditorView.lineWrapping,
    EditorView.scrollMargins.of(() => ({ top: 120, bottom: 80 })),
    EditorView.contentAttributes.of({
      "aria-label": label,
      autocapitalize: "sentences",
      autocorrect: "on",
      dir: direction,
      lang: language,
      spellcheck: "true",
    }),
    placeholder(empty),
    keymap.of([...historyKeymap, ...defaultKeymap]),
  ];
  const state = past
    ? EditorState.fromJSON(past, { extensions }, PAST)
    : EditorState.create({ doc: text, extensions });
  return new EditorView({ root, parent, state });
}

const always = (action) => () => {
  action();
  return true;
};

/** What a reload needs, to go on with the same text, cursor and past. */
export const pastOf = (view) => view.state.toJSON(PAST);
