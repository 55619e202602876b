/* What a page asks for stands in its address: going back, reloading or passing the link on shows the same. */
import { watch } from "vue";
import { useRoute, useRouter } from "vue-router";

/** Keeps the address of a page up to what is asked there; what is null or empty falls away. Called in its setup. */
export function inAddress(asked: () => Record<string, string | null | undefined>): void {
  const route = useRoute();
  const router = useRouter();
  const here = route.path;
  watch(asked, (now) => {
    if (route.path === here) void router.replace({ path: here, query: { ...route.query, ...Object.fromEntries(Object.entries(now).map(([k, v]) => [k, v || undefined])) } });
  });
}
