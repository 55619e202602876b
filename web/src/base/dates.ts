/* Days are text, 2026-11-21, in the office's own time zone. */

export function today(): string {
  const now = new Date();
  return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, "0")}-${String(now.getDate()).padStart(2, "0")}`;
}

/** "2026-11-22T02:55:38.58Z" -> "2026-11-22 10:55" */
export function moment(instant: string | null | undefined): string {
  if (!instant) return "";
  const t = new Date(instant);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${t.getFullYear()}-${two(t.getMonth() + 1)}-${two(t.getDate())} ${two(t.getHours())}:${two(t.getMinutes())}`;
}
