// What the server does not have yet, kept on this device until it has it; and what a reload would forget: the cursor and
// what can be undone. The one is in IndexedDB and is deleted as soon as it was saved. The other is in the session's
// storage, which ends with the tab.

const STORE = "drafts";

/** A tab's own name, which a reload keeps. A copy of the tab is another one. */
export async function nameOfTab() {
  const kept = sessionStorage.getItem("tab");
  if (kept && (await held(kept))) return kept;
  const name = crypto.randomUUID();
  sessionStorage.setItem("tab", name);
  await held(name);
  return name;
}

// Holds the name for as long as the page lives. False if another page has it.
function held(name) {
  return new Promise((resolve) => {
    navigator.locks.request(`tab:${name}`, { ifAvailable: true }, (lock) => {
      resolve(Boolean(lock));
      return lock && new Promise(() => {});
    });
  });
}

const isOpen = async (name) => {
  const { held: locks } = await navigator.locks.query();
  return locks.some((lock) => lock.name === `tab:${name}`);
};

export class Drafts {
  constructor(database, post, tab) {
    this.database = database;
    this.post = post;
    this.tab = tab;
  }

  /** Without storage, as in some private windows, nothing is kept, and `lasting` is false. */
  static async open(post, tab) {
    try {
      return new Drafts(await opened(), post, tab);
    } catch {
      return new Drafts(null, post, tab);
    }
  }

  get lasting() {
    return Boolean(this.database);
  }

  /** Keeps {base, text, fields}: the text, and the version that it was made from. */
  keep(draft) {
    return this.#ask("readwrite", (store) =>
      store.put({ ...draft, post: this.post, tab: this.tab, at: Date.now() }),
    );
  }

  drop(tab = this.tab) {
    return this.#ask("readwrite", (store) => store.delete([this.post, tab]));
  }

  /** This tab's draft, or undefined. */
  own() {
    return this.#ask("readonly", (store) => store.get([this.post, this.tab]));
  }

  /** The drafts of tabs that are closed, newest first. */
  async left() {
    const range = IDBKeyRange.bound([this.post], [this.post, []]);
    const all = (await this.#ask("readonly", (store) => store.getAll(range))) ?? [];
    const found = [];
    for (const draft of all) if (draft.tab !== this.tab && !(await isOpen(draft.tab))) found.push(draft);
    return found.sort((one, other) => other.at - one.at);
  }

  #ask(mode, work) {
    if (!this.database) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction(STORE, mode);
      const request = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  }
}

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("editor", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: ["post", "tab"] });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

const memory = (post) => `undo:${post}`;

/** Remembers {base, state} for a reload. A text whose past is too long for the storage is reloaded without it. */
export function remember(post, value) {
  try {
    sessionStorage.setItem(memory(post), JSON.stringify(value));
  } catch (error) {
    if (error.name !== "QuotaExceededError") throw error;
    sessionStorage.removeItem(memory(post));
  }
}

export function remembered(post) {
  const value = sessionStorage.getItem(memory(post));
  return value ? JSON.parse(value) : null;
}
