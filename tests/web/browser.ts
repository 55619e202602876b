/* A person at a browser: logged in, in a language, at a width; and what is looked at on every page. */
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { is } from "./say";

export const need = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};
const flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";
/* Sanitizers and a shared machine. */
const PATIENCE = Number(process.env.PATIENCE ?? 20_000);

/** What a page said that no page should. */
export const wrong: string[] = [];
function listen(page: Page): void {
  count(page);
  page.setDefaultTimeout(PATIENCE);
  page.on("pageerror", (e) => wrong.push(`${page.url()}: ${e.message}`));
  page.on("console", (m) => {
    // A refused request is told by the page; the browser tells it, too.
    if (m.type() === "error" && !/Failed to load resource/.test(m.text())) wrong.push(`${page.url()}: ${m.text()}`);
    if (m.type() === "warning" && /\[Vue|\[intlify|Content Security/.test(m.text())) wrong.push(`${page.url()}: ${m.text()}`);
  });
}
export const launch = (): Promise<Browser> => chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: flags.split(" ") });

export interface Look {
  width?: number;
  height?: number;
  language?: string;
  theme?: string;
}
export async function person(browser: Browser, login: string, o: Look = {}): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ baseURL: need("URL"), viewport: { width: o.width ?? 1440, height: o.height ?? 900 }, acceptDownloads: true, reducedMotion: "reduce" });
  await context.addInitScript(
    ([s]) => {
      if (!localStorage.getItem("bangfu.settings")) localStorage.setItem("bangfu.settings", s!);
    },
    [JSON.stringify({ language: o.language ?? "zh-CN", theme: o.theme ?? "light" })],
  );
  const page = await context.newPage();
  listen(page);
  await page.goto("/login");
  await page.fill("[name=login]", login);
  await page.fill("[name=password]", need("PASSWORD"));
  await page.keyboard.press("Enter");
  await page.waitForURL((u) => u.pathname !== "/login");
  return { context, page };
}
/* Not page.waitForFunction: while it waits it evaluates a string in the page, which the page's policy forbids. */
export async function until(page: Page, holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 400 && !(await holds()); i++) await page.waitForTimeout(25);
  is(await holds(), true);
}
/* Until nothing was asked of the server for a moment. */
const asked = new WeakMap<Page, { open: number; last: number }>();
function count(page: Page): void {
  const n = { open: 0, last: Date.now() };
  asked.set(page, n);
  const ends = (): void => {
    n.open--;
    n.last = Date.now();
  };
  page.on("request", () => {
    n.open++;
    n.last = Date.now();
  });
  page.on("requestfinished", ends);
  page.on("requestfailed", ends);
}
async function settle(page: Page): Promise<void> {
  const n = asked.get(page)!;
  await until(page, () => Promise.resolve(n.open <= 0 && Date.now() - n.last > 150));
}
const axe = (): string => readFileSync(createRequire(__filename).resolve("axe-core/axe.min.js"), "utf8");

/** `keys`: the pages whose keys must not show instead of their text. */
export async function wholeTexts(page: Page, path: string, keys: RegExp): Promise<void> {
  await page.goto(path);
  await settle(page);
  is(keys.exec(await page.locator("body").innerText())?.[0] ?? null, null);
}
/** Nothing serious to axe-core, on the page that is open. */
export async function accessible(page: Page): Promise<void> {
  // Evaluated by the debugger, which the page's policy does not bind.
  await page.evaluate(axe());
  const found = (await page.evaluate("axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa'], resultTypes: ['violations'] })")) as { violations: { id: string; impact: string; nodes: { html: string }[] }[] };
  is(
    found.violations.filter((v) => v.impact === "serious" || v.impact === "critical").map((v) => [v.id, v.nodes.length, v.nodes[0]?.html.slice(0, 160)]),
    [],
  );
}
/** Is the open page wider than the screen at some width?  SHOTS=DIR keeps pictures. */
export async function widths(page: Page, name: string): Promise<void> {
  const wide: number[] = [];
  const shots = process.env.SHOTS;
  for (const [width, height] of [[1440, 900], [1024, 768], [390, 844]] as const) {
    await page.setViewportSize({ width, height });
    if (shots) {
      mkdirSync(shots, { recursive: true });
      await page.waitForTimeout(400);
      await page.screenshot({ path: join(shots, `${name}-${width}.png`) });
    }
    if (await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth + 1)) wide.push(width);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  is(wide, []);
}
