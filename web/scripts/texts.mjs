// Are the texts whole? Every key in every language with the same {names}, every key used, every key that is used there.
//   node scripts/texts.mjs
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const src = fileURLToPath(new URL("../src", import.meta.url));
const walk = (folder) =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? walk(path) : [path];
  });
const wrong = [];

function flat(tree, prefix, out) {
  for (const [k, v] of Object.entries(tree)) {
    const key = `${prefix}.${k}`;
    if (typeof v === "string") out.set(key, v);
    else flat(v, key, out);
  }
  return out;
}
const languages = readdirSync(join(src, "texts")).filter((n) => statSync(join(src, "texts", n)).isDirectory());
const texts = Object.fromEntries(
  languages.map((l) => {
    const all = new Map();
    for (const file of readdirSync(join(src, "texts", l)).filter((f) => f.endsWith(".json")))
      flat(JSON.parse(readFileSync(join(src, "texts", l, file), "utf8")), file.slice(0, -5), all);
    return [l, all];
  }),
);
const keys = new Set(Object.values(texts).flatMap((t) => [...t.keys()]));
// Of "1 row | {n} rows" each form has the same.
const names = (text) => [...new Set(text.split(" | ").map((form) => [...form.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort().join()))].join(" | ");
for (const key of keys) {
  const missing = languages.filter((l) => !texts[l].has(key));
  if (missing.length) wrong.push(`${key} is missing in ${missing}`);
  else if (new Set(languages.map((l) => names(texts[l].get(key)))).size > 1) wrong.push(`${key}: the {names} differ`);
  for (const l of languages) if (texts[l].get(key)?.trim() === "") wrong.push(`${key} is empty in ${l}`);
}

// 'page.word' or "page.word" anywhere; `page.${…}` uses all below its fixed beginning.
const used = new Set();
const beginnings = new Set();
const pages = new Set([...keys].map((k) => k.split(".")[0]));
for (const file of walk(src).filter((f) => /\.(vue|ts)$/.test(f))) {
  const code = readFileSync(file, "utf8");
  for (const m of code.matchAll(/["'`]([a-z_]+(?:\.[a-z0-9_]+)+)["'`]/g)) {
    if (keys.has(m[1])) used.add(m[1]);
  }
  for (const m of code.matchAll(/\bt\(\s*["']([^"']+)["']/g)) if (!keys.has(m[1])) wrong.push(`${file.slice(src.length + 1)}: no text ${m[1]}`);
  for (const m of code.matchAll(/`([a-z_]+\.[a-z0-9_.]*)\$\{/g)) if (pages.has(m[1].split(".")[0])) beginnings.add(m[1]);
}
for (const key of keys) if (!used.has(key) && ![...beginnings].some((b) => key.startsWith(b))) wrong.push(`${key} is not used`);
// Words of Chinese in the code would show in English too.
for (const file of walk(src).filter((f) => f.endsWith(".vue"))) {
  const template = /<template>[\s\S]*<\/template>/.exec(readFileSync(file, "utf8"))?.[0] ?? "";
  const left = template.replace(/<!--[\s\S]*?-->/g, "").match(/>[^<{]*[\u4e00-\u9fff][^<{]*</g);
  if (left && !/ProfilePage/.test(file)) wrong.push(`${file.slice(src.length + 1)}: ${left[0]}`);
}

if (wrong.length) {
  console.error(wrong.join("\n"));
  process.exit(1);
}
console.log(`${keys.size} texts in ${languages.length} languages`);
