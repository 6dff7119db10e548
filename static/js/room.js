// Room for text to come, so that nothing moves under the reader's eyes. What has to move all the same moves smoothly,
// and around what is read. The browser's own scroll anchoring is off meanwhile (see part.css).

const LINES_A_STEP = 4; // of .reserve-N in part.css
const MOST_STEPS = 40;
const [SMALLEST, LARGEST] = [0.2, 1.2];
const MOVE = { duration: 240, easing: "ease-out", composite: "add" };

export class Room {
  constructor(places, { linesPerWord, charactersPerWord }) {
    this.places = places;
    this.linesPerWord = Number(linesPerWord);
    this.charactersPerWord = Number(charactersPerWord);
    this.before = null;
  }

  // How long the finished parts are, against the plan.
  get scale() {
    let written = 0;
    let planned = 0;
    for (const place of this.places.values()) {
      if (!place.rendered) continue;
      written += place.length;
      planned += place.words * this.charactersPerWord;
    }
    return planned ? Math.min(LARGEST, Math.max(SMALLEST, written / planned)) : 1;
  }

  // The share of a part that is written.
  share(place) {
    if (place.rendered) return 1;
    return Math.min(0.95, place.length / (place.words * this.charactersPerWord * this.scale)) || 0;
  }

  reserve(place) {
    const lines = place.words * this.linesPerWord * this.scale;
    const steps = Math.min(MOST_STEPS, Math.ceil((lines + 1) / LINES_A_STEP));
    place.section.className = "part";
    place.section.classList.add(`reserve-${steps}`);
  }

  // Parts below the window get the room that the parts before them took; finished ones give back what they did not need
  // where nobody sees it.
  fit() {
    for (const place of this.places.values()) {
      const { top, bottom } = place.section.getBoundingClientRect();
      if (!place.rendered) {
        if (top > innerHeight) this.reserve(place);
      } else if (place.section.className !== "part") {
        const end = place.text.lastElementChild?.getBoundingClientRect().bottom ?? top;
        if (bottom < 0 || end > innerHeight) place.section.className = "part";
      }
    }
  }

  release() {
    for (const place of this.places.values()) place.section.className = "part";
  }

  // Changes the page. Whatever that moves is seen to move, from the next frame on.
  change(work) {
    if (!this.before) {
      this.before = this.measure();
      requestAnimationFrame(() => this.settle());
    }
    work();
  }

  measure() {
    const elements = document.querySelectorAll(".planning, .parts, .part, #receipt, .footer");
    return new Map([...elements].filter(isShown).map((element) => [element, topOf(element)]));
  }

  settle() {
    const { before } = this;
    this.before = null;
    const moved = [...before].filter(([element]) => isShown(element));
    const read = moved.findLast(([, top]) => top < scrollY + innerHeight / 3);
    const scrolled = scrollY;
    const by = read ? topOf(read[0]) - read[1] : 0;
    if (by && scrolled) scrollBy({ top: by, behavior: "instant" });
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const movements = new Map(
      moved.map(([element, top]) => [element, top - topOf(element) + scrollY - scrolled]),
    );
    for (const [element, movement] of movements) {
      const from = movement - (movements.get(element.parentElement) ?? 0); // what holds it takes it along
      if (Math.abs(from) < 1) continue;
      const box = element.getBoundingClientRect();
      if (Math.min(box.top, box.top + from) > innerHeight || Math.max(box.bottom, box.bottom + from) < 0)
        continue;
      element.animate({ transform: [`translateY(${from}px)`, "translateY(0)"] }, MOVE);
    }
  }
}

// On the page, wherever a movement has brought it meanwhile.
function topOf(element) {
  return element ? element.offsetTop + topOf(element.offsetParent) : 0;
}

const isShown = (element) => element.isConnected && element.offsetParent !== null;
