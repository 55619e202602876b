/* The programmes there are, by code. */
import { defineStore } from "pinia";
import { ref } from "vue";
import { api } from "@/api/client";
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
  return { rows, need, forget, name, nameOf };
});
