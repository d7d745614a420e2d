/** A time axis in weeks around now. */
const STEPS = [1, 2, 4, 8, 13, 26, 52, 104, 260, 520];

/** Weeks at which the axis has a mark, at most `most` of them, now always among them. */
export function marks(start: number, end: number, most: number): number[] {
  const step = STEPS.find((each) => (end - start) / each <= most) ?? STEPS.at(-1)!;
  const found: number[] = [];
  for (let week = Math.ceil(start / step) * step; week <= end; week += step) found.push(week === 0 ? 0 : week);
  return found;
}

/** On which side of each of `places`, from left to right, there is room for a word of width `room`; none where there is none. */
export function sides(places: number[], room: number): ("right" | "left" | "")[] {
  let taken = -Infinity; // as far as words and dots reach
  return places.map((x, i) => {
    const next = places[i + 1] ?? Infinity;
    const side = next - x >= room ? "right" : x - taken >= room ? "left" : "";
    taken = side === "right" ? x + room : x;
    return side;
  });
}

/** Neighbours closer than `apart` together, in order. */
export function clusters<E extends { x: number }>(all: E[], apart: number): E[][] {
  const found: E[][] = [];
  for (const each of [...all].sort((a, b) => a.x - b.x)) {
    const last = found.at(-1);
    if (last && each.x - last[0]!.x < apart) last.push(each); else found.push([each]);
  }
  return found;
}
