// Buttons that copy the code in what the page shows: <button data-copies="id">, with a role="status" beside them.

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copies]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copies);
  const codes = [...source.querySelectorAll("code")].map((code) => code.textContent);
  let said = "Copied";
  try {
    await navigator.clipboard.writeText(codes.join("\n"));
  } catch {
    getSelection().selectAllChildren(source);
    said = "Your browser didn’t let us copy it. It’s selected: copy it from there.";
  }
  button.parentElement.querySelector("[role=status]").textContent = said;
});

// A page that the browser kept as it was would show a secret again.
addEventListener("pageshow", (event) => {
  if (event.persisted && document.querySelector("[data-copies]")) location.reload();
});
