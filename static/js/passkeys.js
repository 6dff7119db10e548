// Passkeys: shows each form that uses one if this browser can, and says in words what went wrong. allauth's
// webauthn.js does the rest; it looks its elements up by id.

const { addForm, authenticateForm, loginForm } = window.allauth.webauthn.forms;
const SAID = {
  InvalidStateError: "This device already has a passkey for your account.",
  NotAllowedError: "No passkey was used. Try again when you’re ready.",
  SecurityError: "Passkeys don’t work at this address. Open the site by its name, such as localhost.",
};

function prepare(form) {
  const button = form.querySelector(".button");
  const credential = form.elements.namedItem("credential");
  const passwordless = form.elements.namedItem("passwordless");
  button.id ||= "passkey-button";
  credential.id ||= "passkey-credential";
  const ids = { add: button.id, authenticate: button.id, login: button.id, credential: credential.id };
  if (passwordless) ids.passwordless = passwordless.id;
  const data = JSON.parse(form.dataset.passkeyOptions ?? "null");
  ({ add: addForm, authenticate: authenticateForm, login: loginForm })[form.dataset.passkey]({ ids, data });
  // Enter in the field for the name: the button's script must come first. Its own `submit()` fires no event.
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    button.click();
  });
  form.hidden = false;
}

if (window.PublicKeyCredential) {
  document.querySelector("[data-passkey-missing]")?.remove();
  for (const form of document.querySelectorAll("form[data-passkey]")) prepare(form);
}

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const notice = document.querySelector("[data-passkey-error]");
  notice.hidden = false; // before the words, which a screen reader then speaks
  notice.querySelector("p").textContent = SAID[event.detail.exception.name] ?? "That didn’t work. Try again.";
});
