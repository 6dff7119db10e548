// The library: "/" goes to the search, and a list that changes by itself leaves an open menu alone.

addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const search = document.getElementById("search");
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
});

if (window.htmx) window.htmx.config.morphSkip = "details[open], .entry-pick";

// With Shift, everything between the last tick and this one is ticked with it.
let last = null;
addEventListener("click", (event) => {
  const pick = event.target.closest?.(".entry-pick");
  if (!pick) return;
  const picks = [...document.querySelectorAll(".entry-pick")];
  const [from, to] = [picks.indexOf(last), picks.indexOf(pick)].sort((a, b) => a - b);
  if (event.shiftKey && from >= 0) for (const each of picks.slice(from, to + 1)) each.checked = pick.checked;
  last = pick;
  count(picks.filter((each) => each.checked).length);
});

function count(ticked) {
  const said = document.getElementById("selected-count");
  if (said) said.textContent = `With ${ticked} selected post${ticked === 1 ? "" : "s"}:`;
}
