/* The programmes there are, by code. */
import { defineStore } from "pinia";
import { ref } from "vue";
import { api } from "@/api/client";
import { kept, keep } from "@/base/kept";
import { useFunds } from "@/stores/funds";
import { language } from "@/texts";

export interface ProgrammeRow {
  programme: string;
  version: number;
  zh: string;
  en: string;
  kind: string;
}

export const useProgrammes = defineStore("programmes", () => {
  const rows = ref<ProgrammeRow[]>([]);
  let asked: Promise<void> | undefined;
  function need(): Promise<void> {
    asked ??= api
      .get("/api/v1/programmes")
      .then((r) => {
        rows.value = (r.data as unknown as { rows: ProgrammeRow[] }).rows;
      })
      .catch((e: unknown) => {
        asked = undefined;
        throw e;
      });
    return asked;
  }
  /** A new version was made. */
  const forget = (): void => {
    asked = undefined;
  };
  const name = (p: ProgrammeRow): string => (language.value === "en" ? p.en : p.zh);
  const nameOf = (code: string): string => {
    const p = rows.value.find((x) => x.programme === code);
    return p ? name(p) : code;
  };
  /** The one that is worked on: what was chosen last on this machine, else the fund's, else the first that lends. */
  async function usual(): Promise<string> {
    const funds = useFunds();
    await Promise.all([need(), funds.need().catch(() => undefined)]);
    const there = (code: string | null | undefined): string | undefined => rows.value.find((p) => p.programme === code)?.programme;
    return there(kept("programme", "")) ?? there(funds.fund?.programme) ?? (rows.value.find((p) => p.kind === "loan") ?? rows.value[0])?.programme ?? "";
  }
  const chosen = (code: string): void => keep("programme", code || null);
  return { rows, need, forget, name, nameOf, usual, chosen };
});
