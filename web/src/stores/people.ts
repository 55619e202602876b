/* Who did something: the name of the person, by login. Names are asked for together, each once. */
import { defineStore } from "pinia";
import { reactive } from "vue";
import { api } from "@/api/client";

/* As many as the server tells at once. */
const AT_ONCE = 50;

export const usePeople = defineStore("people", () => {
  const names = reactive<Record<string, string>>({});
  const asked = new Set<string>();
  let wanted: string[] = [];

  async function ask(): Promise<void> {
    const all = wanted;
    wanted = [];
    for (let i = 0; i < all.length; i += AT_ONCE) {
      const some = all.slice(i, i + AT_ONCE);
      try {
        const { data } = await api.get("/api/v1/names", { query: { logins: some.join(",") } });
        for (const one of data.rows ?? []) if (one.login && one.name) names[one.login] = one.name;
      } catch {
        // The login stays; the next page asks again.
        for (const one of some) asked.delete(one);
      }
    }
  }
  /** The name, once it is known; the login meanwhile, and of whoever works elsewhere. */
  function name(login: string | null | undefined): string {
    if (!login) return "";
    if (names[login] === undefined && !asked.has(login)) {
      asked.add(login);
      if (wanted.push(login) === 1) setTimeout(() => void ask());
    }
    return names[login] ?? login;
  }
  return { name };
});
