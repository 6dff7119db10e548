/** The post as far as it is written, put together from the events of its run. */

import type { RunEvent } from "./events.js";

export interface Part {
  name: string;
  heading: string;
  attempt: number;
  text: string;
}

/** Give it every event; `markdown` is then what the finished post has as `content_markdown`. */
export class Draft {
  title = "";
  parts: Part[] = [];

  /** The title, then every part that has text, under its heading. */
  get markdown(): string {
    const written = this.parts.filter((part) => part.text);
    const parts = written.map(({ heading, text }) => (heading ? `## ${heading}\n\n${text}` : text));
    return [`# ${this.title}`, ...parts].join("\n\n");
  }

  apply(event: RunEvent): void {
    switch (event.type) {
      case "run.snapshot":
        this.title = event.outline?.title ?? "";
        this.parts = event.parts.map(({ part, heading, attempt, text }) => ({
          name: part,
          heading,
          attempt,
          text,
        }));
        break;
      case "outline.draft":
        this.title = event.title;
        break;
      case "outline.ready":
        this.title = event.outline.title;
        this.parts = event.parts.map(({ part, heading }) => ({ ...this.part(part), heading }));
        break;
      case "part.delta": {
        const part = this.attempt(event.part, event.attempt);
        if (part.attempt === event.attempt) part.text = before(part.text, event.offset) + event.text;
        break;
      }
      case "part.reset":
        this.attempt(event.part, event.attempt);
        break;
    }
  }

  /** The part, emptied if this attempt is a new one. */
  private attempt(name: string, attempt: number): Part {
    const part = this.part(name);
    if (attempt > part.attempt) Object.assign(part, { attempt, text: "" });
    return part;
  }

  private part(name: string): Part {
    let part = this.parts.find((each) => each.name === name);
    if (!part) {
      part = { name, heading: "", attempt: 0, text: "" };
      this.parts.push(part);
    }
    return part;
  }
}

/** The first `length` code points: a string's own indices count an emoji twice. */
function before(text: string, length: number): string {
  if (length > text.length) return text;
  let end = 0;
  for (let points = 0; points < length && end < text.length; points += 1) {
    end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  }
  return text.slice(0, end);
}
