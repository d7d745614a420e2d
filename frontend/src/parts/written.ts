/** Values of a mapping as a person writes them in one line of YAML, and back. */

/** `[0.5, 0.9]`, `{if: P < 1.78 mmol/L, by: week 26}` or the plain text. */
export function text(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return `[${value.map(text).join(", ")}]`;
  return typeof value === "object" ? `{${Object.entries(value).map(([key, each]) => `${key}: ${text(each)}`).join(", ")}}` : String(value);
}

/** The value that was written; what is neither a list nor a mapping stays text, which the server reads. */
export function parsed(written: string): unknown {
  const bare = written.trim();
  if (/^\[.*\]$/s.test(bare)) return parts(bare.slice(1, -1)).map(parsed);
  if (!/^\{.*\}$/s.test(bare)) return bare;
  return Object.fromEntries(parts(bare.slice(1, -1)).map((part) => { const [key = "", ...rest] = part.split(":"); return [key.trim(), parsed(rest.join(":"))]; }));
}

/** Cuts at the commas that stand in no brackets. */
function parts(inner: string): string[] {
  const found = [""];
  let depth = 0;
  for (const sign of inner) {
    depth += "[{".includes(sign) ? 1 : "]}".includes(sign) ? -1 : 0;
    if (sign === "," && depth === 0) found.push(""); else found[found.length - 1] += sign;
  }
  return found.map((part) => part.trim()).filter(Boolean);
}

export type Row = Record<string, unknown>;
/** A copy with one entry changed, or taken out where nothing is left of it; all others stay in their places. */
export function put<R extends object>(row: R, key: string, value: unknown): R {
  if (value !== "" && value !== undefined && !(Array.isArray(value) && !value.length)) return { ...row, [key]: value };
  return Object.fromEntries(Object.entries(row).filter(([name]) => name !== key)) as R;
}
export const rows = (value: unknown): Row[] => (Array.isArray(value) ? (value as Row[]) : []);
export const mapping = (value: unknown): Row => (value && typeof value === "object" && !Array.isArray(value) ? (value as Row) : {});
export const replaced = <R>(all: R[], i: number, one: R): R[] => all.map((old, n) => (n === i ? one : old));
export const without = <R>(all: R[], i: number): R[] => all.filter((_, n) => n !== i);
export function moved<R>(all: R[], i: number, by: number): R[] { const next = [...all]; next.splice(i + by, 0, ...next.splice(i, 1)); return next; }
