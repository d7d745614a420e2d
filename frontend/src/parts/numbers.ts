/** Numbers as they are read aloud: three digits, and all of those before the point. */
import { settings } from "../settings.svelte";

export function number(value: number | null): string {
  if (value === null) return "–";
  const digits = Math.abs(value) >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 };
  return new Intl.NumberFormat(settings.language, { ...digits, useGrouping: false }).format(value);
}
export const bounded = (value: number, limit: "below" | "above" | null) => `${limit === "below" ? "< " : limit === "above" ? "> " : ""}${number(value)}`;
/** A moment in the user's language. */
export const moment = (text: string) => new Intl.DateTimeFormat(settings.language === "fr" ? "fr" : "en-GB", { dateStyle: "medium", timeStyle: "short" }).format(new Date(text));
