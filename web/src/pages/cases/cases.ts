/* What the pages of cases share: a case's shape, its programme's form and steps, and moving many one by one. */
import { api, Problem, type FieldProblem } from "@/api/client";
import { said } from "@/base/failure";
import { fen, sum, yuan } from "@/base/money";
import { useEntities, type Field } from "@/stores/entities";
import { language, t } from "@/texts";

export interface CaseRow extends Record<string, unknown> {
  county: number;
  id: number;
  no: number;
  number?: string | null;
  programme: string;
  version: number;
  period_no?: number | null;
  household_id: number;
  hh_no: string;
  head_name?: string;
  applicant_name?: string;
  proxy?: string;
  village: string;
  state: string;
  step?: string | null;
  step_label?: string | null;
  step_kind?: string | null;
  project?: string | null;
  asked?: string | null;
  approved?: string | null;
  class?: string | null;
  exception?: boolean;
  notice_no?: number | null;
  applied_on?: string;
  applied_by?: string;
  decided_on?: string;
  since?: string;
  late?: boolean;
  reason?: string | null;
}
export interface DocumentRow {
  county: number;
  no: number;
  kind: string;
  title: string;
  format: string;
  size: number;
  added_on: string;
  added_by: string;
}
export interface CaseFile extends CaseRow {
  etag: string;
  missing: string[];
  answers: { field: string; value: string; answered_on?: string; answered_by?: string }[];
  checks: { stage: string; condition_id: string; label: string; seen?: string; missing?: string; result: string; checked_on: string; version: number }[];
  exceptions: { condition_id: string; label?: string; reason: string; document?: string; decided_on?: string; decided_by?: string }[];
  time_line: { seq: number; action: string; step?: string; happened_on: string; at?: string; login?: string; opinion?: string; meeting_id?: number | null; batch_id?: number | null }[];
  documents: DocumentRow[];
  visits: { id: number; visited_on: string; visitors: string; person_met?: string; decision?: string; opinion?: string; group_no?: number }[];
  appraisals: { id: number; appraised_on: string; experts: string; decision?: string; opinion?: string }[];
  papers: { id: number; step?: string; signed_on: string; parties?: string; office?: string; document_no?: string }[];
}

export interface Wording {
  zh?: string;
  en?: string;
}
export interface FormField extends Wording {
  id: string;
  type: "text" | "money" | "int" | "quantity" | "bool" | "date" | "code";
  required?: boolean;
  stage?: string;
  codes?: string;
  unit?: string;
  choices?: (Wording & { id: string })[];
}
export interface Step extends Wording {
  id: string;
  kind: string;
  level?: "village" | "township" | "county";
  enabled?: boolean;
  decides?: boolean;
  required?: string[];
  requires?: string[];
  days_max?: number;
}
export interface Definition {
  code: string;
  name: Wording;
  kind: string;
  label?: Record<string, Wording>;
  steps: Step[];
  application?: { fields?: FormField[]; proxy?: boolean };
  conditions?: (Wording & { id: string; stage?: string; decided_by_people?: boolean })[];
  exclude?: (Wording & { id: string; stage?: string; decided_by_people?: boolean })[];
  loan?: unknown;
}

export const stateMarks: Record<string, string> = { draft: "soft", in_steps: "", returned: "due", confirmed: "good", refused: "bad", withdrawn: "soft", void: "bad" };
export const keyOf = (k: CaseRow): string => `${k.county}/${k.no}`;
export const amountOf = (k: CaseRow): string | null => k.approved ?? k.asked ?? null;
/* A programme writes its English words as within a sentence; here they stand alone. */
const alone = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
export const wording = (w: Wording | undefined, otherwise = ""): string => (language.value === "en" ? alone(w?.en ?? w?.zh ?? otherwise) : (w?.zh ?? w?.en ?? otherwise));
export const stepName = (s: Step): string => (wording(s) ? wording(s) : t(`cases.kind_${s.kind}`));

