/* Meetings that decide about cases. */
import { api } from "@/api/client";
import { t } from "@/texts";
import { useRegions } from "@/stores/regions";
import type { CaseRow, Step } from "./cases";

export interface Meeting extends Record<string, unknown> {
  county: number;
  no: number;
  programme: string;
  level: string;
  region: string;
  held_on: string;
  attendance: string;
  attendance_n?: number;
  votes_for?: number | null;
  votes_against?: number | null;
  abstentions?: number | null;
  opinion?: string;
  decision?: string;
  minutes?: string;
  signatures?: string;
}
/** Where a step of that level is decided. */
export function placeOf(village: string, level: Step["level"]): string {
  return level === "village" ? village : (level === "township" ? village.slice(0, 9) : village.slice(0, 6)).padEnd(12, "0");
}
export async function meetingPage(region: string | null, after: string | null, limit: number): Promise<{ rows: Meeting[]; next: string | null }> {
  return (await api.get("/api/v1/meetings", { query: { region, after, limit } as never })).data as unknown as { rows: Meeting[]; next: string | null };
}
/** Those of the programme where these cases belong, the newest first. */
export async function meetingsOf(programme: string, level: Step["level"], rows: readonly CaseRow[]): Promise<Meeting[]> {
  const places = [...new Set(rows.map((k) => placeOf(k.village, level)))];
  const found: Meeting[] = [];
  let after: string | null = null;
  do {
    const page = await meetingPage(places.length === 1 ? places[0]! : null, after, 500);
    found.push(...page.rows.filter((m) => m.programme === programme && places.includes(m.region)));
    after = page.next;
  } while (after);
  return found.reverse();
}
export const meetingLabel = (m: Meeting): string => t("meetings.label", { no: m.no, on: m.held_on, place: useRegions().name(m.region), minutes: m.minutes ?? "" });
