/* How money went through each township, as the journal has it. */
export const ways = ["to_township", "to_households", "collected", "direct", "given_back", "remitted", "written_off"] as const;
export type Way = (typeof ways)[number];
export type Flow = { region: string; name: string } & Record<Way, string>;
export interface AgeClass {
  from_day: number;
  loans: number;
  amount: string;
  overdue: string;
}
export interface Ages {
  region?: string;
  name?: string;
  classes: AgeClass[];
}
export interface Figure {
  label: string;
  value?: string | null;
  values?: Record<string, string>;
  unit: string;
  reason?: string;
}
