/* A clerk's hour in the browser: first start, home, register, two people at one household, a lost line, import of a
 * workbook, screening, figures; and every page in both languages, at three widths, to axe-core. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { browse, everyPage, folder, kept, logIn, need, password, person, settle, until, url } from "./browser";
import { holds, is, test } from "./say";

const setup = need("SETUP");
const short = process.env.SHORT !== "";
const FIRST_LOAD = 350 * 1024;

async function openHousehold(page: Page, row: number): Promise<string> {
  await page.goto("/households");
  await page.locator("tbody tr").nth(row).waitFor();
  await page.locator("tbody tr").nth(row).click();
  await page.locator(".one h2").waitFor();
  return new URL(page.url()).pathname;
}
const edit = async (page: Page): Promise<void> => {
  await page.getByRole("button", { name: "修改" }).first().click();
  await page.getByLabel("家庭住址").waitFor();
};
const save = (page: Page) => page.getByRole("button", { name: "保存", exact: true });

async function firstStart(browser: Browser): Promise<void> {
  await test("the first start: a one-time link sets a password, and one logs in with it", async () => {
    const { context, page } = await person(browser, null);
    await page.goto(new URL(setup).pathname);
    await page.getByLabel("新口令").fill("short");
    await page.getByLabel("再输一遍").fill("short");
    await page.keyboard.press("Enter");
    await page.locator(".el-form-item__error").waitFor();
    await page.getByLabel("新口令").fill(password);
    await page.getByLabel("再输一遍").fill(password);
    await page.keyboard.press("Enter");
    await page.waitForURL("**/login?set=1");
    await logIn(page, "admin");
    await page.getByRole("heading", { name: "您好" }).waitFor();
    await context.close();
  });
  await test("a wrong password is said in words, and what was typed stays", async () => {
    const { context, page } = await person(browser, null);
    await page.goto("/login");
    await page.fill("[name=login]", "county");
    await page.fill("[name=password]", "not this one at all");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    is(await page.inputValue("[name=login]"), "county");
    await context.close();
  });
}

async function loading(browser: Browser): Promise<void> {
  await test("log-in and home load at most 350 kB, compressed, and nothing from elsewhere", async () => {
    const { context, page } = await person(browser, null);
    const cdp = await context.newCDPSession(page);
    await cdp.send("Network.enable");
    let bytes = 0;
    const elsewhere: string[] = [];
    cdp.on("Network.loadingFinished", (e) => (bytes += e.encodedDataLength));
    page.on("request", (r) => !r.url().startsWith(url) && !r.url().startsWith("data:") && elsewhere.push(r.url()));
    const from = Date.now();
    await page.goto("/login");
    await page.fill("[name=login]", "county");
    const interactive = Date.now() - from;
    await logIn(page, "county");
    await page.locator(".card h2").first().waitFor();
    await settle(page);
    console.log(`# first load ${Math.round(bytes / 1024)} kB; the log-in took input after ${interactive} ms`);
    is(elsewhere, []);
    holds(`${bytes} bytes`, bytes > 20_000 && bytes <= FIRST_LOAD);
    await context.close();
  });
  await test("the page's policy forbids scripts of its own, and no page needs one", async () => {
    const { context, page } = await person(browser, null);
    const response = await page.goto("/login");
    const policy = response?.headers()["content-security-policy"] ?? "";
    holds(policy, /default-src 'self'/.test(policy) && !/script-src|unsafe-eval/.test(policy));
    await context.close();
  });
}

