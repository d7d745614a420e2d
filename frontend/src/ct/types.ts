/** What the server says of CT scans; points are in mm to the patient's left, back and head (LPS). */
export type Point = [number, number, number];
export type Plane = "axial" | "coronal" | "sagittal";
export interface Measure { value: number; error: number; unit: string }
export interface Flag { name: string; text: string; spoils: string[] }
export interface Acquisition {
  source: string; kind: string; taken: string | null; kilovolts: number | null; kernel: string | null; thickness: number | null;
  position: string | null; has_contrast: boolean | null; scanner: string | null;
}
export interface Candidate { at: Point; volume: number; brightest: number; taken_for: string; why: string; beside: string | null }
export interface Distance { to: string; kind: string; millimetres: number; error: number; contact: number; at: Point | null }
export interface Mass {
  name: string; at: Point; side: "left" | "right" | "midline" | "unknown"; mineral_volume: Measure; threshold_volume: Measure; envelope_volume: Measure;
  hydroxyapatite: Measure | null; mean_hounsfield: number; brightest: number;
  diameters: { axial_long: number; axial_short: number; craniocaudal: number; feret: Point; box: Point; error: number };
  shape: { solidity: number; sphericity: number; lobules: number; mineral_share: number; septa_share: number; fluid_share: number };
  levels: { at: Point; area: number; tilt: number }[] | null; distances: Distance[]; beside: string | null; flags: Flag[];
}
export interface Measurement { flags: Flag[]; calibration: { factor: number; absolute: number; repeated: number; source: string } | null; masses: Mass[] }
export interface Line { name: string; kind: "nerve" | "vessel" | "drawn"; radius: number; points: Point[] }
export interface Wishes { seeds: Point[]; bone_seeds: Point[]; lines: Line[]; painted: boolean }

export interface ScanRow {
  id: string; name: string; added: string; who: string; acquisition: Acquisition & { shape?: Point }; has_labels: boolean;
  masses: { name: string; side: string; envelope_volume: Measure; hydroxyapatite: Measure | null }[]; measured: string | null;
}
export interface ScanView extends ScanRow {
  version: string; flags: Flag[]; grid: { shape: Point; spacing: Point; low: Point; high: Point }; shown: { shape: Point; spacing: Point };
  labels: { source: string; count: number } | null; candidates: Candidate[]; wishes: Wishes | null; measurement: Measurement | null; is_dicom: boolean;
}
export interface FollowRow { mass: string; span: string; from: string; to: string; event: string; quantity: string; unit: string; before: number | null; after: number | null; change: number | null; "per cent": number | null; limit: number | null; "limit per cent": number | null; answer: string; reason: string }
export interface Followed {
  scans: { source: string; taken: string | null }[]; rows: FollowRow[]; flags: Flag[];
  masses: { name: string; at: Point; sightings: { scan: number; seen: string; masses: string[]; text: string }[]; events: string[] }[];
}
export type Window = { level: number; width: number };
export type Tool = "look" | "seed" | "bone" | "line" | "paint";

/** NiiVue counts to the right and the front where DICOM counts to the left and the back. */
export const turned = ([x, y, z]: readonly number[]): Point => [-(x ?? 0), -(y ?? 0), z ?? 0];
/** A point in whole tenths of a millimetre. */
export const rounded = (point: readonly number[]): Point => point.map((each) => Math.round(each * 10) / 10) as Point;
