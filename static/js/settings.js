// The settings: marks in the list beside them which section is read.

const sections = [...document.querySelectorAll(".settings-section")];
const top = (section) => section.getBoundingClientRect().top;

/** The last that begins near the top of the window; at the page's end, what the address names or the last. */
function current() {
  if (innerHeight + scrollY < document.documentElement.scrollHeight - 1) {
    return sections.findLast((section) => top(section) < innerHeight / 6) ?? sections[0];
  }
  const named = sections.find(({ id }) => `#${id}` === location.hash);
  return named && top(named) >= 0 ? named : sections.at(-1);
}

function mark() {
  const { id } = current();
  for (const link of document.querySelectorAll('.settings-nav a[href^="#"]')) {
    if (link.hash === `#${id}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

let waiting = 0;
for (const event of ["scroll", "resize", "hashchange"]) {
  addEventListener(event, () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(mark);
  });
}
mark();
