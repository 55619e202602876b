/* Names for what the interface answers, and the shapes of answers that its description leaves open. */
import type { components } from "./schema";

export type Household = components["schemas"]["household_answer"];
export type Region = components["schemas"]["region_answer"];

export interface Person extends Record<string, unknown> {
  county: number;
  id: number;
  household_id: number;
  name?: string;
  id_number?: string;
  sex?: string;
  birth_date?: string;
  relation?: string;
  change_status?: string;
}
export interface IncomeYear extends Record<string, unknown> {
  county: number;
  id: number;
  year: number;
  total_income?: string | null;
  net_income?: string | null;
  net_income_per_head?: string | null;
}
export interface StateChange {
  id: number;
  old_state?: string;
  state: string;
  year?: number;
  changed_on?: string;
  document?: string;
  note?: string;
  recorded_on?: string;
}
export interface HouseholdFile extends Record<string, unknown> {
  county: number;
  id: number;
  hh_no: string;
  head_name?: string;
  village: string;
  village_name?: string;
  township_name?: string;
  state?: string;
  members: Person[];
  years: IncomeYear[];
  states: StateChange[];
}
export interface Me {
  id: number;
  login: string;
  name: string;
  unit?: string;
  roles: { role: string; region: string | null }[];
  permissions: string[];
  csrf: string | null;
  demo: boolean;
}
export interface Code {
  code: number;
  slug: string;
  zh: string;
  en: string;
  /** Added here; the last day on which it is offered. */
  own?: boolean;
  valid_to?: string;
  aliases?: string;
}
export interface Job {
  id: number;
  kind: string;
  name: string;
  state: "running" | "done" | "failed" | "cancelled" | "interrupted";
  made_at: string;
  ended_at?: string;
  done: number;
  all: number;
  outcome: Record<string, unknown> | null;
}