async function register(browser: Browser): Promise<void> {
  const { context, page } = await person(browser, "county");
  await test("the register lists, counts, filters by region and by word, and is worked by keyboard", async () => {
    const from = Date.now();
    await page.goto("/households");
    await page.locator("tbody tr").nth(19).waitFor();
    console.log(`# list of 50 after ${Date.now() - from} ms with the page`);
    await page.getByText("共 120 条").waitFor();
    await page.locator("[role=treeitem]").nth(1).click();
    await page.getByText(/共 \d+ 条/).waitFor();
    await page.locator("[role=treeitem]").first().click();
    await page.getByText("共 120 条").waitFor();
    await page.locator("tbody tr").first().focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.locator(".one h2").waitFor();
    holds(page.url(), /\/households\/350603\/\d+/.test(page.url()));
    await page.locator("tbody tr").first().focus();
    await page.keyboard.press("/");
    is(await page.evaluate(() => document.activeElement?.getAttribute("aria-label")), "户主姓名");
  });
  await test("a code is found by pinyin initials", async () => {
    await page.goto("/households");
    await page.getByRole("combobox", { name: "主要致贫原因" }).fill("qll");
    await page.getByRole("option", { name: "缺劳力" }).waitFor();
    await page.getByRole("option", { name: "因病" }).waitFor({ state: "hidden" });
    await page.keyboard.press("Escape");
  });
  await test("a correction is saved; a wrong one is said at its field", async () => {
    await openHousehold(page, 2);
    await edit(page);
    await page.getByLabel("家庭住址").fill("第9组");
    await page.getByLabel("联系电话").fill("12345");
    await save(page).click();
    const at = page.locator(".field", { has: page.getByLabel("联系电话") }).getByRole("alert");
    holds(await at.innerText(), /手机号|电话/.test(await at.innerText()));
    await page.getByLabel("联系电话").fill("");
    await save(page).click();
    await page.locator(".el-drawer").waitFor({ state: "hidden" });
    await page.getByText("第9组").first().waitFor();
  });
  await test("two people at one household: the second sees both versions and loses nothing", async () => {
    const path = await openHousehold(page, 4);
    const other = await person(browser, "admin");
    await other.page.goto(path);
    await edit(page);
    await edit(other.page);
    await other.page.getByLabel("家庭住址").fill("别人改的");
    await other.page.getByLabel("村民小组").fill("7");
    await save(other.page).click();
    await other.page.locator(".el-drawer").waitFor({ state: "hidden" });
    await page.getByLabel("家庭住址").fill("我改的");
    await page.getByLabel("户档编号").fill("D-1");
    await save(page).click();
    await page.getByRole("dialog", { name: "别人刚改过这条记录" }).waitFor();
    await page.getByRole("radio", { name: "我改的" }).waitFor({ state: "attached" });
    await page.getByRole("button", { name: "按选定的保存" }).click();
    await page.locator(".el-drawer").waitFor({ state: "hidden" });
    await other.page.reload();
    for (const text of ["我改的", "D-1", "7"]) await other.page.locator("dd", { hasText: text }).first().waitFor();
    await other.context.close();
  });
  await test("a lost line keeps what was typed, also over a reload", async () => {
    await openHousehold(page, 6);
    await edit(page);
    await page.getByLabel("家庭住址").fill("断线时填的");
    await context.setOffline(true);
    await save(page).click();
    await page.getByText("已填的内容保留在本机").waitFor();
    await kept(page, "断线时填的");
    await context.setOffline(false);
    await page.reload();
    await edit(page);
    await page.getByRole("button", { name: "接着填" }).click();
    is(await page.getByLabel("家庭住址").inputValue(), "断线时填的");
    await save(page).click();
    await page.locator(".el-drawer").waitFor({ state: "hidden" });
  });
  await test("a session that has ended is renewed over the page, and the form stays", async () => {
    await openHousehold(page, 7);
    await edit(page);
    await page.getByLabel("家庭住址").fill("会话结束时填的");
    await context.clearCookies();
    await save(page).click();
    await page.getByRole("dialog", { name: "请重新登录" }).waitFor();
    await page.fill("[name=password]", password);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "请重新登录" }).waitFor({ state: "hidden" });
    await save(page).click();
    await page.locator(".el-drawer").waitFor({ state: "hidden" });
    await page.getByText("会话结束时填的").first().waitFor();
  });
  await test("whole numbers are shown for a purpose only", async () => {
    await openHousehold(page, 1);
    await page.getByRole("tab", { name: "家庭成员" }).click();
    await page.getByText(/\d{6}\*{12}/).first().waitFor();
    await page.getByRole("button", { name: "显示完整号码" }).click();
    await page.getByLabel("用途").fill("核对一卡通账号");
    await page.keyboard.press("Enter");
    await page.locator("td", { hasText: /^\d{17}[\dX]$/ }).first().waitFor();
  });
  await context.close();
}

