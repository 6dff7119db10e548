// A text that somebody proposes for a stretch of the post, beside what stands there: each change is accepted or dropped.
// The writer's text is not touched until the last one is decided. Then it changes once, and undo takes that back.

import {
  acceptChunk,
  EditorState,
  EditorView,
  getChunks,
  goToNextChunk,
  goToPreviousChunk,
  isolateHistory,
  keymap,
  rejectChunk,
  unifiedMergeView,
} from "../../vendor/codemirror/editor.js";
import { markdown } from "./markdown.js";
import { difference } from "./save.js";
import { looks } from "./theme.js";

/**
 * Shows a proposal in place of the editor. It resolves when everything is decided, with {accepted, dropped, text}, the
 * numbers of changes and what now stands in the stretch; or with null when the writer went back without a decision.
 *
 * `original` stands at `from` of the document (it may be all of it), and `body` is proposed for it. `controls` is the bar
 * above (edit.html): buttons with data-do of accept, drop and back, and [data-left] for `left(number)`.
 * `labels` are the words on the two buttons of each change.
 */
export function showProposal(view, { original, body, from = 0, controls, labels, left, onAccept, onDrop }) {
  const before = view.state.doc;
  if (before.sliceString(from, from + original.length) !== original) throw new RangeError("not in the text");
  const proposed = before.replace(from, from + original.length, EditorState.create({ doc: body }).doc);
  const done = { accepted: 0, dropped: 0 };
  const writing = view.dom.parentElement;
  const place = document.createElement("div");
  writing.after(place);

  return new Promise((resolve) => {
    const review = new EditorView({
      root: view.root,
      parent: place,
      state: EditorState.create({
        doc: proposed,
        extensions: [
          markdown,
          looks,
          EditorView.lineWrapping,
          EditorView.editable.of(false),
          EditorState.readOnly.of(true),
          EditorState.phrases.of({ "$ unchanged lines": labels.unchanged }),
          EditorView.contentAttributes.of({
            "aria-label": labels.text,
            tabindex: "0",
            lang: labels.language,
          }),
          keymap.of([
            { key: "Alt-ArrowDown", run: goToNextChunk },
            { key: "Alt-ArrowUp", run: goToPreviousChunk },
          ]),
          unifiedMergeView({
            original: before,
            gutter: false,
            collapseUnchanged: { margin: 2, minSize: 4 },
            mergeControls: (kind, action) => button(kind, action),
          }),
        ],
      }),
    });

    function button(kind, action) {
      const made = document.createElement("button");
      made.type = "button";
      made.textContent = kind === "accept" ? labels.accept : labels.drop;
      made.addEventListener("click", (event) => {
        action(event);
        decided(kind);
        next();
      });
      return made;
    }

    function decided(kind) {
      if (kind === "accept") done.accepted += 1;
      else done.dropped += 1;
      (kind === "accept" ? onAccept : onDrop)?.();
    }

    // The focus goes on to the next change; it would be lost with the button.
    function next() {
      const count = chunks().length;
      controls.querySelector("[data-left]").textContent = left(count);
      if (count) review.dom.querySelector(".cm-chunkButtons button")?.focus();
      else finish();
    }

    const chunks = () => getChunks(review.state).chunks;

    function all(kind) {
      for (let chunk = chunks()[0]; chunk; [chunk] = chunks()) {
        (kind === "accept" ? acceptChunk : rejectChunk)(review, chunk.fromB);
        decided(kind);
      }
      finish();
    }

    const choose = ({ target }) => {
      const action = target.closest("button[data-do]")?.dataset.do;
      if (action === "back") close(null);
      else if (action) all(action);
    };

    // What was decided, around what has come from elsewhere meanwhile.
    function finish() {
      const now = review.state.doc;
      const changes = difference(before, now.toString());
      const meanwhile = difference(before, view.state.doc.toString());
      if (!changes.empty) {
        view.dispatch({
          changes: changes.map(meanwhile),
          annotations: isolateHistory.of("full"),
          userEvent: "input.proposal",
        });
      }
      close({ ...done, text: now.sliceString(from, changes.mapPos(from + original.length, 1)) });
    }

    function close(result) {
      controls.removeEventListener("click", choose);
      controls.hidden = true;
      review.destroy();
      place.remove();
      writing.hidden = false;
      view.focus();
      resolve(result);
    }

    controls.addEventListener("click", choose);
    controls.hidden = false;
    writing.hidden = true;
    next();
  });
}
