/* Which fund the pages of money are about: the county, and one of its funds; kept on this machine. */
import { defineStore } from "pinia";
import { computed, ref, watch } from "vue";
import { api } from "@/api/client";
import type { Region } from "@/api/types";
import { keep, kept } from "@/base/kept";
import { useRegions } from "./regions";
import { useSession } from "./session";

export interface Fund {
  county: number;
  code: string;
  name: string;
  programme?: string | null;
  opened_on?: string | null;
  last_entry_on?: string | null;
}

export const useFunds = defineStore("funds", () => {
  const session = useSession();
  const regions = useRegions();
  const counties = ref<string[]>([]);
  const county = ref<number | null>(null);
  const rows = ref<Fund[]>([]);
  const code = ref(kept("fund", ""));
  const townships = ref<Region[]>([]);
  let asked: Promise<void> | undefined;
  let whose: string | undefined;

  async function countiesOf(region: string | null): Promise<string[]> {
    const all = await regions.children(region);
    if (all.some((r) => r.level === "county")) return all.map((r) => r.code ?? "");
    return (await Promise.all(all.map((r) => countiesOf(r.code ?? "")))).flat();
  }
  async function begin(): Promise<void> {
    const area = session.area;
    counties.value = area && area.slice(4, 6) !== "00" ? [area.slice(0, 6).padEnd(12, "0")] : await countiesOf(area);
    const last = kept<number | null>("fund.county", null);
    county.value = last && counties.value.includes(`${last}000000`) ? last : Number(counties.value[0]?.slice(0, 6) ?? 0) || null;
    await take();
  }
  async function take(): Promise<void> {
    if (!county.value) return;
    const at = county.value;
    const [below, funds] = await Promise.all([
      regions.children(`${at}000000`),
      session.may("ledger.read") || session.may("fund.repay") ? api.get("/api/v1/funds/{county}", { params: { county: at } }).then((r) => (r.data.rows ?? []) as unknown as Fund[]) : Promise.resolve([]),
    ]);
    townships.value = below;
    rows.value = funds;
    if (!funds.some((f) => f.code === code.value)) code.value = [...funds].sort((a, b) => (b.last_entry_on ?? "").localeCompare(a.last_entry_on ?? ""))[0]?.code ?? "";
  }
  /** Once for each person who logs in. */
  function need(): Promise<void> {
    if (whose !== session.me?.login) asked = undefined;
    whose = session.me?.login;
    asked ??= begin().catch((e: unknown) => {
      asked = undefined;
      throw e;
    });
    return asked;
  }
  async function choose(to: number): Promise<void> {
    county.value = to;
    keep("fund.county", to);
    await take();
  }
  watch(code, (c) => keep("fund", c));
  const fund = computed(() => rows.value.find((f) => f.code === code.value) ?? null);
  /** What the path of every operation of a fund begins with. */
  const at = computed(() => ({ county: county.value ?? 0, code: code.value }));
  return { counties, county, rows, code, fund, at, townships, need, choose, take };
});
