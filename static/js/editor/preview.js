// The text as readers will see it, by the server's own renderer: beside what is written, or in its place on a phone.

const PAUSE = 500;

export class Preview {
  constructor({ button, pane, server, text, failed }) {
    Object.assign(this, { button, pane, server, text, failed });
    this.prose = pane.querySelector(".prose");
    this.news = pane.querySelector("[data-news]");
    button.addEventListener("click", () => this.toggle());
  }

  get open() {
    return this.button.getAttribute("aria-pressed") === "true";
  }

  toggle() {
    const open = !this.open;
    this.button.setAttribute("aria-pressed", String(open));
    document.getElementById("reading").toggleAttribute("data-preview", open);
    this.pane.hidden = !open;
    if (open) this.show();
  }

  /** To be called when the text has changed. */
  changed() {
    if (!this.open) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.show(), PAUSE);
  }

  async show() {
    this.asked?.abort();
    this.asked = new AbortController();
    const text = this.text();
    if (text === this.shown) return;
    try {
      this.prose.innerHTML = await this.server.preview(text, this.asked.signal);
      this.shown = text;
      this.news.hidden = true;
    } catch (error) {
      if (error.name === "AbortError") return;
      this.news.textContent = this.failed(error);
      this.news.hidden = false;
    }
  }
}
