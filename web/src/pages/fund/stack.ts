/* A stack of receipts that is keyed in. Every line has its Idempotency-Key from the moment it is opened, and stays on
 * this machine until it is through: a broken line, a closed tab or an ended session loses none and books none twice. */
import { computed, ref, watch } from "vue";
import { api, newKey, Problem } from "@/api/client";
import { kept, keep } from "@/base/kept";
import { fen, sum } from "@/base/money";
import { words } from "@/base/failure";

export type Excess = "keep" | "give-back";
export interface Receipt {
  key: string;
  county: number;
  contract: number;
  number: string;
  who: string;
  body: Record<string, unknown>;
  amount: string;
  excess: Excess | null;
  /** Of what follows a receipt that was too much; made with the line. */
  excessKey: string;
  state: "waiting" | "sending" | "through" | "refused" | "undone";
  receipt: string;
  owed: string;
  said: string;
}
interface Stack {
  total: string;
  lines: Receipt[];
}

export function useStack() {
  const name = "draft.repayments";
  const before = kept<Stack>(name, { total: "", lines: [] });
  const total = ref(before.total);
  // What was on its way when the page went is sent again, under its old key.
  const lines = ref<Receipt[]>(before.lines.map((l) => ({ ...l, state: l.state === "sending" ? "waiting" : l.state })));
  watch(
    [total, lines],
    () => {
      keep(name, total.value || lines.value.length ? { total: total.value, lines: lines.value } : null);
    },
    { deep: true, flush: "sync" },
  );

  async function settle(l: Receipt): Promise<void> {
    if (!l.excess || !l.receipt) return;
    const o = { params: { county: l.county }, key: l.excessKey, body: { receipt: l.receipt } };
    if (l.excess === "keep") await api.post("/api/v1/repayments/{county}/keep", o);
    else await api.post("/api/v1/repayments/{county}/give-back", o);
  }
  async function send(l: Receipt): Promise<void> {
    if (l.state !== "waiting") return;
    l.state = "sending";
    l.said = "";
    try {
      const { data } = await api.post("/api/v1/contracts/{county}/{id}/repayments", { params: { county: l.county, id: l.contract }, key: l.key, body: l.body as never });
      l.receipt = (data as unknown as { repayment: { receipt_no: string } }).repayment.receipt_no;
      l.owed = data.outstanding ?? "";
      if (!fen(data.overpaid ?? "0")) l.excess = null;
      await settle(l);
      l.state = "through";
    } catch (e) {
      // Nothing is known to be wrong with it: it waits for the line, or for the person to log in again.
      const later = e instanceof Problem && (e.offline || e.status === 401 || e.status === 429 || e.status >= 500);
      l.state = later ? "waiting" : "refused";
      l.said = words(e);
    }
  }
  /** One after the other, as they were keyed in. */
  let going: Promise<void> = Promise.resolve();
  function sendAll(): Promise<void> {
    going = going.then(async () => {
      for (const l of lines.value) {
        if (l.state !== "waiting") continue;
        await send(l);
        if ((l.state as string) === "waiting") return;
      }
    });
    return going;
  }
  function add(l: Omit<Receipt, "excessKey" | "state" | "receipt" | "owed" | "said">): void {
    lines.value.push({ ...l, excessKey: newKey(), state: "waiting", receipt: "", owed: "", said: "" });
    void sendAll();
  }
  async function undo(l: Receipt, reason: string, key: string): Promise<void> {
    await api.post("/api/v1/repayments/{county}/void", { params: { county: l.county }, key, body: { receipt: l.receipt, reason } });
    l.state = "undone";
  }
  function drop(l: Receipt): void {
    lines.value = lines.value.filter((x) => x !== l);
  }
  function clear(): void {
    total.value = "";
    lines.value = [];
  }
  const counted = computed(() => lines.value.filter((l) => l.state !== "undone" && l.state !== "refused"));
  const keyed = computed(() => sum(counted.value.map((l) => l.amount)));
  const open = computed(() => lines.value.filter((l) => l.state === "waiting" || l.state === "sending").length);
  return { total, lines, add, sendAll, undo, drop, clear, counted, keyed, open };
}
