/* What the server's forms consist of: one description drives labels, kinds of input and checks. */
import { defineStore } from "pinia";
import { reactive } from "vue";
import { api } from "@/api/client";
import { language } from "@/texts";

export interface Field {
  name: string;
  zh: string;
  en: string;
  type: "int" | "text" | "money" | "date" | "quantity" | "yesno" | "code" | "codes" | "region" | "instant" | "bytes";
  codes: string | null;
  format: "id_number" | "account" | "phone" | "month" | null;
  unit: string | null;
  required: boolean;
  server: boolean;
  masked: boolean;
  min?: number;
  max?: number;
}
export interface Entity {
  name: string;
  zh: string;
  en: string;
  columns: Field[];
}

export const useEntities = defineStore("entities", () => {
  const known = reactive<Record<string, Entity>>({});
  const asked = new Map<string, Promise<Entity>>();
  function need(entity: string): Promise<Entity> {
    let wait = asked.get(entity);
    if (!wait) {
      wait = api.get("/api/v1/entities/{entity}", { params: { entity } }).then((r) => (known[entity] = r.data as unknown as Entity));
      wait.catch(() => asked.delete(entity));
      asked.set(entity, wait);
    }
    return wait;
  }
  /** A form that the server describes elsewhere: the fields of an application. */
  function define(e: Entity): void {
    known[e.name] = e;
    asked.set(e.name, Promise.resolve(e));
  }
  const label = (f: { zh: string; en: string }): string => (language.value === "en" ? f.en : f.zh);
  const field = (entity: string, name: string): Field | undefined => known[entity]?.columns.find((c) => c.name === name);
  return { known, need, define, label, field };
});
