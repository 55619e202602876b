import { Problem } from "@/api/client";
import { t } from "@/texts";

/** Without what only helps at the command line: （bangfu case …）, (--set project=…). */
export const said = (text: string): string => text.replace(/\s*[（(](?:bangfu |--)[^）)]*[）)]/g, "");

/** In words for the person at the desk. What is no Problem is a fault of ours and goes on up. */
export function words(e: unknown): string {
  if (!(e instanceof Problem)) throw e;
  if (e.offline) return t("app.offline_kept");
  if (e.errors.length) return e.errors.map((x) => said(x.message)).join(t("app.between"));
  return said(e.message) || t("app.failed", { status: e.status });
}
