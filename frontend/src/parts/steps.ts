/** What a step of a plan may say: its kinds, their fields in the order of a form, and a first example of each. */
import type { StepEntries } from "../types";
import { mapping, text } from "./written";

export const KINDS = ["dialysis", "give", "diet", "stop", "surgery", "transplant"] as const;
export type Kind = (typeof KINDS)[number];
export const kind_of = (step: StepEntries): Kind | undefined => KINDS.find((kind) => kind in step);

export const FIRST: Record<Kind, StepEntries> = {
  dialysis: { dialysis: { sessions: 3, hours: "5 h" } },
  give: { give: "sevelamer 2.4 g/day" },
  diet: { diet: { phosphorus: "800 mg/day" } },
  stop: { stop: "calcium carbonate" },
  surgery: { surgery: "parathyroidectomy", glands_left: "1/8" },
  transplant: { transplant: "45 mL/min" },
};

export type FieldName =
  | "sessions" | "hours" | "hours_per_week" | "dialysate_calcium" | "modality" | "dialysate_bicarbonate" | "dialysate_magnesium" | "dialysate_citrate"
  | "blood_flow" | "dialysate_flow" | "substitution_flow" | "missed" | "phosphorus" | "calcium" | "filtration" | "adherence" | "as" | "every" | "note" | "source"
  | "glands_left" | "tissue_left" | "autograft" | "glands_treated" | "destroyed" | "mass" | "removed" | "capsule" | "quietened";
/** A field with an example of what may be written in it; `choices` where only some words may. */
export interface Field { key: FieldName; hint: string; choices?: readonly string[] }
const field = (key: FieldName, hint: string, choices?: readonly string[]): Field => (choices ? { key, hint, choices } : { key, hint });

export const DIALYSIS: readonly Field[] = [field("sessions", "3"), field("hours", "4 h"), field("dialysate_calcium", "1.25 mmol/L"), field("missed", "0.1")];
export const MORE_DIALYSIS: readonly Field[] = [
  field("hours_per_week", "12 h"), field("modality", "HD", ["HD", "HDF"]), field("dialysate_bicarbonate", "32 mmol/L"), field("dialysate_magnesium", "0.5 mmol/L"),
  field("dialysate_citrate", "0.8 mmol/L"), field("blood_flow", "300 mL/min"), field("dialysate_flow", "500 mL/min"), field("substitution_flow", "80 mL/min"),
];
export const DIET: readonly Field[] = [field("phosphorus", "800 mg/day"), field("calcium", "800 mg/day")];
export const ADHERENCE = field("adherence", "0.8");
export const MORE_DRUG: readonly Field[] = [field("as", "rate", ["rate", "tablets"]), field("every", "26 weeks")];
export const OPERATIONS = ["parathyroidectomy", "mass excision", "ethanol injection", "gland ablation", "corticosteroid injection", "disarticulation"] as const;
export type Operation = (typeof OPERATIONS)[number];
export const OPERATION: Record<Operation, readonly Field[]> = {
  parathyroidectomy: [field("glands_left", "1/8"), field("tissue_left", "0.05"), field("autograft", "0.5")],
  "mass excision": [field("mass", "right hip"), field("removed", "0.9"), field("capsule", "removed", ["removed", "left"])],
  "ethanol injection": [field("glands_treated", "1/2"), field("destroyed", "0.6")],
  "gland ablation": [field("glands_treated", "1/2"), field("destroyed", "0.8")],
  "corticosteroid injection": [field("mass", "right hip"), field("quietened", "0.7")],
  disarticulation: [field("mass", "right hip")],
};

/** A drug step in three parts. `how` says which entry has the dose: the text of `give`, `dose` or `per_session`. */
export interface Given { drug: string; dose: unknown; how: "give" | "dose" | "per_session" }
export function given(step: StepEntries): Given {
  const written = text(step.give);
  if ("per_session" in step) return { drug: written, dose: step.per_session, how: "per_session" };
  if ("dose" in step) return { drug: written, dose: step.dose, how: "dose" };
  const found = /^(.*?)\s+((?:[\d.]|unknown).*)$/.exec(written);
  return { drug: found?.[1] ?? written, dose: found?.[2] ?? "", how: "give" };
}
/** The step with another drug, dose or way of giving it; all its other entries stay. */
export function giving(step: StepEntries, { drug, dose, how }: Given): StepEntries {
  const is_short = how === "give" && typeof dose === "string";
  const start: StepEntries = { give: is_short ? `${drug} ${dose}`.trim() : drug, ...(is_short ? {} : { [how === "give" ? "dose" : how]: dose }) };
  return { ...start, ...Object.fromEntries(Object.entries(step).filter(([key]) => !["give", "dose", "per_session"].includes(key))) };
}
/** The entries of a dialysis, a diet or a transplant, which may be written short. */
export const inner = (step: StepEntries, kind: "dialysis" | "diet" | "transplant") =>
  typeof step[kind] === "string" ? { [kind === "diet" ? "phosphorus" : "filtration"]: step[kind] } : mapping(step[kind]);

const OF_OPERATIONS = new Set<string>(Object.values(OPERATION).flat().map((each) => each.key));
/** The step with another procedure: what belongs to the old one goes, and what the new one needs first is there. */
export function operating(step: StepEntries, to: Operation, masses: string[]): StepEntries {
  const own = OPERATION[to].map((each) => each.key as string);
  const first = OPERATION[to][0]!;
  const kept = Object.entries(step).filter(([key]) => key !== "surgery" && (!OF_OPERATIONS.has(key) || own.includes(key)));
  return { surgery: to, [first.key]: first.key === "mass" ? (masses[0] ?? first.hint) : first.hint, ...Object.fromEntries(kept) };
}

/** A ladder of doses from the one of now, and rules as they are usual for its kind: binders by phosphate, calcimimetics (mg) and vitamin D by PTH. */
export function titrated(dose: unknown): StepEntries {
  const found = /^([\d.]+)\s*(\S+)/.exec(text(dose));
  const first = Number(found?.[1]) || 1;
  const unit = found?.[2] ?? "g/day";
  const doses = [1, 1.5, 2, 3].map((times) => `${Number((first * times).toPrecision(3))} ${unit}`);
  const start = { every: "4 weeks", doses };
  if (/^g/.test(unit)) return { ...start, raise_if: "phosphate > 1.78 mmol/L", lower_if: "phosphate < 1.13 mmol/L" };
  const [hold_if, resume_if] = /^mg/.test(unit) ? ["calcium < 1.9 mmol/L", "calcium > 2.1 mmol/L"] : ["calcium > 2.6 mmol/L", "calcium < 2.5 mmol/L"];
  return { ...start, raise_if: "PTH > 585 pg/mL", hold_if, resume_if };
}
