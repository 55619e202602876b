/* The whole round by five roles: the village enters applications, the township decides thirty without the mouse, the
 * county decides, the public sees the notice without log-in and without scripts and objects, the objection is
 * dismissed; two days later the rest is confirmed, and a leader sees it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { browse, choose, everyPage, fine, folder, need, person, settle, shot, until } from "./browser";
import { holds, is, test } from "./say";

const part = need("PART");
const pdf = join(folder, "paper.pdf");
const picture = join(folder, "photo.png");
const rows = (page: Page) => page.locator(".middle tbody tr, .whole tbody tr");
const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: typeof name === "string" });
const drawer = (page: Page) => page.locator(".el-drawer");
const gone = (page: Page) => drawer(page).last().waitFor({ state: "hidden" });
async function openCase(page: Page, row: number, step: string): Promise<void> {
  await page.goto(`/cases?box=all&programme=trial&step=${step}`);
  await rows(page).nth(row).click();
  await page.locator(".one h2").waitFor();
}
async function chooseAll(page: Page, n: number): Promise<void> {
  await page.goto("/cases?box=todo&state=in_steps");
  await rows(page).nth(n - 1).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Control+a");
  await page.getByText(`已选 ${n} 件`).waitFor();
}

/* --- the village ------------------------------------------------------------------------------ */

async function village(browser: Browser): Promise<void> {
  const { context, page } = await person(browser, "village");
  await test("thirty households are chosen by keyboard and apply with one form; what is missing is said at its field", async () => {
    await page.goto("/candidates?programme=trial");
    await rows(page).nth(29).waitFor();
    await page.keyboard.press("ArrowDown");
    for (let i = 0; i < 30; i++) {
      await page.keyboard.press("Space");
      await page.keyboard.press("ArrowDown");
    }
    await button(page, "受理选中的 30 户").click();
    await page.getByLabel("发展生产的项目").fill("养鸡");
    await page.getByLabel("申请金额").fill("一千");
    await button(page, "保存并提交").click();
    await drawer(page).getByRole("alert").first().waitFor();
    await page.getByLabel("申请金额").fill("1000");
    await drawer(page).getByText("壹仟元整").waitFor();
    await button(page, "保存并提交").click();
    await page.getByText("已受理 30 户").waitFor();
  });
  await test("one applies as a draft; what was typed before the page was left is offered again", async () => {
    await page.goto("/candidates?programme=trial");
    await rows(page).first().waitFor();
    await rows(page).first().click();
    await page.getByLabel("发展生产的项目").fill("种茶");
    await page.getByLabel("申请金额").fill("800");
    await page.waitForTimeout(500);
    await page.reload();
    await rows(page).first().click();
    await button(page, "接着填").click();
    is(await page.getByLabel("发展生产的项目").inputValue(), "种茶");
    await drawer(page).getByText("随即提交").click();
    await button(page, "保存草稿").click();
    await page.waitForURL(/\/cases\/\d+\/31/);
    await page.locator(".one .mark", { hasText: "草拟" }).waitFor();
    await page.getByText("800.00").first().waitFor();
  });
  await test("two people fill in one application: the second sees both versions and loses nothing", async () => {
    const other = await person(browser, "county");
    await other.page.goto(new URL(page.url()).pathname);
    for (const p of [page, other.page]) {
      await button(p, "填写").click();
      await p.getByLabel("申请金额").waitFor();
    }
    await other.page.getByLabel("申请金额").fill("900");
    await button(other.page, "保存").click();
    await gone(other.page);
    await page.getByLabel("申请金额").fill("700");
    await page.getByLabel("发展生产的项目").fill("种茶和蘑菇");
    await button(page, "保存").click();
    await page.getByRole("dialog", { name: "别人刚改过这条记录" }).waitFor();
    await button(page, "按选定的保存").click();
    await gone(page);
    await page.getByText("种茶和蘑菇").waitFor();
    await page.getByText("700.00").first().waitFor();
    await other.context.close();
  });
  await test("the village meets, votes, and passes its cases; the record is made on the way", async () => {
    await page.goto("/cases?box=todo&state=in_steps");
    await rows(page).nth(29).waitFor();
    // Each village its own meeting.
    for (let left = 30; left > 0; ) {
      await rows(page).nth(left - 1).waitFor();
      const names = await rows(page).locator("td:nth-child(4)").allInnerTexts();
      const mine = names.filter((x) => x === names[0]).length;
      for (const [i, name] of names.entries()) if (name === names[0]) await rows(page).nth(i).locator("input").check();
      await page.getByText(`已选 ${mine} 件`).waitFor();
      await button(page, /^办理/).click();
      await button(page, "登记会议").click();
      await page.getByLabel("参加人").fill("甲、乙、丙");
      await page.getByLabel("同意票").fill("3");
      await drawer(page).getByLabel("意见").fill("同意上报");
      await button(page, "保存会议记录").click();
      await gone(page);
      await page.getByRole("dialog").getByLabel("意见").press("Enter");
      await page.getByRole("dialog").waitFor({ state: "hidden" });
      left -= mine;
      await until(page, async () => (await rows(page).count()) === left);
    }
    await page.goto("/meetings");
    await page.getByText("同意 3，反对 0，弃权 0").first().waitFor();
  });
  await context.close();
}

