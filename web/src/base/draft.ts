/* What is being typed survives a lost line, a closed tab and 退回. Numbers of identity, account and phone stay with the
 * tab; all of it goes when the person logs out or after a week. */
import { onScopeDispose, ref, watch, type Ref } from "vue";
import { kept, keep } from "./kept";

const WEEK = 7 * 24 * 3600 * 1000;
interface Draft {
  at: number;
  version: string | null;
  values: Record<string, unknown>;
}

export function useDraft(name: () => string, values: Ref<Record<string, unknown>>, secret: (field: string) => boolean, version: () => string | null) {
  const found = ref<Draft | null>(null);
  const sessionName = () => `bangfu.draft.${name()}`;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function look(): void {
    const d = kept<Draft | null>(`draft.${name()}`, null);
    if (!d || Date.now() - d.at > WEEK) {
      drop();
      return;
    }
    let apart: Record<string, unknown> = {};
    try {
      apart = JSON.parse(sessionStorage.getItem(sessionName()) ?? "{}") as Record<string, unknown>;
    } catch {
      // not kept
    }
    found.value = { ...d, values: { ...d.values, ...apart } };
  }
  function store(): void {
    const all = Object.entries(values.value);
    if (!all.length) {
      drop();
      return;
    }
    keep(`draft.${name()}`, { at: Date.now(), version: version(), values: Object.fromEntries(all.filter(([f]) => !secret(f))) });
    try {
      sessionStorage.setItem(sessionName(), JSON.stringify(Object.fromEntries(all.filter(([f]) => secret(f)))));
    } catch {
      // not kept
    }
  }
  function drop(): void {
    clearTimeout(timer);
    found.value = null;
    keep(`draft.${name()}`, null);
    try {
      sessionStorage.removeItem(sessionName());
    } catch {
      // not kept
    }
  }
  watch(values, () => {
    clearTimeout(timer);
    timer = setTimeout(store, 400);
  });
  onScopeDispose(() => clearTimeout(timer));
  return { found, look, drop };
}
