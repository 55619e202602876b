/* What tests in the browser share: people who log in, waiting for what is seen, and looking at every page. */
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium, type Browser, type BrowserContext, type Page, type Request } from "playwright-core";
import { end, is, test } from "./say";

export const need = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};
export const [url, password, folder] = ["URL", "PASSWORD", "FOLDER"].map(need) as [string, string, string];
/** Keeps pictures of the pages there. */
export const shots = process.env.SHOTS;
const flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";
/* Sanitizers and a shared machine; what it took is said. */
const PATIENCE = Number(process.env.PATIENCE ?? 20_000);

/** The office's day, where that is another than today's: its browsers live in it, too. */
const day = process.env.DAY;
/* Who has logged in once is known by the cookie; logging in is made to take long. */
const known = new Map<string, Parameters<BrowserContext["addCookies"]>[0]>();

/** What went wrong in any page without being seen. */
export const wrong: string[] = [];
/* Requests under way, and when that last changed. Those that a page leaves behind never say that they ended. */
const traffic = new WeakMap<Page, { open: Set<Request>; at: number }>();
/* The frame of a page that is only being opened is not there yet. */
function ofPage(page: Page, r: Request): boolean {
  try {
    return r.frame() === page.mainFrame();
  } catch {
    return false;
  }
}
export function listen(page: Page): void {
  const t = { open: new Set<Request>(), at: Date.now() };
  traffic.set(page, t);
  page.on("request", (r) => {
    if (r.isNavigationRequest() && ofPage(page, r)) t.open.clear();
    if (r.resourceType() !== "other") t.open.add(r);
    t.at = Date.now();
  });
  for (const over of ["requestfinished", "requestfailed"] as const)
    page.on(over as "requestfinished", (r) => {
      t.open.delete(r);
      t.at = Date.now();
    });
  page.setDefaultTimeout(PATIENCE);
  page.on("pageerror", (e) => wrong.push(`${page.url()}: ${e.message}`));
  page.on("console", (m) => {
    // A refused request is told by the page; the browser tells it, too.
    if (m.type() === "error" && !/Failed to load resource/.test(m.text())) wrong.push(`${page.url()}: ${m.text()}`);
    if (m.type() === "warning" && /\[Vue|\[intlify|Content Security/.test(m.text())) wrong.push(`${page.url()}: ${m.text()}`);
  });
}
export interface Looks {
  width?: number;
  height?: number;
  language?: string;
  theme?: string;
  large?: boolean;
  /** Without: as for somebody whose browser runs no scripts. */
  scripts?: boolean;
}
/** Somebody at a machine of their own; login null: not logged in. */
export async function person(browser: Browser, login: string | null, o: Looks = {}): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ baseURL: url, locale: o.language ?? "zh-CN", viewport: { width: o.width ?? 1440, height: o.height ?? 900 }, acceptDownloads: true, javaScriptEnabled: o.scripts ?? true, reducedMotion: "reduce" });
  await context.addInitScript(
    ([s]) => {
      // Not in a frame that may do nothing.
      if (window.origin !== "null" && !localStorage.getItem("bangfu.settings")) localStorage.setItem("bangfu.settings", s!);
    },
    [JSON.stringify({ language: o.language ?? "zh-CN", theme: o.theme ?? "light", large: o.large ?? false })],
  );
  if (day)
    await context.addInitScript((shift) => {
      const Real = Date;
      const now = (): number => Real.now() + shift;
      window.Date = new Proxy(Real, {
        construct: (_, args: []) => (args.length ? new Real(...args) : new Real(now())),
        get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
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
export async function logIn(page: Page, login: string): Promise<void> {
  await page.goto("/login");
  await page.fill("[name=login]", login);
  await page.fill("[name=password]", password);
  await page.keyboard.press("Enter");
  await page.waitForURL((u) => u.pathname !== "/login");
}

/* Not page.waitForFunction: while it waits it evaluates a string in the page, which the page's policy forbids. */
export async function until(page: Page, holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 800 && !(await holds()); i++) await page.waitForTimeout(25);
  is(await holds(), true);
}
/** Nothing is asked for any more, and what came is drawn. */
export async function settle(page: Page): Promise<void> {
  const t = traffic.get(page)!;
  for (let i = 0; i < 400 && (t.open.size || Date.now() - t.at < 150); i++) await page.waitForTimeout(25);
}

/** What was typed is kept on this machine. */
export const kept = (page: Page, text: string): Promise<void> => until(page, () => page.evaluate((x) => JSON.stringify({ ...localStorage }).includes(x), text));

/** Chooses from a list that opens: by the label of the field and the words of the option. */
export async function choose(page: Page, field: string, option: string): Promise<void> {
  await page.getByRole("combobox", { name: field }).last().click();
  await page.getByRole("option", { name: option }).last().click();
}

/** The same of a list without typing, whose field lies hidden behind its box. */
export async function pick(page: Page, field: string, option: string): Promise<void> {
  await page.locator(".el-select", { has: page.getByRole("combobox", { name: field, exact: true }) }).last().click();
  await page.getByRole("option", { name: option, exact: true }).last().click();
}

/* --- looking at pages ------------------------------------------------------------------------- */

const files = readdirSync("web/src/texts/zh-CN").filter((f) => f.endsWith(".json"));
const KEY = new RegExp(`\\b(${files.map((f) => f.slice(0, -5)).join("|")})\\.[a-z_]{2,}`);
export async function shot(page: Page, name: string): Promise<void> {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.png`) });
}
const axe = readFileSync(createRequire(__filename).resolve("axe-core/axe.min.js"), "utf8");
const WHOLE = ["wcag2a", "wcag2aa", "wcag21aa"];
/** Whole texts, and nothing serious to axe-core: all of its rules, or only what another theme may change. */
export async function fine(page: Page, rules: "all" | "colours" = "all"): Promise<void> {
  is(KEY.exec(await page.locator("body").innerText())?.[0] ?? null, null);
  // Evaluated by the debugger, which the page's policy does not bind.
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(axe);
  const how = { runOnly: rules === "all" ? WHOLE : ["color-contrast"], resultTypes: ["violations"], selectors: false, preload: false };
  const found = (await page.evaluate(`axe.run(document, ${JSON.stringify(how)})`)) as { violations: { id: string; impact: string; nodes: { html: string }[] }[] };
  is(
    found.violations.filter((v) => v.impact === "serious" || v.impact === "critical").map((v) => [v.id, v.nodes.length, v.nodes[0]?.html.slice(0, 160)]),
    [],
  );
}
export type Place = readonly [name: string, path: string | ((page: Page) => Promise<string>)];
/* Within the app, as a click on a link goes: it is not loaded anew. */
async function visit(page: Page, to: string): Promise<void> {
  if (page.url().endsWith(to)) return;
  if (!page.url().startsWith(url)) return void (await page.goto(to));
  traffic.get(page)!.at = Date.now();
  await page.evaluate((path) => {
    history.pushState(null, "", path);
    dispatchEvent(new PopStateEvent("popstate", { state: null }));
  }, to);
}
/* What a page lays out anew asks for nothing. */
const drawn = (page: Page): Promise<void> => page.evaluate(() => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))));
/** Every page in both languages and themes to axe-core (what it says of words and structure once), and at three widths. A path may be found out by looking. */
export async function everyPage(browser: Browser, login: string, pages: readonly Place[]): Promise<void> {
  const sizes = [[1440, 900], [1024, 768], [390, 844]] as const;
  for (const [language, theme] of [["zh-CN", "light"], ["en", "dark"]] as const) {
    const { context, page } = await person(browser, login, { language, theme });
    for (const [name, path] of pages)
      await test(`${name} in ${language}, ${theme}: whole texts, nothing serious to axe-core, nothing wider than the screen`, async () => {
        const to = typeof path === "string" ? path : await path(page);
        await visit(page, to);
        await settle(page);
        await fine(page, theme === "light" ? "all" : "colours");
        const wide: number[] = [];
        for (const [width, height] of theme === "light" ? sizes : []) {
          await page.setViewportSize({ width, height });
          await (shots ? settle(page) : drawn(page));
          if (await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth + 1)) wide.push(width);
          await shot(page, `${name}-${width}`);
        }
        await page.setViewportSize({ width: 1440, height: 900 });
        is(wide, []);
      });
    await context.close();
  }
}
export async function browse(parts: (browser: Browser) => Promise<void>): Promise<void> {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: flags.split(" ") });
  try {
    await parts(browser);
    await test("no page broke, and none asked for what its policy forbids", () => is(wrong, []));
  } finally {
    await browser.close();
  }
  end();
}
