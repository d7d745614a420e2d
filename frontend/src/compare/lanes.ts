/** Lanes of treatment beneath a chart, laid out as in the printed figure. */
import type { Comparison } from "../types";
import { DASHES, x, type Frame } from "./geometry";

export interface LaneBar {
  key: string; words: string; label: string; label_x: number; paint: string; left: number; right: number; top: number;
  is_point: boolean; is_soft: boolean; stops: { offset: number; opacity: number }[];
}
export interface Lane { name: string; top: number; past: { words: string; label: string } | null; bars: LaneBar[] }

const ROW = 19, LETTER = 6.3, FIRST = ["dialysis", "diet"];
const SAME = 1 / 168; // weeks; bars that start within an hour start together
export const BAR = 15;

export function laidOut(comparison: Comparison, frame: Frame, begin: number, is_narrow: boolean, of: (count: number, of: number) => string): { lanes: Lane[]; bottom: number } {
  const { past, bars } = comparison.lanes;
  const names = [...new Set([...past, ...bars].map((one) => one.lane))].sort((one, other) => order(one).localeCompare(order(other)));
  let top = begin;
  const lanes = names.map((name): Lane => {
    const said = past.find((one) => one.lane === name)?.label;
    const lane: Lane = { name, top, past: said ? { words: said, label: fitted(said, x(frame, 0) - frame.left - 8) } : null, bars: [] };
    if (is_narrow) top += ROW - 3;
    const own = bars.filter((bar) => bar.lane === name && isDrawn(bar.letters));
    const rows = [...new Set(own.map((bar) => bar.letters))].sort();
    for (const shared of rows) {
      const row = own.filter((bar) => bar.letters === shared), is_of_all = shared.length === comparison.plans.length && shared.length > 1;
      const letters = is_of_all ? "" : [...shared].join(" ");
      row.forEach((bar, index) => {
        const left = x(frame, bar.first), right = x(frame, Math.max(bar.last, bar.first));
        const limit = index + 1 < row.length ? x(frame, row[index + 1]!.first) : frame.right;
        const words = `${letters} ${bar.label}${bar.courses === bar.of ? "" : `, ${of(bar.courses, bar.of)}`}`.trim();
        const is_point = right - left < 6, sure = x(frame, Math.min(bar.starts, bar.last)) + 5;
        // The words stand where all courses have the treatment, unless that leaves no room for them.
        const label_x = is_point ? left + 12 : limit - sure < 60 ? left + 5 : sure;
        const soft = [bar.starts - bar.first > SAME, bar.last - bar.ends > SAME];
        const full = (0.36 * bar.courses) / Math.max(bar.of, 1);
        const middle = [x(frame, bar.starts), x(frame, bar.ends)].sort((one, other) => one - other);
        const stops = [[left, soft[0] ? 0.05 : full], [middle[0]!, full], [middle[1]!, full], [right, soft[1] ? 0.05 : full]] as const;
        lane.bars.push({
          key: `${shared}-${index}`, words, label: fitted(words, limit - label_x - 2), label_x, left, right, top, is_point,
          paint: letters.length === 1 && letters in DASHES ? letters.toLowerCase() : "grey", is_soft: soft.some(Boolean),
          stops: stops.map(([place, opacity]) => ({ offset: is_point ? 0 : (place - left) / (right - left), opacity })),
        });
      });
      top += ROW;
    }
    if (rows.length === 0) top += ROW;
    top += 4;
    return lane;
  });
  return { lanes, bottom: top };
}

/** The name of a lane as people read it; `known` has the words for those that are no drug. */
export function laneTitle(name: string, known: Record<string, unknown>): string {
  const word = known[name], bare = name.replace(/^drug: /, "");
  return typeof word === "string" ? word : bare.charAt(0).toUpperCase() + bare.slice(1);
}

const order = (name: string) => `${FIRST.includes(name) ? FIRST.indexOf(name) : name.startsWith("drug") ? 3 : 2}${name}`;
/** Plans that have no colour are in the table only. */
const isDrawn = (letters: string) => [...letters].some((letter) => letter in DASHES);

/** As much of the words as there is room for. */
function fitted(words: string, room: number): string {
  const fits = Math.floor(room / LETTER);
  if (fits < 2) return "";
  return words.length <= fits ? words : `${words.slice(0, fits - 1).replace(/[ ,]+$/, "")}…`;
}
