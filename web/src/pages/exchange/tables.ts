/* A file of the office as rows of text: CSV in UTF-8 or GB18030, or the sheets of a workbook. */
import { readCsv } from "@/base/csv";

export interface Table {
  name: string;
  rows: string[][];
  /** The file itself, which is sent untouched as long as nothing was changed; null: a sheet, sent as CSV. */
  file: File | null;
}

function decode(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("gb18030").decode(bytes);
  }
}
/* The separator is what the first lines have most of. */
function plain(text: string): string[][] {
  const first = text.slice(0, 4000);
  const count = (c: string) => first.split(c).length;
  const separator = [",", "\t", ";", "，"].sort((a, b) => count(b) - count(a))[0]!;
  return readCsv(text, separator);
}
const two = (n: number): string => String(n).padStart(2, "0");
function cell(v: unknown): string {
  if (v == null) return "";
  // A day of a workbook has no zone: read-excel-file gives it as UTC.
  if (v instanceof Date) return `${v.getUTCFullYear()}-${two(v.getUTCMonth() + 1)}-${two(v.getUTCDate())}`;
  if (typeof v === "boolean") return v ? "是" : "否";
  return String(v).trim();
}

export async function readTables(file: File): Promise<Table[]> {
  if (!/\.xlsx$/i.test(file.name)) return [{ name: file.name, rows: plain(decode(await file.arrayBuffer())).filter((r) => r.some(Boolean)), file }];
  const { default: read, readSheetNames } = await import("read-excel-file");
  const names = await readSheetNames(file);
  const out: Table[] = [];
  for (const [i, sheet] of names.entries()) {
    const rows = (await read(file, { sheet: i + 1 })).map((r) => r.map(cell)).filter((r) => r.some(Boolean));
    if (rows.length > 1) out.push({ name: names.length > 1 ? `${file.name.replace(/\.xlsx$/i, "")}-${sheet}.csv` : file.name.replace(/xlsx$/i, "csv"), rows, file: null });
  }
  return out;
}

/** Titles, units and dates may stand above the headings: the first row with as many cells as the rows below. */
export function headingRow(rows: readonly (readonly string[])[]): number {
  const filled = rows.slice(0, 8).map((r) => r.filter(Boolean).length);
  const most = Math.max(...filled, 1);
  return Math.max(0, filled.findIndex((n, i) => i < 5 && n >= most * 0.7));
}
