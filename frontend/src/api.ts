/** Every call to the server. A refusal becomes a `Refusal` with the sentence that the command line prints. */
import { settings } from "./settings.svelte";
import type * as T from "./types";

export class Refusal extends Error {
  constructor(readonly status: number, readonly kind: string, text: string) { super(text); }
}

export async function call<R>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<R> {
  const is_form = body instanceof FormData;
  const headers: Record<string, string> = { "accept-language": settings.language };
  if (body !== undefined && !is_form) headers["content-type"] = "application/json";
  let answer: Response;
  try {
    answer = await fetch(`/api${path}`, { method, headers, body: is_form ? body : body === undefined ? undefined : JSON.stringify(body), signal });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Refusal(0, "Unreachable", settings.language === "fr" ? "Le serveur ne répond pas. Est-ce que « brushite serve » tourne encore ?" : "The server does not answer. Is brushite serve still running?");
  }
  if (!answer.ok) {
    const said = await answer.json().catch(() => null);
    if (answer.status === 401) settings.needs_sign_in = true;
    throw new Refusal(answer.status, said?.error?.kind ?? "", said?.error?.text ?? `${answer.status} ${answer.statusText}`);
  }
  return answer.status === 204 ? (undefined as R) : await answer.json();
}

const get = <R>(path: string) => call<R>("GET", path);
const post = <R>(path: string, body: unknown = {}, signal?: AbortSignal) => call<R>("POST", path, body, signal);
export const at = (id: string) => `/patients/${encodeURIComponent(id)}`;

export const health = () => get<T.Health>("/health");
export const signIn = (name: string, password: string) => post<void>("/sign-in", { name, password });
export const signOut = () => post<void>("/sign-out");

export const patients = (deleted = false) => get<T.PatientRow[]>(`/patients?deleted=${deleted}`);
export const patient = (id: string) => get<T.Patient>(at(id));
export const addPatient = (yaml: string, plans_yaml = "") => post<T.Patient>("/patients", { yaml, plans_yaml });
/** `expected` is the revision the edit began from; 409 when somebody else was faster. */
export const changePatient = (id: string, expected: number, change: { yaml?: string; plans_yaml?: string }, what: string) => call<T.Patient>("PUT", at(id), { expected, what, ...change });
export const removePatient = (id: string) => call<void>("DELETE", at(id));
export const restorePatient = (id: string) => post<T.Patient>(`${at(id)}/restore`);
export const revisions = (id: string) => get<T.Revision[]>(`${at(id)}/revisions`);
/** Back to an earlier revision, as a new one. */
export const goBack = (id: string, expected: number, to: number) => post<T.Patient>(`${at(id)}/revisions`, { expected, to });
/** A record that has been changed in the form or as text, checked and not kept: its YAML, words and findings. */
export const checkRecord = (given: { yaml: string } | { record: unknown }) => post<{ yaml: string; record: Record<string, unknown>; described: string; findings: T.Finding[] }>("/records/check", given);
export const audit = (id?: string) => get<T.AuditEntry[]>(id ? `/audit?patient=${encodeURIComponent(id)}` : "/audit");
export const exportUrl = (id: string, to: "yaml" | "fhir" | "phenopacket") => `/api${at(id)}/export?to=${to}`;

export const cases = () => get<T.CaseView[]>("/cases");
/** A published case as a new patient. */
export const takeCase = (name: string) => post<T.Patient>(`/cases/${name}`);
export const about = () => get<T.About>("/about");

export function readDocument(file: Blob, name: string): Promise<T.ReadingView> {
  const form = new FormData();
  form.append("file", file, name);
  return call<T.ReadingView>("POST", "/readings", form);
}
export const reading = (id: string) => get<T.ReadingView>(`/readings/${id}`);
/** An answer is the number of an option from 1, "skip", or the right value written by hand. */
export const answer = (id: string, answers: { number: number; answer: string | null }[], columns?: { column: string; taken_for: string }[]) => call<T.ReadingView>("PUT", `/readings/${id}`, { answers, columns });
export const markedUrl = (id: string) => `/api/readings/${id}/marked`;
export const keepReading = (id: string, label: string) => post<T.Patient>(`/readings/${id}/patient`, { label });

