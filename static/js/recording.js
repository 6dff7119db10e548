// Plays on the landing page how the sample post fills in: once, when the reader gets to it. All of the text is in the
// page; while it plays, what isn't written yet can't be seen and keeps its place.

const PLANNING = 1.2; // seconds until the outline is there
const PACE = 4; // pieces a second, in each section
const WORDS = /(?:\s*\S+){1,3}\s*/g; // a piece: text comes in a few words at a time
const TICK = 125; // milliseconds

const box = document.querySelector(".recording");
if (box) start(box);

function start(box) {
  const count = box.querySelector("[data-count]");
  const whole = count.textContent; // with title and headings
  const button = box.querySelector("button");
  const parts = [...box.querySelectorAll(".part")].map((element) => ({
    element,
    row: box.querySelector(`[data-row="${element.dataset.part}"]`),
    pieces: split(element.querySelector(".part-text")),
    begins: PLANNING,
    written: 0,
  }));
  const conclusion = parts.at(-1); // written from the sections, so after them
  conclusion.begins = Math.max(...parts.slice(0, -1).map(end));
  const seconds = end(conclusion);
  let position = seconds;
  let before = 0;
  let timer = 0;

  button.hidden = false;
  button.addEventListener("click", () => (timer ? pause() : play()));
  pause();

  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) {
    const seen = new IntersectionObserver(
      ([entry]) => {
        if (!entry.isIntersecting) return;
        seen.disconnect();
        play();
      },
      { rootMargin: "0px 0px -50% 0px" },
    );
    seen.observe(box.querySelector(".recording-head"));
  }

  function play() {
    if (position >= seconds) {
      position = 0;
      for (const part of parts) {
        part.written = 0;
        for (const piece of part.pieces) piece.dataset.unwritten = "";
      }
    }
    before = performance.now();
    timer = setInterval(step, TICK);
    label("pause", "Pause");
    show();
  }

  function pause() {
    clearInterval(timer);
    timer = 0;
    label("play", position >= seconds ? "Play again" : "Play");
  }

  function step() {
    const now = performance.now();
    position = Math.min(seconds, position + (now - before) / 1000);
    before = now;
    show();
    if (position >= seconds) pause();
  }

  function show() {
    box.toggleAttribute("data-planning", position < PLANNING);
    let words = 0;
    for (const part of parts) {
      const due = Math.max(0, Math.ceil((position - part.begins) * PACE));
      for (const piece of part.pieces.slice(part.written, due)) delete piece.dataset.unwritten;
      part.written = Math.min(due, part.pieces.length);
      part.element.dataset.state = part.row.dataset.state =
        part.written === part.pieces.length ? "done" : part.written ? "writing" : "waiting";
      for (const piece of part.pieces.slice(0, part.written)) words += piece.words;
    }
    count.textContent = position < seconds ? `${words} words` : whole;
  }

  function label(name, text) {
    button.dataset.shows = name;
    button.querySelector("[data-label]").textContent = text;
  }
}

/** When a part is finished. */
function end({ begins, pieces }) {
  return begins + pieces.length / PACE;
}

/** The text of an element in spans of a few words. Its markup stays as it is. */
function split(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) if (walker.currentNode.data.trim()) nodes.push(walker.currentNode);
  return nodes.flatMap((node) => {
    const pieces = node.data.match(WORDS).map((text) => {
      const span = document.createElement("span");
      span.textContent = text;
      span.words = text.trim().split(/\s+/).length;
      return span;
    });
    node.replaceWith(...pieces);
    return pieces;
  });
}
