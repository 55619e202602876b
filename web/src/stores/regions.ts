/* The tree of regions, fetched level by level. */
import { defineStore } from "pinia";
import { reactive } from "vue";
import { api } from "@/api/client";
import type { Region } from "@/api/types";

export const useRegions = defineStore("regions", () => {
  const names = reactive<Record<string, string>>({});
  const below = new Map<string, Promise<Region[]>>();

  function children(parent: string | null): Promise<Region[]> {
    const key = parent ?? "";
    let wait = below.get(key);
    if (!wait) {
      wait = api.get("/api/v1/regions", { query: parent ? { parent } : {} }).then((r) => {
        const rows = r.data.rows ?? [];
        for (const one of rows) if (one.code && one.name) names[one.code] = one.name;
        return rows;
      });
      wait.catch(() => below.delete(key));
      below.set(key, wait);
    }
    return wait;
  }
  /** The codes from the province down to this one. */
  function line(code: string): string[] {
    const cuts = [2, 4, 6, 9, 12].map((n) => code.slice(0, n).padEnd(12, "0"));
    return cuts.filter((c, i) => cuts.indexOf(c) === i && (i === 0 || c !== cuts[i - 1]));
  }
  const parentOf = (code: string): string | null => line(code).at(-2) ?? null;
  const asking = new Set<string>();
  /** The name, once it is known; asks for it meanwhile. */
  function name(code: string | null | undefined): string {
    if (!code) return "";
    if (names[code] === undefined && !asking.has(code)) {
      asking.add(code);
      children(parentOf(code)).catch(() => asking.delete(code));
    }
    return names[code] ?? code;
  }
  return { children, name, names, line, parentOf };
});
