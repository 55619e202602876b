/* Code tables: asked for once, shown in the language of the page. */
import { defineStore } from "pinia";
import { reactive } from "vue";
import { api } from "@/api/client";
import { today } from "@/base/dates";
import { language } from "@/texts";
import type { Code } from "@/api/types";

export const useCodes = defineStore("codes", () => {
  const tables = reactive<Record<string, Code[]>>({});
  const asked = new Map<string, Promise<void>>();

  function need(table: string): Promise<void> {
    let wait = asked.get(table);
    if (!wait) {
      wait = api
        .get("/api/v1/codes/{table}", { params: { table } })
        .then((r) => {
          tables[table] = (r.data as { rows: Code[] }).rows;
        })
        .catch((e: unknown) => {
          asked.delete(table);
          throw e;
        });
      asked.set(table, wait);
    }
    return wait;
  }
  const rows = (table: string): Code[] => {
    if (!tables[table]) need(table).catch(() => {});
    return tables[table] ?? [];
  };
  const label = (c: Code): string => (language.value === "en" ? c.en : c.zh);
  function word(table: string, slug: unknown): string {
    if (slug == null || slug === "") return "";
    if (Array.isArray(slug)) return slug.map((x) => word(table, x)).join(language.value === "en" ? ", " : "、");
    const found = rows(table).find((c) => c.slug === slug);
    return found ? label(found) : String(slug);
  }
  /** What the server names in Chinese, whatever the language: the parts of a figure. */
  const translated = (table: string, zh: string): string => {
    const found = rows(table).find((c) => c.zh === zh);
    return found ? label(found) : zh;
  };
  /** After a change. */
  function again(table: string): Promise<void> {
    asked.delete(table);
    return need(table);
  }
  /** What may be chosen today; what a row has already stays. */
  const offered = (table: string, has?: unknown): Code[] => rows(table).filter((c) => !c.valid_to || c.valid_to >= today() || c.slug === has || (Array.isArray(has) && has.includes(c.slug)));
  return { rows, offered, label, word, translated, need, again };
});
