// Passwords: the button that shows one, and how strong a new one is. The server decides what it accepts.

const LENGTH = 10;
const WORDS = ["Very easy to guess", "Easy to guess", "Could be stronger", "Strong", "Very strong"];

document.addEventListener("click", (event) => {
  const button = event.target.closest(".password-show");
  if (button) show(button, button.getAttribute("aria-pressed") !== "true");
});

// Hidden again before it is sent: browsers remember what was typed as plain text.
document.addEventListener("submit", (event) => {
  for (const button of event.target.querySelectorAll(".password-show")) show(button, false);
});

function show(button, shown) {
  const field = button.parentElement.querySelector("input");
  button.setAttribute("aria-pressed", shown);
  field.type = shown ? "text" : "password";
  field.spellcheck = false;
  field.autocapitalize = "off";
}

/** Runs a script that is no module; half a megabyte of common passwords is fetched by those who choose one. */
function run(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    Object.assign(script, { src: address, onload: resolve, onerror: reject });
    document.head.append(script);
  });
}

async function estimator(addresses) {
  await Promise.all(addresses.split(" ").map(run));
  const { core, "language-common": common } = window.zxcvbnts;
  return new core.ZxcvbnFactory({ dictionary: common.dictionary, graphs: common.adjacencyGraphs });
}

for (const box of document.querySelectorAll("[data-strength]")) {
  const field = box.previousElementSibling.querySelector("input");
  const email = field.form.querySelector("[type=email]");
  let loading;
  const load = () => {
    loading ??= estimator(box.dataset.strength).catch(() => null);
    return loading;
  };
  const judge = async () => {
    const strength = await load();
    if (!strength) return; // there is only no meter
    const typed = field.value;
    const score = typed ? strength.check(typed, email ? [email.value] : []).score : 0;
    const missing = LENGTH - typed.length;
    const word = missing > 0 ? `${missing} more character${missing === 1 ? "" : "s"} to go` : WORDS[score];
    box.querySelector("meter").value = missing > 0 ? Math.min(score, 1) : Math.max(score, 0.5);
    box.querySelector("p").textContent = typed ? word : "";
    box.classList.toggle("strength-known", Boolean(typed));
  };
  field.addEventListener("focus", load, { once: true });
  field.addEventListener("input", judge);
}
