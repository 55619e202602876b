/* How one person likes to see it, kept on this machine: language, theme, size of type. */
import { defineStore } from "pinia";
import { reactive, watch } from "vue";
import { context } from "@/api/client";
import { isLanguage, setLanguage, type Language } from "@/texts";
import { kept, keep } from "@/base/kept";

export interface Settings {
  language: Language;
  theme: "light" | "dark" | "auto";
  large: boolean;
  dense: boolean;
  navFolded: boolean;
}
const first: Settings = {
  language: "zh-CN",
  theme: "light",
  large: false,
  dense: false,
  navFolded: false,
};

export const useSettings = defineStore("settings", () => {
  const s = reactive<Settings>({ ...first, ...kept<Partial<Settings>>("settings", {}) });
  if (!isLanguage(s.language)) s.language = first.language; // kept by another version, or by hand
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const root = document.documentElement;
    const dark = s.theme === "dark" || (s.theme === "auto" && system.matches);
    root.classList.toggle("dark", dark);
    root.classList.toggle("large", s.large);
    root.classList.toggle("dense", s.dense);
    root.lang = s.language;
    context.language = s.language;
  };
  system.addEventListener("change", apply);
  watch(s, () => {
    keep("settings", s);
    apply();
  });
  watch(() => s.language, setLanguage);
  apply();
  return { s, ready: setLanguage(s.language) };
});
