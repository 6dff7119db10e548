// The guide's examples: every one shows the language that was chosen last, and can be copied.

const STORED = "guide-language";

function show(language) {
  for (const radio of document.querySelectorAll(".example-languages input")) {
    if (radio.value === language) radio.checked = true;
  }
}

/** What was chosen last; nothing where the browser keeps nothing for us. */
function stored() {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}

function store(language) {
  try {
    localStorage.setItem(STORED, language);
  } catch {
    // Then it holds for this page alone.
  }
}

// Other examples change their height, so the one that was clicked is kept where it is.
document.addEventListener("change", ({ target }) => {
  if (!target.matches(".example-languages input")) return;
  const before = target.getBoundingClientRect().top;
  show(target.value);
  store(target.value);
  scrollBy({ top: target.getBoundingClientRect().top - before, behavior: "instant" });
});

for (const button of document.querySelectorAll(".example-copy")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    const shown = [...button.closest(".example").querySelectorAll("pre")].find((pre) => pre.offsetParent);
    const label = button.querySelector("span");
    try {
      await navigator.clipboard.writeText(shown.textContent);
      label.textContent = "Copied";
    } catch {
      label.textContent = "Select it and copy";
    }
    setTimeout(() => {
      label.textContent = "Copy";
    }, 2000);
  });
}

show(stored());
