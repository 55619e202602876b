/* How money went through each township. */
export interface TownshipFlow {
  region: string;
  name: string;
  lent: string | null;
  recovered: string | null;
  /** Owed and not late. */
  current: string | null;
  overdue: string | null;
}
export interface Figure {
  label: string;
  value?: string | null;
  values?: Record<string, string>;
  unit: string;
  reason?: string;
}
