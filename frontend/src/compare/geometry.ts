/** Places on a chart, in px: the same rules as in the printed figure. */
import type { Band, Output } from "../types";

export interface Frame { start: number; end: number; left: number; right: number }
export interface Scale { low: number; high: number; top: number; height: number; is_log: boolean }
export interface End { letter: string; value: number; y: number }
type Column = (number | null)[];

export const SHOWN = ["calcium", "phosphate", "pth", "mass volume"];
export const FROM_ZERO = ["mass volume", "pth"];
export const MOST_PLANS = 3; // more would hide each other; they are in the table
export const DASHES: Record<string, string> = { A: "", B: "7 4", C: "2 3" };
const END_LABEL_GAP = 14;

/** The letter as the end of a class or variable; plans beyond C have no colour of their own. */
export const paintOf = (letter: string) => ("ABC".includes(letter) ? letter.toLowerCase() : "grey");
export const inOrder = (outputs: Output[]) => [...outputs].sort((one, other) => rank(one.output) - rank(other.output));
const rank = (output: string) => (SHOWN.includes(output) ? SHOWN.indexOf(output) : SHOWN.length);

export const x = (frame: Frame, time: number) =>
  frame.left + (frame.right - frame.left) * Math.min(Math.max((time - frame.start) / (frame.end - frame.start), 0), 1);

export function y(scale: Scale, value: number): number {
  const share = scale.is_log
    ? Math.log(Math.max(value, scale.low) / scale.low) / Math.log(scale.high / scale.low)
    : (value - scale.low) / (scale.high - scale.low);
  return scale.top + scale.height * (1 - Math.min(Math.max(share, 0), 1));
}

/** Where the time axis starts: just before the first value, at most half the future back. */
export function earliest(outputs: Output[], end: number): number {
  const times = outputs.flatMap((output) => output.points.map((point) => point.week));
  const first = Math.max(Math.min(0, ...times), -end / 2);
  return Math.min(first - end * 0.02, -end * 0.12);
}

/** From the values, and from the target as far as it is near them. */
export function scaleOf(output: Output, bands: Band[], top: number, height: number, is_log: boolean, from_zero = true): Scale {
  let low = Infinity, high = -Infinity;
  for (const value of [...bands.flatMap((band) => [...band.p5, ...band.p95, ...band.courses.flat()]), ...output.points.map((point) => point.value)]) {
    if (value === null || (is_log && value <= 0)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (!Number.isFinite(low)) [low, high] = [0, 1];
  const aim = output.target;
  if (aim && aim.low !== null && aim.high !== null) {
    [low, high] = [Math.min(low, aim.high), Math.max(high, aim.low)];
    const room = Math.max(high - low, Math.abs(high) * 0.1) * 0.6;
    if (aim.low < low) low = Math.max(aim.low, low - room);
    if (aim.high > high) high = Math.min(aim.high, high + room);
  }
  if (is_log) return { low: low / 1.15, high: high * 1.15, top, height, is_log };
  if (from_zero && FROM_ZERO.includes(output.output)) low = 0;
  const pad = (high - low) * 0.06 || Math.max(Math.abs(high) * 0.05, 0.05);
  return { low: low === 0 ? 0 : Math.max(0, low - pad), high: high + pad, top, height, is_log };
}

/** A line through what is known; a gap is left where it is not. */
export function line(times: number[], values: Column, frame: Frame, scale: Scale): string {
  let path = "", is_drawing = false;
  values.forEach((value, index) => {
    if (value === null) { is_drawing = false; return; }
    path += `${is_drawing ? "L" : "M"}${x(frame, times[index]!).toFixed(1)},${y(scale, value).toFixed(1)}`;
    is_drawing = true;
  });
  return path;
}

/** The area between two percentiles, in as many pieces as there are stretches without gaps. */
export function area(times: number[], lower: Column, upper: Column, frame: Frame, scale: Scale): string {
  let path = "", above: string[] = [], below: string[] = [];
  const close = () => {
    if (above.length) path += `M${above.join("L")}L${below.reverse().join("L")}Z`;
    [above, below] = [[], []];
  };
  times.forEach((time, index) => {
    const [low, high] = [lower[index], upper[index]];
    if (low === null || high === null || low === undefined || high === undefined) return close();
    const place = x(frame, time).toFixed(1);
    above.push(`${place},${y(scale, high).toFixed(1)}`);
    below.push(`${place},${y(scale, low).toFixed(1)}`);
  });
  close();
  return path;
}

/** End labels moved so far that they do not lie on each other, all within the panel. */
export function apart(ends: End[], scale: Scale): End[] {
  const placed = ends.map((end) => ({ ...end })).sort((one, other) => one.y - other.y);
  placed.forEach((end, index) => { if (index) end.y = Math.max(end.y, placed[index - 1]!.y + END_LABEL_GAP); });
  let limit = scale.top + scale.height + 2;
  for (const end of placed.reverse()) {
    end.y = Math.min(end.y, limit);
    limit = end.y - END_LABEL_GAP;
  }
  return placed;
}

/** The number of the week nearest to a time. */
export function nearest(weeks: number[], time: number): number {
  return weeks.reduce((best, week, index) => (Math.abs(week - time) < Math.abs(weeks[best]! - time) ? index : best), 0);
}