/* --- programmes ---------------------------------------------------------------------------- */

const definitions = new Map<string, Promise<Definition>>();
/** Of one version; without a version the newest. */
export function definitionOf(code: string, version?: number): Promise<Definition> {
  const name = version ? `${code}@${version}` : code;
  let wait = definitions.get(name);
  if (!wait) {
    wait = api.get("/api/v1/programmes/{programme}", { params: { programme: name } }).then((r) => (r.data as unknown as { definition: Definition }).definition);
    wait.catch(() => definitions.delete(name));
    definitions.set(name, wait);
  }
  return wait;
}

const kinds: Record<FormField["type"], Field["type"]> = { text: "text", money: "money", int: "text", quantity: "quantity", bool: "yesno", date: "date", code: "text" };
const BLANK = { codes: null, format: null, unit: null, server: false, masked: false } as const;
const before = ["", "registry", "application"];
export const isOfOffice = (stage: string | undefined): boolean => !before.includes(stage ?? "");
/** The office that fills in a part of the form. */
export const stageRight = (stage: string | undefined): string =>
  !isOfOffice(stage) ? "case.enter" : stage === "village" || stage === "township" ? `case.decide.${stage}` : "case.decide.county";

export interface Asked {
  field: Field;
  stage: string | undefined;
  choices?: { value: string; label: string }[];
}
/** What the programme asks, and what people have to say of its conditions. */
export function askedBy(d: Definition): Asked[] {
  const fields = (d.application?.fields ?? []).map((f) => ({
    field: { ...BLANK, name: f.id, zh: f.zh ?? f.id, en: alone(f.en ?? f.id), type: f.codes ? ("code" as const) : kinds[f.type], codes: f.codes ?? null, unit: f.unit ?? null, required: f.required ?? false, max: f.type === "text" ? 400 : undefined },
    stage: f.stage,
    choices: f.choices?.map((c) => ({ value: c.id, label: wording(c, c.id) })),
  }));
  const said = [...(d.conditions ?? []), ...(d.exclude ?? [])]
    .filter((c) => c.decided_by_people)
    .map((c) => ({ field: { ...BLANK, name: `condition.${c.id}`, zh: c.zh ?? c.id, en: c.en ?? c.id, type: "yesno" as const, required: false }, stage: c.stage }));
  return [...fields, ...said];
}
/** Makes the form known under this name; returns how it is grouped. */
export function defineForm(name: string, d: Definition, all: readonly Asked[], more: readonly Field[] = []): { title: string; fields: string[] }[] {
  useEntities().define({ name, zh: d.name.zh ?? d.code, en: d.name.en ?? d.code, columns: [...all.map((a) => a.field), ...more] });
  const own = all.filter((a) => !isOfOffice(a.stage)).map((a) => a.field.name);
  const offices = all.filter((a) => isOfOffice(a.stage)).map((a) => a.field.name);
  return [
    { title: t("cases.application"), fields: own },
    { title: t("cases.by_office"), fields: offices },
    { title: t("cases.applicant"), fields: more.map((f) => f.name) },
  ].filter((g) => g.fields.length);
}
export const choicesOf = (all: readonly Asked[]): Record<string, { value: string; label: string }[]> =>
  Object.fromEntries(all.filter((a) => a.choices?.length).map((a) => [a.field.name, a.choices!]));
/** As a form holds it: yes and no are such. */
export function held(all: readonly Asked[], answers: CaseFile["answers"]): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const x of answers) {
    const f = all.find((a) => a.field.name === x.field)?.field;
    out[x.field] = f?.type === "yesno" ? x.value === "yes" : x.value;
  }
  return out;
}
export const answersOf = (values: Record<string, unknown>): { field: string; value: string }[] =>
  Object.entries(values).map(([field, v]) => ({ field, value: typeof v === "boolean" ? (v ? "yes" : "no") : String(v ?? "") }));
