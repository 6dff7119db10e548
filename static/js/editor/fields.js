// Title, description, slug and tags: saved with the text, each when it was changed.

const NAMES = ["title", "description", "slug", "tags"];
const tags = (text) =>
  text
    .split(",")
    .map((each) => each.trim())
    .filter(Boolean);

export class Fields {
  constructor(form, touched) {
    this.inputs = new Map(
      NAMES.filter((name) => form.elements[name]).map((name) => [name, form.elements[name]]),
    );
    this.saved = new Map([...this.inputs].map(([name, input]) => [name, input.defaultValue]));
    for (const [name, input] of this.inputs) {
      input.addEventListener("input", (event) => {
        if (event.isComposing) return;
        this.#error(name, "");
        touched();
      });
      input.addEventListener("compositionend", touched);
    }
  }

  get changed() {
    return [...this.inputs].some(([name, input]) => input.value !== this.saved.get(name));
  }

  /** What is not saved yet, as the server takes it. */
  changes() {
    const found = [...this.inputs].filter(([name, input]) => input.value !== this.saved.get(name));
    return Object.fromEntries(
      found.map(([name, { value }]) => [name, name === "tags" ? tags(value) : value.trim()]),
    );
  }

  /** Shows changes that were kept on this device; they are not saved yet. */
  restore(changes) {
    for (const [name, value] of Object.entries(changes)) {
      const input = this.inputs.get(name);
      if (input) input.value = Array.isArray(value) ? value.join(", ") : value;
    }
  }

  async save(server) {
    const sent = new Map([...this.inputs].map(([name, { value }]) => [name, value]));
    try {
      await server.saveFields(this.changes());
    } catch (error) {
      for (const [name, sentences] of Object.entries(error.errors ?? {})) {
        this.#error(name.split(".")[0], sentences[0]);
      }
      throw error;
    }
    this.saved = sent;
  }

  #error(name, sentence) {
    const input = this.inputs.get(name);
    const place = input && document.getElementById(`${name}-error`);
    if (!place) return;
    place.querySelector("span").textContent = sentence;
    place.hidden = !sentence;
    if (sentence) {
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", place.id);
      input.closest("details")?.setAttribute("open", "");
    } else {
      input.removeAttribute("aria-invalid");
      input.removeAttribute("aria-describedby");
    }
  }
}
