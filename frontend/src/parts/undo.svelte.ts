/** What was edited, with all that it was before; plain values that JSON can hold. */
export class Edits<T> {
  #past = $state.raw<T[]>([]);
  #future = $state.raw<T[]>([]);
  #value = $state.raw<T>() as T;
  #saved = $state.raw<string>("");

  constructor(value: T) { this.reset(value); }
  get value() { return this.#value; }
  get can_undo() { return this.#past.length > 0; }
  get can_redo() { return this.#future.length > 0; }
  get is_changed() { return JSON.stringify(this.#value) !== this.#saved; }

  reset(value: T) { this.#value = value; this.#past = []; this.#future = []; this.#saved = JSON.stringify(value); }
  saved() { this.#saved = JSON.stringify(this.#value); }
  set(value: T) {
    if (JSON.stringify(value) === JSON.stringify(this.#value)) return;
    this.#past = [...this.#past.slice(-99), this.#value];
    this.#future = [];
    this.#value = value;
  }
  undo() { const last = this.#past.at(-1); if (last === undefined) return; this.#future = [this.#value, ...this.#future]; this.#past = this.#past.slice(0, -1); this.#value = last; }
  redo() { const next = this.#future[0]; if (next === undefined) return; this.#past = [...this.#past, this.#value]; this.#future = this.#future.slice(1); this.#value = next; }

  /** Ctrl+Z and Ctrl+Shift+Z outside a text that has its own. */
  key = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
    event.preventDefault();
    if (event.shiftKey) this.redo(); else this.undo();
  };
}

/** Asks before a page with unsaved edits is left. */
export function guard(is_changed: () => boolean, words: () => string) {
  $effect(() => {
    const ask = (event: BeforeUnloadEvent) => { if (is_changed()) event.preventDefault(); };
    const here = location.hash;
    const moved = (event: HashChangeEvent) => {
      if (!is_changed() || confirm(words())) return;
      event.stopImmediatePropagation();
      history.replaceState(null, "", here);
    };
    addEventListener("beforeunload", ask);
    addEventListener("hashchange", moved, { capture: true });
    return () => { removeEventListener("beforeunload", ask); removeEventListener("hashchange", moved, { capture: true }); };
  });
}
