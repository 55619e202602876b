/* The roles there are. A role that bangfu brings along has its word in the texts; one of the office its own. */
import { defineStore } from "pinia";
import { ref } from "vue";
import { api } from "@/api/client";
import { language } from "@/texts";

export interface Role {
  code: string;
  zh: string;
  en: string;
  rights: { code: string; label: string }[];
}
export const useRoles = defineStore("offices", () => {
  const rows = ref<Role[]>([]);
  async function need(): Promise<void> {
    rows.value = ((await api.get("/api/v1/roles")).data as unknown as { rows: Role[] }).rows;
  }
  const word = (code: string): string => {
    const r = rows.value.find((x) => x.code === code);
    return r ? (language.value === "en" ? r.en : r.zh) : code;
  };
  return { rows, need, word };
});
