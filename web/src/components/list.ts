/* What a list is made of (ListTable.vue). */
export interface Column<Row> {
  key: string;
  title: string;
  kind?: "text" | "money" | "number" | "date" | "code" | "region";
  /** The code table; the key, if that is its name. */
  codes?: string;
  unit?: string;
  width?: number;
  /** Not shown until somebody chooses it. */
  hidden?: boolean;
  sum?: boolean;
  text?: (row: Row) => string;
  /** good, bad, due or soft: the colour beside the word. */
  mark?: (row: Row) => string;
}
export interface Page<Row> {
  rows: Row[];
  next?: string | null;
}
