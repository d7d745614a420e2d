/** What the server says and takes; the same names as in its OpenAPI document (/api/docs). */

export type Language = "en" | "fr";

export interface PatientRow { id: string; label: string; revision: number; changed: string; who: string; is_deleted: boolean }
export interface Finding { place: string; finding: string }

/** A plan as it stands in a YAML file, as plain mappings: {plan, horizon?, base?, steps: [...], monitor?, note?}. */
export interface PlanEntries { brushite?: string; plan: string; base?: string; horizon?: string; steps: StepEntries[]; monitor?: unknown; note?: string }
/** One of {dialysis: {...}}, {give: "sevelamer 3.2 g/day"}, {diet: "800 mg/day"}, {stop: "calcium carbonate"}, {surgery: ...}, each with from, until, note, ... */
export type StepEntries = Record<string, unknown>;

/** A value at a moment for the timeline; `week` is counted from the record's present, negative before it. */
export interface TimelinePoint { output: string; title: string; unit: string; week: number; value: number; limit: "below" | "above" | null; later: boolean }

export interface Patient {
  id: string; label: string; revision: number; changed: string; who: string;
  /** The record as the YAML text that is kept, and as plain mappings. */
  yaml: string; record: Record<string, unknown>;
  /** The record in words, one paragraph per line, and what is odd or missing. */
  described: string; findings: Finding[];
  timeline: { points: TimelinePoint[]; therapy: { lane: string; label: string }[]; events: { week: number | null; when: string; text: string }[] };
  plans: PlanView[]; plans_yaml: string;
  /** Whether a fit of this revision is ready in memory. */
  is_fitted: boolean;
}

export interface PlanView { name: string; words: string; weeks: number; entries: PlanEntries; yaml: string; findings: string[] }
export interface PlansView { yaml: string; plans: PlanView[] }

export interface Revision { number: number; label: string; at: string; who: string; what: string }
export interface AuditEntry { number: number; at: string; who: string; action: string; patient: string | null; revision: number | null; detail: string }

/** A document that was read, before it becomes a patient. */
export interface ReadingView {
  id: string; document: string; kind: string; label: string; yaml: string; described: string;
  remarks: string[]; facts: { words: string; group: string; place: string }[];
  doubts: Doubt[]; has_text: boolean;
  /** Columns of a table: what each was taken for. Empty for what is no table. */
  columns: { column: string; taken_for: string }[];
}
export interface Doubt { number: number; question: string; place: string; options: string[]; answer: string | null }

export interface Job {
  id: string; kind: "fit" | "compare" | "report" | "measure"; state: "waiting" | "running" | "done" | "failed" | "cancelled";
  /** Places before it in the queue while it waits. */
  before: number; done: number; of: number; message: string; result: string | null;
}

export interface Learnt { name: string; meaning: string; unit: string; before: [number, number, number]; after: [number, number, number] }
export interface Match {
  name: string; title: string; week: number; unit: string; measured: number; limit: "below" | "above" | null;
  low: number; median: number; high: number; before: [number, number, number]; chance: number | null;
}
export interface Fit {
  revision: number; population: string; draws: number; seed: number; at: string; trust: string; learnt: Learnt[]; matches: Match[]; notes: string[];
}
export interface ParameterRow { name: string; meaning: string; unit: string; typical: number; low: number | null; median: number | null; high: number | null; source: string; is_assumed: boolean }

/** What a slider moves: `now` is current care (the middle of the simulated courses where the record leaves it open). */
export interface Lever { key: string; lane: string; title: string; unit: string; low: number; high: number; step: number; now: number; is_known: boolean }

export interface Target { low: number | null; high: number | null; label: string; source: string }
export interface Band { letter: string; p5: (number | null)[]; p25: (number | null)[]; p50: (number | null)[]; p75: (number | null)[]; p95: (number | null)[]; courses: (number | null)[][] }
export interface Output { output: string; title: string; unit: string; target: Target | null; bands: Band[]; points: { week: number; value: number; limit: string | null; later: boolean }[] }
export interface Bar { letters: string; lane: string; label: string; first: number; starts: number; ends: number; last: number; courses: number; of: number }
export interface Cell { letter: string; output: string; low: number | null; median: number | null; high: number | null; share: string | null }
export interface PairWords { output: string; plan: string; other: string; of: number; lower: number; higher: number; words: string; nearer: string | null }
export interface Table { title: string; head: string[]; rows: string[][]; note: string }

export interface Comparison {
  revision: number; weeks: number; draws: number; seed: number; population: string; version: string; model: string;
  result: string; description: string;
  plans: { letter: string; name: string; words: string }[];
  /** Weeks since now at which bands are given. */
  week: number[];
  outputs: Output[];
  lanes: { past: { lane: string; label: string }[]; bars: Bar[] };
  cells: Cell[]; pairs: PairWords[];
  /** Only with detail: true. */
  tables: Table[]; happened: string[]; doubts: string[]; unsaid: string[];
}

/** One week at hours, with the sessions of each plan by its letter. Bands are of the true course, without laboratory error. */
export interface Week { week: number; hour: number[]; sessions: Record<string, { start: number; end: number }[]>; outputs: { output: string; title: string; unit: string; bands: Band[] }[] }

export interface CaseView { name: string; label: string; described: string }
export interface About {
  version: string; model: string; disclaimer: string;
  counts: { states: number; parameters: number; cited: number; assumed: number; publications: number };
  populations: { name: string; title: string }[];
  submodels: { name: string; title: string; about: string; sources: string[] }[];
  references: { key: string; text: string }[];
}
export interface Health { version: string; model: string; who: string | null; needs_sign_in: boolean; is_protected: boolean; draws: { live: number; settled: number } }
export interface Code { python: string; command: string }
