/** Numbers as people write them; the same precision and ticks as in the printed report. */
import { settings } from "../settings.svelte";
import { compare } from "../words/compare";

export const WEEK_HOURS = 168;
const MONTH_WEEKS = 730.5 / WEEK_HOURS;
const LONG_WEEKS = 104; // from here on an axis counts in months

export const decimal = (value: number, decimals: number): string =>
  new Intl.NumberFormat(settings.language, { minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: false }).format(value).replace("-", "−");

/** A value in the precision that its unit is reported in; a dash for one that is not known. */
export function figureOf(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  if (unit === "mmol/L") return decimal(value, 2);
  return decimal(value, Math.abs(value) < 10 ? 1 : 0);
}

/** Three significant digits without an exponent. */
export function plain(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return "–";
  return new Intl.NumberFormat(settings.language, { maximumSignificantDigits: 3, useGrouping: false }).format(value).replace("-", "−");
}

/** About `count` round numbers from `low` to `high`. */
export function ticks(low: number, high: number, count: number): number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / Math.max(count, 1), power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5].find((multiple) => power * multiple >= rough * 0.999) ?? 10);
  const first = Math.ceil(low / step - 1e-9), last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

/** Round numbers for a logarithmic axis. */
export function logTicks(low: number, high: number): number[] {
  const found: number[] = [];
  for (let power = 10 ** Math.floor(Math.log10(low)); power <= high; power *= 10) {
    for (const multiple of high / low > 30 ? [1, 3] : [1, 2, 5]) found.push(power * multiple);
  }
  return found.filter((value) => value >= low && value <= high);
}

/** All ticks of an axis with the same number of decimals, as few as tell them apart. */
export function tickLabels(values: number[]): string[] {
  const step = Math.abs((values[1] ?? 0) - (values[0] ?? 0));
  const decimals = [0, 1, 2, 3, 4, 5].find((digits) => Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) < 1e-6) ?? 6;
  return values.map((value) => decimal(value, decimals));
}

export interface TimeTick { week: number; label: string }

/** Places and words for a time axis: weeks, or months where it is long. */
export function timeTicks(start: number, end: number, count: number): TimeTick[] {
  const say = compare[settings.language];
  const is_long = end > LONG_WEEKS, unit = is_long ? MONTH_WEEKS : 1, word = is_long ? say.months_short : say.weeks_short;
  const steps = is_long ? [1, 2, 3, 6, 12, 24, 48, 60, 120] : [1, 2, 4, 8, 12, 24, 26, 52];
  const step = steps.find((one) => (end - start) / unit / one <= count) ?? steps.at(-1)!;
  const first = Math.ceil(start / unit / step - 1e-9), last = Math.floor(end / unit / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step)
    .map((number) => ({ week: number * unit, label: number === 0 ? say.today : `${number > 0 ? "+" : "−"}${Math.abs(number)} ${word}` }));
}
