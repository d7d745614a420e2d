/** What a slider reads from a plan and writes into it. Nothing here changes what it is given. */
import type { Lever, PlanEntries, StepEntries } from "../types";

export interface Reading {
  value: number;
  /** Whether the plan says it; otherwise it is current care. */
  is_set: boolean;
  /** Set in a way that a slider cannot express: a condition, a titration, a range. */
  is_locked: boolean;
}
type Fields = Record<string, unknown>;

const PARATHYROIDECTOMY = "parathyroidectomy";
const MASS: Record<string, number> = { g: 1e6, mg: 1e3, ug: 1 };
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
const drugOf = (lever: Lever) => lever.lane.replace(/^drug: ?/, "");
const isDrug = (lever: Lever) => lever.lane !== "dialysis" && lever.lane !== "diet";
const fieldOf = (lever: Lever) => lever.key.split(".").at(-1) ?? lever.key;

/** A value as a plan writes it, in the unit of the lever; null for what is no single value in such a unit. */
export function inUnit(written: unknown, unit: string): number | null {
  if (typeof written === "number") return written;
  if (typeof written !== "string") return null;
  const found = /^\s*([-+]?[\d.]+(?:e[-+]?\d+)?)\s*(.*?)\s*$/i.exec(written);
  if (!found) return null;
  const value = Number(found[1]), [from, into] = [plainUnit(found[2] ?? ""), plainUnit(unit)];
  if (from === "" || from === into) return value;
  const [mass = "", per] = from.split("/"), [wanted = "", each] = into.split("/");
  const factor = (MASS[mass] ?? NaN) / (MASS[wanted] ?? NaN);
  return per === each && Number.isFinite(factor) ? value * factor : null;
}
const plainUnit = (unit: string) => unit.replace(/[µμ]/g, "u").replace(/\/d$/, "/day").replace(/ per /, "/").trim();

/** The number of the step that the lever stands for: the first of its lane. */
function stepOf(entries: PlanEntries, lever: Lever): number {
  if (!isDrug(lever)) return entries.steps.findIndex((step) => lever.lane in step);
  const drug = drugOf(lever).toLowerCase();
  return entries.steps.findIndex((step) => {
    const given = String(step["give"] ?? step["stop"] ?? "").toLowerCase();
    return given === drug || given.startsWith(`${drug} `);
  });
}

function isConditional(step: StepEntries): boolean {
  return isFields(step["from"]) || isFields(step["until"]) || "titrate" in step || "every" in step;
}

/** The reading of a lever; `levers` are all of them, since hours a week stand for sessions and hours. */
export function read(entries: PlanEntries, lever: Lever, levers: Lever[]): Reading {
  const number = stepOf(entries, lever), step = entries.steps[number];
  const current = { value: lever.now, is_set: false, is_locked: false };
  // A plan that starts from nothing does not continue what the patient takes.
  if (!step) return entries.base === "none" && isDrug(lever) ? { ...current, value: 0 } : current;
  const is_locked = isConditional(step);
  const said = saidOf(step, lever, entries, levers);
  if (said === undefined || said === "unknown") return { ...current, is_locked };
  const value = inUnit(said, lever.unit);
  return value === null ? { ...current, is_set: true, is_locked: true } : { value, is_set: true, is_locked };
}

function saidOf(step: StepEntries, lever: Lever, entries: PlanEntries, levers: Lever[]): unknown {
  if (lever.lane === "dialysis") {
    const body = step["dialysis"] as Fields;
    const weekly = inUnit(body["hours_per_week"], "h");
    if (fieldOf(lever) === "hours" && weekly !== null) return rounded(weekly / sessionsOf(entries, levers), 0.01);
    return body[fieldOf(lever)];
  }
  if (lever.lane === "diet") return isFields(step["diet"]) ? step["diet"]["phosphorus"] : step["diet"];
  if ("stop" in step) return 0;
  return step["dose"] ?? step["per_session"] ?? String(step["give"]).slice(drugOf(lever).length).trim();
}

function sessionsOf(entries: PlanEntries, levers: Lever[]): number {
  const lever = levers.find((one) => one.lane === "dialysis" && fieldOf(one) === "sessions");
  return lever ? read(entries, lever, levers).value : 3;
}

/** The plan with the lever at `value`. What the step said about its source no longer holds, and goes. */
export function set(entries: PlanEntries, lever: Lever, value: number, levers: Lever[]): PlanEntries {
  const number = stepOf(entries, lever);
  const { source: _source, note: _note, ...step } = entries.steps[number] ?? {};
  const amount = `${rounded(value, lever.step)} ${lever.unit}`;
  if (lever.lane === "dialysis") {
    const body = { ...(step["dialysis"] as Fields | undefined) };
    const weekly = inUnit(body["hours_per_week"], "h"), field = fieldOf(lever);
    if (weekly !== null && field === "sessions") body["hours"] = `${rounded(weekly / value, 0.05)} h`;
    if (weekly !== null && field === "hours") body["sessions"] = sessionsOf(entries, levers);
    if (field === "sessions" || field === "hours") delete body["hours_per_week"];
    body[field] = field === "sessions" ? Math.round(value) : amount;
    return put(entries, number, { ...step, dialysis: body });
  }
  if (lever.lane === "diet") {
    return put(entries, number, { ...step, diet: isFields(step["diet"]) ? { ...step["diet"], phosphorus: amount } : amount });
  }
  const { give: _give, dose: _dose, per_session: _per_session, stop: _stop, ...rest } = step;
  if (value > 0) return put(entries, number, { give: `${drugOf(lever)} ${amount}`, ...rest });
  if (lever.now === 0) return without(entries, number);
  return put(entries, number, { stop: drugOf(lever), ...("from" in rest ? { from: rest["from"] } : {}) });
}

/** The plan without what the lever says in it, so that current care goes on. */
export function reset(entries: PlanEntries, lever: Lever): PlanEntries {
  const number = stepOf(entries, lever), step = entries.steps[number];
  if (!step) return entries;
  if (lever.lane !== "dialysis") return without(entries, number);
  const { [fieldOf(lever)]: _gone, ...body } = step["dialysis"] as Fields;
  if (["sessions", "hours"].includes(fieldOf(lever))) delete body["hours_per_week"];
  return Object.keys(body).length > 0 ? put(entries, number, { ...step, dialysis: body }) : without(entries, number);
}

export const hasParathyroidectomy = (entries: PlanEntries) => entries.steps.some((step) => step["surgery"] === PARATHYROIDECTOMY);

export function toggleParathyroidectomy(entries: PlanEntries): PlanEntries {
  const steps = hasParathyroidectomy(entries)
    ? entries.steps.filter((step) => step["surgery"] !== PARATHYROIDECTOMY)
    : [...entries.steps, { surgery: PARATHYROIDECTOMY, glands_left: "1/8", from: "week 0" }];
  return { ...entries, steps };
}

function put(entries: PlanEntries, number: number, step: StepEntries): PlanEntries {
  return { ...entries, steps: number < 0 ? [...entries.steps, step] : entries.steps.with(number, step) };
}
const without = (entries: PlanEntries, number: number): PlanEntries =>
  ({ ...entries, steps: entries.steps.filter((_, index) => index !== number) });

/** On the grid of a step, without the tail of binary fractions. */
function rounded(value: number, step: number): number {
  return Number((Math.round(value / step) * step).toFixed(6));
}
