/** Calls to the server about CT scans. */
import { call, at, Refusal } from "../api";
import type { Job, Patient } from "../types";
import type { Followed, Plane, Point, ScanRow, ScanView, Window, Wishes } from "./types";

const one = (patient: string, scan: string) => `${at(patient)}/scans/${scan}`;
export const scans = (patient: string) => call<ScanRow[]>("GET", `${at(patient)}/scans`);
export const scan = (patient: string, id: string) => call<ScanView>("GET", one(patient, id));
export const upload = (patient: string, form: FormData) => call<ScanRow>("POST", `${at(patient)}/scans`, form);
export const remove = (patient: string, id: string) => call<void>("DELETE", one(patient, id));
export const putLabels = (patient: string, id: string, form: FormData) => call<ScanView>("PUT", `${one(patient, id)}/labels`, form);
export function putBone(patient: string, id: string, mask: Uint8Array): Promise<void> {
  const form = new FormData();
  form.append("file", new Blob([mask as BlobPart]), "bone.nii");
  return call<void>("PUT", `${one(patient, id)}/bone`, form);
}
export const measure = (patient: string, id: string, wishes: Wishes) => call<Job>("POST", `${one(patient, id)}/measure`, wishes);
export const follow = (patient: string) => call<Followed>("GET", `${at(patient)}/follow`);
export const addLesion = (patient: string, id: string, ask: { expected: number; mass: string; lesion: string; site: string; taken: string }) => call<Patient>("POST", `${one(patient, id)}/lesion`, ask);
export const pointOn = (patient: string, id: string, plane: Plane, mm: number, across: number, down: number) => call<{ point: Point }>("GET", `${one(patient, id)}/point?plane=${plane}&at=${mm}&across=${across}&down=${down}`).then((found) => found.point);
export const sliceUrl = (patient: string, id: string, plane: Plane, mm: number, window: Window, version: string) => `/api${one(patient, id)}/slice.png?plane=${plane}&at=${mm}&level=${window.level}&width=${window.width}&v=${version}`;
export const fileUrl = (patient: string, id: string, name: string) => `/api${one(patient, id)}/${name}`;
/** The bytes of a file; null where there is none. */
export async function bytes(patient: string, id: string, name: string, signal: AbortSignal): Promise<ArrayBuffer | null> {
  const answer = await fetch(fileUrl(patient, id, name), { signal });
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Refusal(answer.status, "", (await answer.json().catch(() => null))?.error?.text ?? answer.statusText);
  return answer.arrayBuffer();
}
