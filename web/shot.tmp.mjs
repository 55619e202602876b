import { chromium } from "playwright-core";
const b = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox","--disable-gpu"] });
const c = await b.newContext({ baseURL: "http://127.0.0.1:8977", viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
await c.addInitScript(() => localStorage.setItem("bangfu.settings", JSON.stringify({ language: "zh-CN", theme: "light", large: false })));
const p = await c.newPage(); p.setDefaultTimeout(60000);
await p.goto("/login"); await p.fill("[name=login]", process.argv[2]); await p.fill("[name=password]", "bangfu demo 2026"); await p.click("button[type=submit]");
await p.waitForURL((u) => u.pathname === "/");
for (const x of process.argv.slice(3)) { await p.goto(x); await p.waitForLoadState("networkidle"); await p.waitForTimeout(1500); await p.screenshot({ path: `/dev/shm/wtdemo/s${x.replaceAll("/", "_")}.png`, fullPage: true }); }
await b.close();
