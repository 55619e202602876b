/* What may be done with a case where it stands: one row each. The server says the last word. */
import { t } from "@/texts";
import type { CaseFile, Definition, Step } from "./cases";

export interface Act {
  name: string;
  title: string;
  /** Behind /cases/{county}/{no}/. */
  path: string;
  entity: string;
  fields: string[];
  saved: Record<string, unknown>;
  required?: string[];
  choices?: Record<string, { value: string; label: string }[]>;
  /** One of the county's meetings is chosen. */
  meeting?: boolean;
  /** It is what the step waits for. */
  main?: boolean;
}

const deciders = ["review", "meeting", "register", "acceptance"];
/* Whose step it is where the programme does not say (src/casework/case.c has the same table). */
const USUAL: Record<string, Step["level"]> = { meeting: "township", review: "township", home_visit: "township", register: "township", batch: "township", acceptance: "township", responsibility_letter: "township", appraisal: "county", amount: "county", exclusion: "county", filing: "county" };
const levelOf = (s: Step | undefined): string => s?.level ?? (s?.decides ? "county" : (USUAL[s?.kind ?? ""] ?? "township"));
export function formsOf(k: CaseFile, all: Definition["steps"], may: (right: string) => boolean): Act[] {
  const step = all.find((s) => s.id === k.step);
  const out: Act[] = [];
  const add = (yes: unknown, act: Omit<Act, "title"> & { title?: string }) => yes && out.push({ title: t(`cases.act_${act.name}`), ...act });
  const office = may(step?.level ? `case.decide.${step.level}` : "case.enter");
  // Who sends back or refuses: the office of the step; what was decided already, the office that decided.
  const stops = may(`case.decide.${levelOf((k.decided_on ? all.find((s) => s.decides && s.enabled !== false) : undefined) ?? step)}`);
  const running = k.state === "in_steps";
  const kind = k.step_kind ?? "";
  const decision = { decision: [{ value: "agree", label: t("cases.agree") }, { value: "refuse", label: t("cases.refuse") }] };
  const meets = kind === "meeting";
  add(running && office && deciders.includes(kind), {
    name: "decide",
    path: "decide",
    entity: "decide_form",
    fields: ["decision", ...(meets ? ["meeting"] : []), "opinion", ...(step?.decides ? ["approved"] : [])],
    saved: { decision: "agree" },
    choices: decision,
    meeting: meets,
    main: true,
  });
  add(running && office && kind === "home_visit", { name: "visit", path: "visits", entity: "visit_form", fields: ["visited_on", "group_no", "visitors", "person_met", "opinion", "against"], saved: {}, main: true });
  add(running && office && kind === "appraisal", { name: "appraise", path: "appraisals", entity: "appraisal_form", fields: ["appraised_on", "experts", "opinion", "against"], saved: {}, main: true });
  add(running && office && kind === "amount", { name: "amount", path: "amount", entity: "amount_form", fields: ["approved", "opinion"], saved: { approved: k.asked ?? null }, main: true });
  add(running && office && kind === "responsibility_letter", { name: "letter", path: "papers", entity: "paper_form", fields: ["signed_on", "parties", "document_no"], saved: { kind: "letter" }, required: ["parties"], main: true });
  add(running && office && kind === "filing", { name: "filing", path: "papers", entity: "paper_form", fields: ["signed_on", "office", "document_no"], saved: { kind: "filing" }, required: ["office"], main: true });
  add(running && stops && !deciders.includes(kind), { name: "refuse", path: "decide", entity: "decide_form", fields: ["opinion"], saved: { decision: "refuse" }, required: ["opinion"] });
  add(running && stops, { name: "return", path: "return", entity: "case_reason", fields: ["reason", "to_step"], saved: {} });
  add((running || ["draft", "returned"].includes(k.state)) && may("case.decide.county"), { name: "except", path: "exceptions", entity: "except_form", fields: ["condition", "meeting", "reason", "document"], saved: {}, meeting: true });
  add((running || ["draft", "returned"].includes(k.state)) && may("case.enter"), { name: "withdraw", path: "withdraw", entity: "reason_form", fields: ["reason"], saved: {} });
  add(k.state === "confirmed" && may("case.decide.county"), { name: "void", path: "void", entity: "reason_form", fields: ["reason"], saved: {} });
  return out;
}