/* --- the township ----------------------------------------------------------------------------- */

async function township(browser: Browser): Promise<void> {
  const { context, page } = await person(browser, "township");
  await test("home counts what waits and leads to it", async () => {
    await page.getByRole("link", { name: /镇审核/ }).click();
    await page.waitForURL(/\/cases\?.*step=township/);
    await rows(page).nth(29).waitFor();
  });
  await test("one is sent back with a reason; a case without it is not", async () => {
    await rows(page).first().locator("input").check();
    await page.keyboard.press("r");
    await page.getByRole("dialog").getByLabel("原因").fill("缺");
    is(await button(page, "退回 1 件").isDisabled(), true);
    await page.getByRole("dialog").getByLabel("原因").fill("缺少村民小组意见");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await until(page, async () => (await rows(page).count()) === 29);
  });
  await test("the village sees why, finds all that was entered, and hands it in again", async () => {
    const cun = await person(browser, "village");
    await cun.page.goto("/cases?box=todo&state=returned");
    await rows(cun.page).first().click();
    await cun.page.getByText("退回：缺少村民小组意见").waitFor();
    await cun.page.locator(".answers").getByText("养鸡").waitFor();
    await button(cun.page, "填写").click();
    await choose(cun.page, "村里评议", "勤劳");
    await button(cun.page, "保存").click();
    await gone(cun.page);
    await button(cun.page, "补正后提交").click();
    await cun.page.locator(".one .mark", { hasText: "办理中" }).waitFor();
    await button(cun.page, "办理").click();
    await choose(cun.page, "会议", "号");
    await drawer(cun.page).locator("footer, .el-drawer__footer").getByRole("button", { name: "办理" }).click();
    await cun.page.locator(".facts").getByText("镇审核").waitFor();
    await cun.context.close();
  });
  await test("thirty cases are decided without the mouse, with their sum", async () => {
    await chooseAll(page, 30);
    await page.getByText("已选 30 件，30 户，合计 30,000.00 元").waitFor();
    await page.keyboard.press("b");
    await page.getByRole("dialog").waitFor();
    await until(page, () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") === "意见"));
    await page.keyboard.type("审核通过");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await page.goto("/cases?box=all&state=in_steps&programme=trial&step=papers");
    await rows(page).nth(29).waitFor();
  });
  await test("what of many cannot be done is said, row by row", async () => {
    const qu = await person(browser, "county");
    await qu.page.goto("/cases?box=all&state=in_steps");
    await rows(qu.page).nth(1).waitFor();
    for (const i of [0, 1]) await rows(qu.page).nth(i).locator("input").check();
    await qu.page.keyboard.press("b");
    await button(qu.page, "办理 2 件").click();
    await qu.page.getByText("2 件没有办成").waitFor();
    is(await qu.page.locator(".refused tbody tr").count(), 2);
    holds("words, and no command line", !/bangfu /.test(await qu.page.locator(".refused").innerText()));
    await qu.context.close();
  });
  await test("the papers that are missing are named; they are uploaded and looked at", async () => {
    for (const first of [true, false]) {
      await openCase(page, 0, "papers");
      await page.getByRole("tab", { name: /材料/ }).click();
      await page.locator(".missing tr").nth(1).waitFor();
      await page.getByLabel("上传申请表").setInputFiles(pdf);
      await page.locator(".missing tr").nth(1).waitFor({ state: "hidden" });
      await page.getByLabel("上传现场照片").setInputFiles(picture);
      await page.locator(".missing").waitFor({ state: "hidden" });
      if (first) {
        await button(page, "现场照片").click();
        await until(page, () => page.locator("img.picture").evaluate((x: HTMLImageElement) => x.naturalWidth > 0));
        await page.keyboard.press("Escape");
      }
      await button(page, "继续办理").first().click();
      await page.locator(".facts").getByText("县审批").waitFor();
    }
  });
  await context.close();
}

/* --- the county, the public -------------------------------------------------------------------- */

async function county(browser: Browser): Promise<void> {
  const { context, page } = await person(browser, "county");
  await test("the county decides with the facts beside it, and the case gets its number", async () => {
    await openCase(page, 0, "county");
    await page.getByRole("tab", { name: "条件核对" }).click();
    await page.getByText("有家庭成员").waitFor();
    await button(page, "办理").click();
    await drawer(page).getByLabel("意见").fill("同意");
    await drawer(page).locator(".el-drawer__footer").getByRole("button", { name: "办理" }).click();
    await page.locator(".facts").getByText("公示").first().waitFor();
    await page.getByText(/T-\d+-2026-0001/).waitFor();
    await openCase(page, 0, "county");
    await button(page, "办理").click();
    await drawer(page).locator(".el-drawer__footer").getByRole("button", { name: "办理" }).click();
    await page.getByText(/T-\d+-2026-0002/).waitFor();
  });
  await test("its application form is printed, in its own style", async () => {
    const at = new URL(page.url()).pathname;
    await button(page, /^打印/).click();
    await page.getByRole("menuitem", { name: "申请表" }).click();
    const frame = page.frameLocator("iframe.paper");
    await frame.locator("h1").first().waitFor();
    is(await frame.locator("body").evaluate((b) => getComputedStyle(b).marginTop), "0px");
    await page.keyboard.press("Escape");
    const paper = await context.newPage();
    await paper.goto(`/api/v1${at}/print/application`);
    holds("its style is allowed", (await paper.locator("body").evaluate((b) => getComputedStyle(b).fontFamily)).includes("FangSong"));
    const file = await paper.pdf({ preferCSSPageSize: true });
    holds(`${file.length} bytes of PDF`, file.subarray(0, 5).toString() === "%PDF-" && file.length > 5000);
    await paper.close();
  });
  await context.close();
}

async function notice(browser: Browser): Promise<void> {
  const { context, page } = await person(browser, "county");
  await test("a notice is prepared of those that wait, and looked at as the public will see it", async () => {
    await page.goto("/notices");
    await button(page, "拟定公示").click();
    await choose(page, "项目", "产业试点");
    await drawer(page).getByLabel("监督电话").fill("0596-1234567");
    await drawer(page).getByLabel("发布单位").fill("区项目办");
    await drawer(page).locator(".el-drawer__footer").getByRole("button", { name: "拟定公示" }).click();
    await page.waitForURL(/\/notices\/350603\/\d+/);
    await page.locator(".one .mark", { hasText: "已拟定" }).waitFor();
    const frame = page.frameLocator("iframe.public");
    await frame.getByText("养鸡").first().waitFor();
    holds("no identity number", !/\d{17}[\dX]/.test(await frame.locator("body").innerText()));
    await fine(page);
  });
  await test("it hangs once its photograph is there", async () => {
    await page.getByRole("tab", { name: "张贴" }).click();
    await page.getByLabel(/^登记张贴/).first().setInputFiles(picture);
    await page.locator(".one .mark", { hasText: "公示中" }).waitFor();
    await page.locator(".one .mark", { hasText: "最后一天" }).waitFor();
  });
  await test("the public sees it without log-in and without scripts, and objects", async () => {
    const anybody = await person(browser, null, { scripts: false, width: 390, height: 844 });
    await anybody.page.goto("/public/notices");
    await anybody.page.locator("table a").first().click();
    await anybody.page.getByText("养鸡").first().waitFor();
    is(await anybody.page.locator("table").evaluate((x) => getComputedStyle(x).borderCollapse), "collapse");
    await shot(anybody.page, "public-notice-390");
    for (const text of ["不认识这个人", "随便说说"]) {
      await anybody.page.goto("/public/notices");
      await anybody.page.locator("table a").first().click();
      await anybody.page.locator("[name=row]").fill("1");
      await anybody.page.locator("[name=content]").fill(text);
      await anybody.page.locator("form [type=submit], form button").click();
      await anybody.page.waitForLoadState();
    }
    await anybody.context.close();
  });
  await test("objections are dismissed together, with one reason", async () => {
    await page.reload();
    await page.getByRole("tab", { name: /异议/ }).click();
    await button(page, "查看内容").click();
    await drawer(page).getByLabel("原因").fill("办理异议");
    await drawer(page).locator(".el-drawer__footer").getByRole("button", { name: "查看内容" }).click();
    await page.getByText("不认识这个人").waitFor();
    await page.getByLabel("全选本页").last().check();
    await button(page, "不予受理（2）").click();
    await drawer(page).last().getByLabel("原因").fill("与公示内容无关");
    await drawer(page).last().locator(".el-drawer__footer").getByRole("button", { name: /不予受理/ }).click();
    await gone(page);
    await until(page, async () => (await page.locator(".one .mark", { hasText: "不予受理" }).count()) === 2);
    await shot(page, "objections-1440");
  });
  await test("nothing is confirmed while it hangs", async () => {
    await page.goto("/cases?box=all&programme=trial&step=notice");
    await rows(page).first().click();
    await page.locator(".lacks").waitFor();
    is(await page.locator(".one .mark", { hasText: "已确定" }).count(), 0);
  });
  await context.close();
}

/* --- two days later ----------------------------------------------------------------------------- */

async function confirm(browser: Browser): Promise<void> {
  const { context, page } = await person(browser, "county");
  await test("the notice is ended when its days are over, and its cases are confirmed", async () => {
    await page.goto("/notices");
    await page.getByText("期满待办结").waitFor();
    await rows(page).first().click();
    await button(page, "期满办结").click();
    await page.locator(".one .mark", { hasText: "已期满" }).waitFor();
    await button(page, "确定无异议的案件").click();
    await page.getByText("2 件已继续办理").waitFor();
    await page.goto("/cases?box=all&state=confirmed");
    await rows(page).nth(1).waitFor();
  });
  await context.close();
  const leader = await person(browser, "leader");
  await test("a leader sees the case with who did what when, and can do nothing to it", async () => {
    await leader.page.goto("/cases?box=all&state=confirmed");
    await rows(leader.page).first().click();
    await leader.page.locator(".line li", { hasText: "审核通过" }).waitFor();
    is(await leader.page.locator(".acts button").count(), 0);
    await leader.page.locator(".facts a").first().click();
    await leader.page.getByRole("tab", { name: "案件和资金" }).click();
    await leader.page.getByRole("link", { name: "产业试点" }).waitFor();
  });
  await leader.context.close();
  const first = async (page: Page, list: string): Promise<string> => {
    await page.goto(list);
    await rows(page).first().click();
    await page.locator(".one h2").waitFor();
    await settle(page);
    return page.url();
  };
  await everyPage(browser, "county", [
    ["cases", "/cases?box=all"], ["case", (page) => first(page, "/cases?box=all&state=confirmed")], ["candidates", "/candidates?programme=trial"], ["notices", "/notices"],
    ["notice", (page) => first(page, "/notices")], ["meetings", "/meetings"], ["batches", "/batches"], ["sites", "/sites"], ["exceptions", "/exceptions"], ["numbers", "/numbers"],
  ]);
}

/* One pixel, and the least of a PDF. */
writeFileSync(picture, Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==", "base64"));
writeFileSync(pdf, "%PDF-1.4 form %%EOF");

void browse(async (browser) => {
  if (part === "confirm") return confirm(browser);
  await village(browser);
  await township(browser);
  await county(browser);
  await notice(browser);
});
