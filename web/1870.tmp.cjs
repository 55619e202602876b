// tests/web/browser.ts
var import_node_fs = require("node:fs");
var import_node_module = require("node:module");
var import_playwright_core = require("playwright-core");

// tests/web/say.ts
var bad = false;
async function test(sentence, body) {
  try {
    await body();
    console.log(`ok - ${sentence}`);
  } catch (e) {
    bad = true;
    console.log(`not ok - ${sentence}`);
    for (const line of String(e?.stack ?? e).split("\n").slice(0, 14)) console.log(`#   ${line}`);
  }
}
function is(got, wanted, what = "") {
  const [a, b] = [JSON.stringify(got), JSON.stringify(wanted)];
  if (a !== b) throw new Error(`${what ? `${what}: ` : ""}${a} instead of ${b}`);
}
var end = () => process.exit(bad ? 1 : 0);

// tests/web/browser.ts
var need = (name) => {
  const value = process.env[name];
  if (value === void 0) throw new Error(`${name} is not set`);
  return value;
};
var [url, password, folder] = ["URL", "PASSWORD", "FOLDER"].map(need);
var shots = process.env.SHOTS;
var flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";
var PATIENCE = Number(process.env.PATIENCE ?? 2e4);
var day = process.env.DAY;
var known = /* @__PURE__ */ new Map();
var wrong = [];
var traffic = /* @__PURE__ */ new WeakMap();
function ofPage(page, r) {
  try {
    return r.frame() === page.mainFrame();
  } catch {
    return false;
  }
}
function listen(page) {
  const t = { open: /* @__PURE__ */ new Set(), at: Date.now() };
  traffic.set(page, t);
  page.on("request", (r) => {
    if (r.isNavigationRequest() && ofPage(page, r)) t.open.clear();
    if (r.resourceType() !== "other") t.open.add(r);
    t.at = Date.now();
  });
  for (const over of ["requestfinished", "requestfailed"])
    page.on(over, (r) => {
      t.open.delete(r);
      t.at = Date.now();
    });
  page.setDefaultTimeout(PATIENCE);
  page.on("pageerror", (e) => wrong.push(`${page.url()}: ${e.message}`));
  page.on("console", (m) => {
    if (m.type() === "error" && !/Failed to load resource/.test(m.text())) wrong.push(`${page.url()}: ${m.text()}`);
    if (m.type() === "warning" && /\[Vue|\[intlify|Content Security/.test(m.text())) wrong.push(`${page.url()}: ${m.text()}`);
  });
}
async function person(browser, login, o = {}) {
  const context = await browser.newContext({ baseURL: url, locale: o.language ?? "zh-CN", viewport: { width: o.width ?? 1440, height: o.height ?? 900 }, acceptDownloads: true, javaScriptEnabled: o.scripts ?? true, reducedMotion: "reduce" });
  await context.addInitScript(
    ([s]) => {
      if (window.origin !== "null" && !localStorage.getItem("bangfu.settings")) localStorage.setItem("bangfu.settings", s);
    },
    [JSON.stringify({ language: o.language ?? "zh-CN", theme: o.theme ?? "light", large: o.large ?? false })]
  );
  if (day)
    await context.addInitScript((shift) => {
      const Real = Date;
      const now = () => Real.now() + shift;
      window.Date = new Proxy(Real, {
        construct: (_, args) => args.length ? new Real(...args) : new Real(now()),
        get: (target, name) => name === "now" ? now : Reflect.get(target, name)
      });
    }, Date.parse(`${day}T02:00:00Z`) - Date.now());
  const page = await context.newPage();
  listen(page);
  const cookies = login && known.get(login);
  if (cookies) await context.addCookies(cookies);
  else if (login) {
    await logIn(page, login);
    known.set(login, await context.cookies());
  }
  return { context, page };
}
async function logIn(page, login) {
  await page.goto("/login");
  await page.fill("[name=login]", login);
  await page.fill("[name=password]", password);
  await page.keyboard.press("Enter");
  await page.waitForURL((u) => u.pathname !== "/login");
}
async function settle(page) {
  const t = traffic.get(page);
  for (let i = 0; i < 400 && (t.open.size || Date.now() - t.at < 150); i++) await page.waitForTimeout(25);
}
var files = (0, import_node_fs.readdirSync)("web/src/texts/zh-CN").filter((f) => f.endsWith(".json"));
var KEY = new RegExp(`\\b(${files.map((f) => f.slice(0, -5)).join("|")})\\.[a-z_]{2,}`);
var axe = (0, import_node_fs.readFileSync)((0, import_node_module.createRequire)(__filename).resolve("axe-core/axe.min.js"), "utf8");
async function browse(parts) {
  const browser = await import_playwright_core.chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: flags.split(" ") });
  try {
    await parts(browser);
    await test("no page broke, and none asked for what its policy forbids", () => is(wrong, []));
  } finally {
    await browser.close();
  }
  end();
}

