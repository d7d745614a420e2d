/** When a step starts or ends, taken apart for a form and put together again. */
import { mapping, put, text, type Row } from "./written";

export const QUANTITIES = ["calcium", "corrected calcium", "ionised calcium", "phosphate", "PTH", "alkaline phosphatase", "mass volume"] as const;
export const RELATIONS = ["<", ">", "<=", ">="] as const;
const SHORT: Record<string, string> = { p: "phosphate", ca: "calcium", pth: "PTH" };

export interface Condition { quantity: string; relation: string; value: string }
export interface Rule { join: "any" | "all"; conditions: Condition[]; held: unknown; by: unknown }

export const condition_text = ({ quantity, relation, value }: Condition) => `${quantity} ${relation} ${value}`;

function condition(written: unknown): Condition | undefined {
  const found = /^\s*(.*?)\s*(<=|>=|<|>|≤|≥)\s*(.*?)\s*$/.exec(text(written));
  if (!found) return;
  const name = found[1] ?? "";
  return { quantity: SHORT[name.toLowerCase()] ?? name, relation: (found[2] ?? "<").replace("≤", "<=").replace("≥", ">="), value: found[3] ?? "" };
}

/** The rule that is meant, or undefined for a time, and for what has `any` and `all` at once, which only text can say. */
export function rule(when: unknown): Rule | undefined {
  const row: Row = typeof when === "string" ? { if: when } : mapping(when);
  if ("any" in row && "all" in row) return;
  const written = "if" in row ? [row.if] : ((row.any ?? row.all) as unknown);
  const found = (Array.isArray(written) ? written : [written]).map(condition);
  if (!found.length || found.some((each) => !each)) return;
  return { join: "all" in row ? "all" : "any", conditions: found as Condition[], held: row.held, by: row.by };
}

export function written(rule: Rule): Row {
  const [first, ...others] = rule.conditions.map(condition_text);
  const start: Row = others.length ? { [rule.join]: [first, ...others] } : { if: first };
  return put(put(start, "held", rule.held), "by", rule.by);
}
