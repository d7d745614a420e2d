/** The plans that lie side by side, and the newest comparison of them. */
import { tick } from "svelte";
import * as api from "../api";
import { place } from "../router.svelte";
import type { Comparison, Patient, PlanEntries } from "../types";

export interface Slot { key: number; /** The patient's plan that it was taken from. */ origin: string | null; entries: PlanEntries }
interface Question { number: number; began: number; ask: api.Ask }

const SETTLE_AFTER = 500; // ms without a move
const ONE_GESTURE = 1000; // ms; moves of one slider that follow so close are undone together
export const LETTERS = "ABCDEFGH";
const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

export class Desk {
  slots = $state.raw<Slot[]>([]);
  weeks = $state(52);
  seed = $state(1);
  /** Simulated courses while a slider moves, and once it rests. */
  draws = $state({ live: 40, settled: 300 });
  courses = $state(0);
  shown = $state.raw<Comparison>();
  /** The last one with tables. */
  detailed = $state.raw<Comparison>();
  is_settling = $state(false);
  refusal = $state("");
  can_undo = $state(false);
  can_redo = $state(false);

  #past: Slot[][] = [];
  #future: Slot[][] = [];
  #gesture = "";
  #moved = 0;
  #number = 0;
  #taken = 0;
  #keys = 0;
  #timer = 0;
  #settled = new AbortController();
  #live = api.newest((question: Question, signal) => api.compare(this.patient.id, question.ask, signal).then((found) => this.#take(question, found)));

  constructor(public patient: Patient) {
    const wanted = place.query["plans"]?.split("\n");
    const chosen = wanted ? patient.plans.filter((plan) => wanted.includes(plan.name)) : patient.plans.slice(0, 2);
    this.slots = chosen.map((plan) => this.slot(plan.entries, plan.name));
    this.weeks = Number(place.query["weeks"]) || Math.round(Math.max(...chosen.map((plan) => plan.weeks), chosen.length ? 0 : 52));
  }

  slot = (entries: PlanEntries, origin: string | null): Slot => ({ key: ++this.#keys, origin, entries });
  isChanged = (slot: Slot) => !same(this.#kept(slot), slot.entries);
  #kept(slot: Slot) { return this.patient.plans.find((plan) => plan.name === slot.origin)?.entries; }

  /** The patient has been changed elsewhere: plans that nobody has moved here are taken anew. */
  refresh(patient: Patient) {
    const untouched = new Set(this.slots.filter((slot) => slot.origin && !this.isChanged(slot)).map((slot) => slot.key));
    this.patient = patient;
    this.slots = this.slots
      .map((slot) => (untouched.has(slot.key) ? { ...slot, entries: this.#kept(slot) ?? slot.entries } : slot));
  }

  ask(more: Partial<api.Ask> = {}): api.Ask {
    return { plans: this.slots.map((slot) => slot.entries), weeks: this.weeks, seed: this.seed, draws: this.draws.settled, ...more };
  }

  /** Other plans; moves with the same `gesture` are undone together. */
  edit(slots: Slot[], gesture = "") {
    const goes_on = gesture !== "" && gesture === this.#gesture && performance.now() - this.#moved < ONE_GESTURE;
    if (!goes_on) { this.#past.push(this.slots); this.#future = []; }
    [this.#gesture, this.#moved] = [gesture, performance.now()];
    this.#lay(slots);
  }
  change(slot: Slot, entries: PlanEntries, gesture = "") {
    this.edit(this.slots.map((one) => (one.key === slot.key ? { ...one, entries } : one)), gesture);
  }
  undo() { this.#step(this.#past, this.#future); }
  redo() { this.#step(this.#future, this.#past); }
  #step(from: Slot[][], to: Slot[][]) {
    const slots = from.pop();
    if (!slots) return;
    to.push(this.slots);
    this.#gesture = "";
    this.#lay(slots);
  }
  #lay(slots: Slot[]) {
    this.slots = slots;
    [this.can_undo, this.can_redo] = [this.#past.length > 0, this.#future.length > 0];
    this.renew();
  }

  /** Asks quickly now, and carefully once nothing has moved for a while. */
  renew() {
    const question = { number: ++this.#number, began: performance.now(), ask: this.ask({ draws: this.draws.live, detail: false, courses: this.courses }) };
    this.is_settling = true;
    this.#settled.abort();
    clearTimeout(this.#timer);
    this.#live(question).catch((error: Error) => this.#refuse(question, error));
    this.#timer = setTimeout(() => this.#settle({ ...question, ask: this.ask({ detail: true, courses: this.courses }) }), SETTLE_AFTER);
  }
  stop() { clearTimeout(this.#timer); this.#settled.abort(); this.#live.stop(); }

  async #settle(question: Question) {
    const { signal } = (this.#settled = new AbortController());
    try {
      const found = await api.compare(this.patient.id, question.ask, signal);
      if (signal.aborted) return;
      this.#take(question, found);
      this.detailed = found;
      this.is_settling = false;
    } catch (error) {
      if (!signal.aborted) this.#refuse(question, error as Error);
    }
  }

  #take(question: Question, found: Comparison) {
    if (question.number < this.#taken) return;
    // A quick answer never takes the place of the careful one to the same question.
    if (question.number === this.#taken && !question.ask.detail) return;
    this.#taken = question.number;
    this.shown = found;
    this.refusal = "";
    if (!question.ask.detail) void measured(question.began);
  }

  #refuse(question: Question, error: Error) {
    if (question.number !== this.#number) return;
    clearTimeout(this.#timer);
    this.is_settling = false;
    this.refusal = error.message;
  }
}

/** Notes how long it took from the move of a slider to the picture of its answer. */
async function measured(began: number) {
  await tick();
  requestAnimationFrame(() => requestAnimationFrame(() => performance.measure("slider to paint", { start: began, end: performance.now() })));
}

const desks = new Map<string, Desk>();

/** The desk of a patient as it was left, so that a look at another page costs no move. */
export function deskOf(patient: Patient): Desk {
  let left = desks.get(patient.id);
  const wanted = place.query["plans"]?.split("\n") ?? [];
  if (left && !wanted.every((name) => left?.slots.some((slot) => slot.origin === name))) left = undefined;
  left?.refresh(patient);
  const desk = left ?? new Desk(patient);
  desks.set(patient.id, desk);
  return desk;
}
