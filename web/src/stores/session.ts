/* Who is logged in, and what they may do. */
import { defineStore } from "pinia";
import { computed, ref } from "vue";
import { api, context, Problem } from "@/api/client";
import { keep, keptNames } from "@/base/kept";
import type { Me } from "@/api/types";

export const useSession = defineStore("session", () => {
  const me = ref<Me | null>(null);
  const online = ref(true);
  /** Ended on the server while something was open: the page stays, a log-in opens over it. */
  const ended = ref(false);

  async function load(): Promise<Me | null> {
    try {
      me.value = (await api.get("/api/v1/me")).data as unknown as Me;
      context.csrf = me.value.csrf;
      ended.value = false;
    } catch (e) {
      if (!(e instanceof Problem) || e.status !== 401) throw e;
      me.value = null;
    }
    return me.value;
  }
  async function logIn(login: string, password: string, code: string): Promise<void> {
    await api.post("/api/v1/session", { body: code ? { login, password, code } : { login, password } });
    const before = me.value?.login;
    await load();
    if (before && before !== me.value?.login) dropDrafts();
  }
  /* What one person typed is not the next one's to see. */
  function dropDrafts(): void {
    keptNames("draft.").forEach((name) => keep(name, null));
    try {
      sessionStorage.clear();
    } catch {
      // nothing was kept
    }
  }
  async function logOut(): Promise<void> {
    await api.delete("/api/v1/session");
    dropDrafts();
    me.value = null;
    context.csrf = null;
  }
  /** One of them is enough: "users|appoint". */
  const may = (permission: string): boolean => permission.split("|").some((p) => me.value?.permissions.includes(p));
  /** Where she works: the highest region she is appointed to. */
  const area = computed(() => me.value?.roles.map((r) => r.region).find((r) => r) ?? null);
  /** Her area is a whole county, or more: the special account is no township's. */
  const wide = computed(() => !!me.value?.roles.some((r) => !r.region || String(r.region).endsWith("000000")));

  context.ended = () => {
    if (me.value) ended.value = true;
  };
  context.reachable = (yes) => {
    online.value = yes;
  };
  return { me, online, ended, area, wide, load, logIn, logOut, may };
});
