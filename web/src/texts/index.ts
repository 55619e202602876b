/* Every sentence of the app, by language: texts/LANGUAGE/PAGE.json. `npm run texts` finds what is missing or unused. */
import { computed, nextTick, type Ref } from "vue";
import { createI18n } from "vue-i18n";

export type Language = "zh-CN" | "en";
type Tree = { [key: string]: string | Tree };

const loaders: Record<Language, () => Promise<{ default: Tree }>> = {
  "zh-CN": () => import("./zh-CN"),
  en: () => import("./en"),
};

export const i18n = createI18n<false>({ legacy: false, locale: "zh-CN", fallbackLocale: false, messages: {}, missingWarn: false });
const locale = i18n.global.locale as unknown as Ref<Language>;
export const language = computed(() => locale.value);

export const isLanguage = (x: string): x is Language => x in loaders;
export async function setLanguage(to: Language): Promise<void> {
  if (!i18n.global.availableLocales.includes(to as never)) i18n.global.setLocaleMessage(to, (await loaders[to]()).default as never);
  locale.value = to;
  await nextTick();
}

/** Outside of a component. */
export const t = (key: string, values: Record<string, unknown> = {}): string => i18n.global.t(key, values);