// ../../dev/shm/w41/shoot.ts
var PAGES = JSON.parse(process.env.PAGES);
var looks = (process.env.LOOKS ?? "zh-CN,light,n").split(";").map((x) => x.split(","));
var sizes = (process.env.SIZES ?? "1440x900,1024x768,390x844").split(",").map((s) => s.split("x").map(Number));
var out = process.env.OUT ?? "/dev/shm/w41/shots";
browse(async (b) => {
  for (const [language, theme, large] of looks) {
    const people = {};
    for (const [name, who, path] of PAGES) {
      const p = people[who] ??= await person(b, who === "-" ? null : who, { language, theme, large: large === "l" });
      const page = p.page;
      try {
        await page.goto(path, { timeout: 15e3 });
        await settle(page);
        for (const [w, h] of sizes) {
          await page.setViewportSize({ width: w, height: h });
          await settle(page);
          await page.waitForTimeout(120);
          await page.screenshot({ path: `${out}/${name}-${w}${language === "en" ? "-en" : ""}${theme === "dark" ? "-dark" : ""}${large === "l" ? "-large" : ""}.png` });
          const r = await page.evaluate(`(() => {
            const bad=[]; const W=innerWidth;
            if (document.documentElement.scrollWidth>W+1) bad.push("PAGE "+document.documentElement.scrollWidth);
            for (const e of document.querySelectorAll("*")) { const s=getComputedStyle(e); if(e.clientWidth>0 && e.scrollWidth>e.clientWidth+1){ const n=e.tagName+"."+String(e.className.baseVal??e.className).split(" ").slice(0,2).join("."); if(/auto|scroll/.test(s.overflowX)) bad.push("SCROLL "+n+" "+e.scrollWidth+">"+e.clientWidth); else if (s.overflowX==="hidden" && (e.innerText||"").trim() && s.position!=="absolute") bad.push("CUT "+n+" "+e.innerText.slice(0,30).replace(/\\n/g," ")); } }
            return bad; })()`);
          const txt = await page.locator("body").innerText();
          const raw = [...new Set(txt.match(/\b[a-z]+_[a-z_]+\b|\bundefined\b|\bnull\b|NaN|\[object|Invalid/g) ?? [])];
          const eng = w === 1440 && language !== "en" ? [...new Set(txt.match(/[A-Za-z]{4,}/g) ?? [])].slice(0, 40) : [];
          if (r.length || raw.length || eng.length) console.log(`${name} ${w} ${language} ${theme} ${large}: ${r.join(" | ")} ${raw.length ? "RAW " + raw.join(",") : ""} ${eng.length ? "ENG " + eng.join(",") : ""}`);
        }
        await page.setViewportSize({ width: 1440, height: 900 });
      } catch (e) {
        console.log(name, "ERROR", String(e).slice(0, 300));
      }
    }
    for (const k in people) await people[k].context.close();
  }
});
