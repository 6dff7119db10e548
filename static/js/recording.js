// Plays the recorded run on the landing page: once, when it comes into view; it can be paused and played again.
// The finished text is in the page. While it plays, what was not written yet is hidden and keeps its place.

const SPEED_LIMIT = 25; // seconds: a longer run plays faster, and the clock says its own time
const PLANNING_LIMIT = 2; // seconds of them for the outline, while there is nothing to read yet

const box = document.querySelector(".recording");
if (box) start(box);

function start(box) {
  const seconds = Number(box.dataset.seconds);
  const outlined = Number(box.dataset.outlined);
  const speed = Math.max(1, seconds / SPEED_LIMIT);
  const clock = box.querySelector("[data-clock]");
  const button = box.querySelector("button");
  const items = [...box.querySelectorAll(".recording-outline li")];
  const title = box.querySelector(".recording-title");
  const parts = [...box.querySelectorAll("[data-curve]")].map((element, index) => ({
    element,
    item: items[index],
    curve: element.dataset.curve.split(" ").map((point) => point.split(",").map(Number)),
    heading: element.querySelector("h4"),
    words: null,
  }));
  let position = seconds;
  let before = 0;
  let frame = 0;

  button.hidden = false;
  button.addEventListener("click", () => (frame ? pause() : play()));
  label("rotate", "Play again");

  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) {
    const seen = new IntersectionObserver(
      ([entry]) => {
        if (!entry.isIntersecting) return;
        seen.disconnect();
        play();
      },
      { threshold: 0.3 },
    );
    seen.observe(box);
  }

  function play() {
    if (position >= seconds) position = 0;
    before = performance.now();
    frame = requestAnimationFrame(step);
    label("pause", "Pause");
  }

  function pause() {
    cancelAnimationFrame(frame);
    frame = 0;
    label("play", position >= seconds ? "Play again" : "Play");
  }

  function step(now) {
    const pace = position < outlined ? Math.max(speed, outlined / PLANNING_LIMIT) : speed;
    position = Math.min(seconds, position + ((now - before) / 1000) * pace);
    before = now;
    show();
    if (position < seconds) frame = requestAnimationFrame(step);
    else pause();
  }

  function show() {
    clock.textContent = `${Math.round(position)} s`;
    box.toggleAttribute("data-planning", position < outlined);
    title.toggleAttribute("data-unwritten", position < outlined);
    for (const part of parts) {
      const written = progress(part.curve, position);
      const done = position >= part.curve.at(-1)[0];
      part.item.dataset.state = part.element.dataset.state = done ? "done" : written ? "writing" : "waiting";
      part.item.toggleAttribute("data-unwritten", position < outlined);
      part.heading?.toggleAttribute("data-unwritten", position < outlined);
      part.words ??= split(part.element);
      const count = done ? part.words.length : Math.floor(written * part.words.length);
      for (const [index, word] of part.words.entries()) {
        word.toggleAttribute("data-unwritten", index >= count);
      }
    }
  }

  function label(name, text) {
    button.querySelector("[data-label]").textContent = text;
    button.dataset.shows = name;
  }
}

/** How much of a part there is at a moment, 0 to 1, between the points of its curve. */
function progress(curve, moment) {
  let [from, has] = [curve[0][0], 0];
  for (const [second, fraction] of curve) {
    if (moment < second) {
      return second === from ? has : has + (fraction - has) * Math.max(0, (moment - from) / (second - from));
    }
    [from, has] = [second, fraction];
  }
  return 1;
}

/** The part's text in spans of a few words, which is how text arrives. Its markup stays as it is. */
function split(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT, (node) =>
    node.data.trim() && !node.parentElement.closest("h4")
      ? NodeFilter.FILTER_ACCEPT
      : NodeFilter.FILTER_REJECT,
  );
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  return nodes.flatMap((node) => {
    const pieces = node.data.match(/(?:\s*\S+){1,3}\s*/g).map((words) => {
      const span = document.createElement("span");
      span.textContent = words;
      return span;
    });
    node.replaceWith(...pieces);
    return pieces;
  });
}