/** answers[2].value is a field of the form. */
export async function atFields<T>(answers: readonly { field: string }[], work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (e) {
    if (!(e instanceof Problem) || !e.errors.length) throw e;
    const errors: FieldProblem[] = e.errors.map((x) => {
      const at = /^answers\[(\d+)\]/.exec(x.field ?? "");
      return { ...x, message: said(x.message), field: at ? (answers[Number(at[1])]?.field ?? x.field) : x.field };
    });
    throw new Problem(e.status, e.kind, e.message, errors, e.current, e.retryAfter);
  }
}

/* --- many ---------------------------------------------------------------------------------- */

/** 30 件，30 户，合计 90,000.00 元 */
export function totals(rows: readonly CaseRow[]): { cases: number; households: number; amount: string; unknown: number } {
  return {
    cases: rows.length,
    households: new Set(rows.map((k) => `${k.county}/${k.household_id}`)).size,
    amount: sum(rows.map(amountOf)),
    unknown: rows.filter((k) => amountOf(k) === null).length,
  };
}
export interface NotDone {
  row: CaseRow;
  why: string[];
}
/** Cases at the same step of the same programme are decided together. */
export interface Group {
  key: string;
  county: number;
  programme: string;
  step: string | null;
  label: string;
  kind: string;
  rows: CaseRow[];
}
export function groupsOf(rows: readonly CaseRow[]): Group[] {
  const groups = new Map<string, Group>();
  for (const k of rows) {
    const key = `${k.county}.${k.programme}.${k.step ?? k.state}`;
    let g = groups.get(key);
    if (!g) groups.set(key, (g = { key, county: k.county, programme: k.programme, step: k.step ?? null, label: k.step_label ?? "", kind: k.step_kind ?? "", rows: [] }));
    g.rows.push(k);
  }
  return [...groups.values()].sort((a, b) => b.rows.length - a.rows.length);
}
const CHUNK = 100;
/** Decided in one act a hundred; who cannot be is told why. */
export async function decideMany(g: Group, d: { decision: string; opinion?: string; meeting?: number; approved?: string }, progress: (done: number) => void): Promise<NotDone[]> {
  const refused: NotDone[] = [];
  for (let i = 0; i < g.rows.length; i += CHUNK) {
    const rows = g.rows.slice(i, i + CHUNK);
    const { data } = await api.post("/api/v1/cases/decide", { body: { county: g.county, step: g.step ?? "", ...d, cases: rows.map((k) => ({ no: k.no })) } as never });
    for (const x of (data as unknown as { not_done: { no: number; why: string[] }[] }).not_done) refused.push({ row: rows.find((k) => k.no === x.no)!, why: x.why.map(said) });
    progress(Math.min(i + CHUNK, g.rows.length));
  }
  return refused;
}
export async function readCase(k: { county: number; no: number }): Promise<CaseFile> {
  return (await api.get("/api/v1/cases/{county}/{no}", { params: { county: k.county, no: k.no } })).data as unknown as CaseFile;
}
/** One after the other, each as it stands now. What hinders one does not stop the others; a lost line does. */
export async function moveEach(rows: readonly CaseRow[], move: (k: CaseRow, match: string) => Promise<string[]>, progress: (done: number) => void): Promise<NotDone[]> {
  const refused: NotDone[] = [];
  for (const [i, row] of rows.entries()) {
    try {
      const why = await move(row, (await readCase(row)).etag);
      if (why.length) refused.push({ row, why: why.map(said) });
    } catch (e) {
      if (!(e instanceof Problem) || e.offline) throw e;
      refused.push({ row, why: e.errors.length ? e.errors.map((x) => said(x.message)) : [said(e.message)] });
    }
    progress(i + 1);
  }
  return refused;
}
export const warningsOf = (data: unknown): string[] => (data as { warnings?: string[] }).warnings ?? [];
/** 8000 → 8000.00, for the interface; blank stays unknown. */
export const amount = (typed: string): string | undefined => {
  const n = fen(typed);
  return n === null ? undefined : yuan(n);
};
