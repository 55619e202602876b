/* 公示 as the interface answers it. */
import { api } from "@/api/client";
import { t } from "@/texts";

export interface NoticeRow extends Record<string, unknown> {
  county: number;
  no: number;
  kind: string;
  level: string;
  region: string;
  title: string;
  programme?: string;
  days: number;
  day_unit: string;
  starts_on: string;
  ends_on: string;
  hotline: string;
  unit: string;
  rows_n: number;
  state: "prepared" | "posted" | "ended" | "void";
  prepared_on: string;
  prepared_by: string;
  posted_on?: string | null;
  ended_on?: string | null;
  void_reason?: string | null;
}
export interface Objection {
  county: number;
  no: number;
  row_no: number;
  anonymous: boolean;
  objector?: string | null;
  content: string;
  made_on: string;
  state: "waiting" | "open" | "answered" | "dismissed";
  handled_on?: string | null;
  handled_by?: string | null;
  reason?: string | null;
  result?: string | null;
}
export interface NoticeFile extends NoticeRow {
  intact: boolean;
  check: string;
  version: string;
  channels: { no: number; channel: string; place?: string; posted_on?: string | null; posted_by?: string | null; removed_on?: string | null }[];
  objections: Objection[];
  rows: { no: number; case_id?: number | null; applicant_name: string; head_name?: string; village?: string; project?: string; amount?: string | null; clear?: string }[];
}
export const readNotice = async (at: { county: number; no: number }): Promise<NoticeFile> => (await api.get("/api/v1/notices/{county}/{no}", { params: at })).data as unknown as NoticeFile;

const day = 86_400_000;
const until = (on: string, today: string): number => Math.round((Date.parse(on) - Date.parse(today)) / day);
/** How long still, in words, and the colour beside them. */
export function countdown(n: NoticeRow, today: string): { text: string; mark: string } {
  const from = until(n.starts_on, today);
  const to = until(n.ends_on, today);
  if (n.state === "ended" || n.state === "void") return { text: "", mark: "" };
  if (n.state === "prepared") return from < 0 ? { text: t("notices.post_late", { n: -from }), mark: "bad" } : { text: from ? t("notices.post_by", { n: from }) : t("notices.post_today"), mark: "due" };
  if (from > 0) return { text: t("notices.begins_in", { n: from }), mark: "" };
  if (to < 0) return { text: t("notices.days_over"), mark: "due" };
  return { text: to === 0 ? t("notices.last_day") : t("notices.days_left", { n: to + 1 }), mark: to <= 1 ? "due" : "" };
}
export const stateMarks: Record<string, string> = { prepared: "due", posted: "", ended: "good", void: "bad" };
export const objectionMarks: Record<string, string> = { waiting: "due", open: "bad", answered: "good", dismissed: "soft" };