async function exchange(browser: Browser): Promise<void> {
  const { context, page } = await person(browser, "county");
  await test("her own workbook goes in untouched: read in the browser, checked, imported", async () => {
    await page.goto("/import");
    await page.setInputFiles("input[type=file]", join(folder, "households.xlsx"));
    // Four addresses were corrected by the tests before; the workbook has the old ones.
    await page.getByText("将新增 0 行，更新 4 行，116 行没有变化").waitFor();
    await page.getByRole("button", { name: "导入 120 行" }).click();
    await page.getByText("已新增 0 行，更新 4 行").waitFor();
  });
  await test("refused rows are corrected in a grid and sent again; a strange heading is given a meaning", async () => {
    const village = /(350603\d{6})/.exec(await page.evaluate(async () => (await fetch("/api/v1/households?limit=1")).text()))![1];
    const csv = `2026年花名册,,,,\r\n户编号,户主姓名,村代码,主要致贫原因,住哪里\r\nW-1,陈一,${village},缺劳力,甲处\r\nW-2,陈二,${village},缺钱花,乙处\r\nW-3,陈三,350603999999,因病,丙处\r\n`;
    const file = join(folder, "mine.csv");
    writeFileSync(file, csv);
    await page.goto("/import");
    await page.setInputFiles("input[type=file]", file);
    await page.getByText("将新增 1 行").waitFor();
    await page.getByText("不认识的列：住哪里").waitFor();
    await page.getByRole("combobox", { name: "“住哪里”是哪一项" }).fill("jtzz");
    await page.getByRole("option", { name: "家庭住址" }).click();
    await page.getByRole("button", { name: "重新检查" }).click();
    await page.getByText("不认识的列").waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "导入 1 行" }).click();
    await page.getByText("已新增 1 行").waitFor();
    is(await page.locator("td.wrong").count(), 2);
    await page.locator("td.wrong input").nth(0).fill("缺资金");
    await page.locator("td.wrong input").nth(1).fill(village!);
    await page.getByRole("button", { name: "再导入 2 行" }).click();
    await page.getByText("已新增 2 行").waitFor();
    await page.goto("/households");
    await page.getByText("共 123 条").waitFor();
  });
  await test("an export is made as a job and comes to the clerk", async () => {
    await page.goto("/export");
    const wait = page.waitForEvent("download");
    await page.getByRole("button", { name: "导出", exact: true }).click();
    const file = await wait;
    is(file.suggestedFilename(), "export.xlsx");
    holds("a workbook", readFileSync(await file.path()).subarray(0, 2).toString() === "PK");
  });
  await context.close();
}

async function programmes(browser: Browser): Promise<void> {
  const { context, page } = await person(browser, "county");
  await test("a programme is read in words, without expressions", async () => {
    await page.goto("/programmes/xingfu");
    await page.getByText("家庭人均收入低于当地平均收入").waitFor();
    is(/&&|==/.test(await page.locator(".reading").innerText()), false);
  });
  await test("moving the income line redraws the counts", async () => {
    await page.goto("/screening?programme=xingfu");
    const count = page.locator(".counts strong").first();
    await count.waitFor();
    const before = await count.innerText();
    const slider = page.getByRole("slider", { name: "最高额度" });
    await slider.waitFor();
    const line = page.getByRole("slider", { name: "当地人均收入" });
    if (await line.count()) {
      await line.focus();
      await page.keyboard.press("Home");
      await until(page, async () => (await page.locator(".counts strong").first().textContent()) !== before);
    }
    await page.getByText(/\d+ 毫秒/).waitFor();
  });
  await test("a household's page says why it qualifies, condition by condition", async () => {
    await openHousehold(page, 5);
    await page.getByRole("tab", { name: "项目条件" }).click();
    await page.locator(".seen", { hasText: /：/ }).first().waitFor();
    await page.getByRole("combobox", { name: "帮扶项目" }).waitFor();
  });
  await test("what a verdict misses is filled in as a grid, column by column", async () => {
    await page.goto("/fill-in?programme=xingfu&region=350603000000");
    const cells = page.locator("td.asked input");
    await cells.first().waitFor();
    const n = await cells.count();
    await cells.first().fill(/年|收入/.test((await cells.first().getAttribute("aria-label")) ?? "") ? "1200" : "是");
    await page.getByRole("button", { name: "保存已填的 1 行" }).click();
    await page.getByText("已保存 1 行").waitFor();
    await until(page, async () => (await cells.count()) < n);
  });
  await test("a figure opens the rows that it is made of", async () => {
    await page.goto("/figures?programme=xingfu");
    await page.getByRole("cell", { name: "项目资金" }).waitFor();
    await page.locator("button.figure").first().click();
    await page.locator(".el-drawer").waitFor();
  });
  await context.close();
}

const PAGES: [string, string | ((page: Page) => Promise<string>)][] = [
  ["home", "/"], ["households", "/households"], ["household", (page) => openHousehold(page, 3)], ["import", "/import"], ["export", "/export"], ["duplicates", "/duplicates"],
  ["quality", "/quality"], ["programmes", "/programmes/xingfu"], ["screening", "/screening?programme=xingfu"], ["fill-in", "/fill-in?programme=xingfu"], ["figures", "/figures"], ["profile", "/profile"],
];

void browse(async (browser) => {
  await firstStart(browser);
  await loading(browser);
  await register(browser);
  if (short) return;
  await exchange(browser);
  await programmes(browser);
  await everyPage(browser, "admin", PAGES);
});
