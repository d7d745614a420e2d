/** One thing with two faces, a form and YAML: each edit of one becomes the other, and each can be undone. */
import type { Refusal } from "../api";
import type { Patient } from "../types";

export interface Face<F> { yaml: string; form: F }
export type Given<F> = { yaml: string } | { form: F };
/** What the server makes of an edit; `told` is what it says about it. */
export interface Checked<F, T> extends Face<F> { told: T }
interface State<F> extends Face<F> { typed: "yaml" | "form" | "" }

export interface How<F, T> {
  of: (patient: Patient) => Checked<F, T>;
  check: (given: Given<F>) => Promise<Checked<F, T>>;
  keep: (expected: number, yaml: string) => Promise<Patient>;
}

const PAUSE = 400; // ms without a key, after which an edit is checked and the next one is another step

export class Faces<F, T> {
  #past = $state.raw<State<F>[]>([]);
  #future = $state.raw<State<F>[]>([]);
  #now = $state.raw() as State<F>;
  #saved = $state.raw("");
  #expected: number;
  #timer = 0;
  #asked = 0;
  #where: Element | null = null;
  told = $state.raw() as T;
  refusal = $state("");
  /** Whether somebody else was faster. */
  is_stale = $state(false);
  was_kept = $state(false);

  constructor(patient: Patient, private readonly how: How<F, T>) {
    const { told, ...face } = how.of(patient);
    this.#now = { ...face, typed: "" };
    this.#saved = face.yaml;
    this.#expected = patient.revision;
    this.told = told;
  }
  get yaml() { return this.#now.yaml; }
  get form() { return this.#now.form; }
  get can_undo() { return this.#past.length > 0; }
  get can_redo() { return this.#future.length > 0; }
  get is_changed() { return this.#now.typed !== "" || this.#now.yaml !== this.#saved; }

  #step(next: State<F>) { this.#past = [...this.#past.slice(-199), this.#now]; this.#future = []; this.#now = next; }

  /** Takes an edit of one face. Keys that follow each other in one field are one step. */
  edit(given: Given<F>) {
    const active = document.activeElement;
    const where = active?.matches("input, textarea") ? active : null;
    const next: State<F> = { ...this.#now, ...given, typed: "yaml" in given ? "yaml" : "form" };
    if (this.#timer && where && where === this.#where) this.#now = next; else this.#step(next);
    this.#where = where;
    this.was_kept = false;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.settle(), PAUSE);
  }
  /** Makes both faces say the same; false where that cannot be, with `refusal` saying why. */
  async settle(): Promise<boolean> {
    clearTimeout(this.#timer);
    this.#timer = 0;
    const { typed, yaml, form } = this.#now;
    const mine = ++this.#asked;
    if (!typed) { this.refusal = ""; return true; }
    try {
      const found = await this.how.check(typed === "yaml" ? { yaml } : { form });
      if (mine !== this.#asked) return !this.refusal;
      this.#now = { yaml: typed === "yaml" ? yaml : found.yaml, form: typed === "form" ? form : found.form, typed: "" };
      this.told = found.told;
      this.refusal = "";
    } catch (error) { if (mine === this.#asked) this.refusal = (error as Error).message; }
    return !this.refusal;
  }
  async #move(from: State<F>[], to: State<F>[], put: (from: State<F>[], to: State<F>[]) => void) {
    const next = from.at(-1);
    if (!next) return;
    put(from.slice(0, -1), [...to, this.#now]);
    this.#now = next;
    this.was_kept = false;
    await this.settle();
    if (!next.typed) this.how.check({ yaml: next.yaml }).then((found) => { if (this.#now === next) this.told = found.told; }, () => {});
  }
  undo = () => this.#move(this.#past, this.#future, (past, future) => { this.#past = past; this.#future = future; });
  redo = () => this.#move(this.#future, this.#past, (future, past) => { this.#past = past; this.#future = future; });
  /** Ctrl+Z and Ctrl+Shift+Z or Ctrl+Y. */
  key = (event: KeyboardEvent) => {
    const key = event.key.toLowerCase();
    if (!(event.ctrlKey || event.metaKey) || event.altKey || (key !== "z" && key !== "y")) return;
    event.preventDefault();
    if (key === "y" || event.shiftKey) this.redo(); else this.undo();
  };
  /** Keeps it on the server; the patient as they are then, or undefined where it was refused. */
  async save(): Promise<Patient | undefined> {
    if (!(await this.settle())) return;
    try {
      const kept = await this.how.keep(this.#expected, this.#now.yaml);
      this.#expected = kept.revision;
      this.#saved = this.#now.yaml;
      this.was_kept = true;
      this.is_stale = false;
      return kept;
    } catch (error) {
      this.refusal = (error as Error).message;
      this.is_stale = (error as Refusal).status === 409;
    }
  }
  /** Takes what is there now; what was edited here is one step of undo away. */
  reload(patient: Patient) {
    const { told, ...face } = this.how.of(patient);
    if (this.is_changed) this.#step({ ...face, typed: "" }); else this.#now = { ...face, typed: "" };
    this.#saved = face.yaml;
    this.#expected = patient.revision;
    this.told = told;
    this.refusal = "";
    this.is_stale = false;
  }
}