/** YAML and mappings of the same plans; findings for those that are usable, a Refusal for those that are not. */
export const checkPlans = (given: { yaml: string } | { plans: T.PlanEntries[] }, patient?: string) => post<T.PlansView>("/plans/check", { ...given, patient });
export const drugs = () => get<{ name: string; unit: string; usual: [number, number] | null }[]>("/drugs");
export const levers = (id: string) => get<T.Lever[]>(`${at(id)}/levers`);

export const startFit = (id: string, population = "haemodialysis", seed = 1) => post<T.Job>(`${at(id)}/fit`, { population, seed });
/** 404 until a fit of this revision is ready. */
export const fitOf = (id: string) => get<T.Fit>(`${at(id)}/fit`);
export const parameters = (id: string) => get<T.ParameterRow[]>(`${at(id)}/parameters`);

export interface Ask { plans: T.PlanEntries[]; weeks?: number; draws?: number; seed?: number; detail?: boolean; courses?: number }
/** Current care is always plan A; `plans` are B, C, ... Fits first where no fit is ready. */
export const compare = (id: string, ask: Ask, signal?: AbortSignal) => post<T.Comparison>(`${at(id)}/compare`, ask, signal);
export const oneWeek = (id: string, ask: Ask & { week: number }, signal?: AbortSignal) => post<T.Week>(`${at(id)}/week`, ask, signal);
export const startReport = (id: string, ask: Ask, format: "pdf" | "html") => post<T.Job>(`${at(id)}/report`, { ...ask, format, language: settings.language });
export const codeOf = (id: string, ask: Ask) => post<T.Code>(`${at(id)}/code`, ask);
export const tableUrl = "/api/table"; // POST the same as compare, gives CSV
export async function csvOf(id: string, ask: Ask): Promise<Blob> {
  const answer = await fetch(`/api${at(id)}/table`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(ask) });
  if (!answer.ok) throw new Refusal(answer.status, "", answer.statusText);
  return answer.blob();
}

export const job = (id: string) => get<T.Job>(`/jobs/${id}`);
export const cancel = (id: string) => call<T.Job>("DELETE", `/jobs/${id}`);
export const fileUrl = (id: string) => `/api/jobs/${id}/file`;

/** Follows a job by server-sent events until it has ended; rejects with the reason when it failed. */
export function follow(started: T.Job, tell: (job: T.Job) => void): Promise<T.Job> {
  return new Promise((resolve, reject) => {
    tell(started);
    const source = new EventSource(`/api/jobs/${started.id}/events`);
    source.onmessage = (event) => {
      const now = JSON.parse(event.data) as T.Job;
      tell(now);
      if (now.state === "waiting" || now.state === "running") return;
      source.close();
      if (now.state === "failed") reject(new Refusal(422, "", now.message));
      else resolve(now);
    };
    source.onerror = () => { source.close(); job(started.id).then((now) => { tell(now); now.state === "done" ? resolve(now) : reject(new Refusal(0, "", now.message || "…")); }, reject); };
  });
}

/** At most one call in flight for each key; of those that come meanwhile only the newest is made. Others give null. */
export function newest<A, R>(make: (ask: A, signal: AbortSignal) => Promise<R>): { (ask: A): Promise<R | null>; stop(): void } {
  let running: AbortController | null = null;
  let waiting: { ask: A; resolve: (r: R | null) => void; reject: (e: unknown) => void } | null = null;
  function run(ask: A): Promise<R | null> {
    const control = new AbortController();
    running = control;
    return make(ask, control.signal).catch((error) => { if (control.signal.aborted) return null; throw error; }).finally(() => {
      if (running === control) running = null;
      const next = waiting;
      waiting = null;
      if (next) run(next.ask).then(next.resolve, next.reject);
    });
  }
  const one = (ask: A): Promise<R | null> => {
    if (!running) return run(ask);
    waiting?.resolve(null);
    return new Promise((resolve, reject) => { waiting = { ask, resolve, reject }; });
  };
  return Object.assign(one, { stop() { waiting?.resolve(null); waiting = null; running?.abort(); } });
}
