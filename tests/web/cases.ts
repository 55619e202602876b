/* The first half of the round: a village finds families and enters their applications, a township decides thirty without
 * the mouse, two people of the county decide, the public sees the notice without log-in and without scripts and objects;
 * one objection is upheld and its case goes back, the others do not stop theirs. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { choose, fine, folder, kept, person, pick, settle, shot, until, type Place } from "./browser";
import { holds, is, test } from "./say";

const pdf = join(folder, "paper.pdf");
const picture = join(folder, "photo.png");
const rows = (page: Page) => page.locator(".middle tbody tr, .whole tbody tr");
const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: typeof name === "string" });
const drawer = (page: Page) => page.locator(".el-drawer");
const gone = (page: Page) => drawer(page).last().waitFor({ state: "hidden" });
async function openCase(page: Page, name: string, step: string): Promise<void> {
  await page.goto(`/cases?box=all&programme=xingfu&step=${step}`);
  await rows(page).filter({ hasText: name }).click();
  await page.locator(".one h2").waitFor();
}
async function chooseAll(page: Page, n: number, step = ""): Promise<void> {
  await page.goto(`/cases?box=todo&state=in_steps${step}`);
  await rows(page).nth(n - 1).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Control+a");
  await page.getByText(`已选 ${n} 件`).waitFor();
}

/* Without the mouse: 批量办理, an opinion, Enter. */
async function decideChosen(page: Page, opinion: string): Promise<void> {
  await page.keyboard.press("b");
  await page.getByRole("dialog").waitFor();
  await until(page, () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") === "意见"));
  await page.keyboard.type(opinion);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
}

/* --- the village ------------------------------------------------------------------------------ */

export async function village(browser: Browser): Promise<void> {
  const { context, page } = await person(browser, "village");
  await test("families are found by the income line, and one is told why it qualifies", async () => {
    await page.goto("/screening?programme=xingfu");
    const count = page.locator(".counts strong").first();
    await count.waitFor();
    is(await count.innerText(), "31");
    await page.getByRole("slider", { name: "当地人均收入" }).focus();
    await page.keyboard.press("End");
    await until(page, async () => (await count.innerText()) === "32");
    await page.getByRole("link", { name: "陈燕" }).click();
    await page.getByRole("tab", { name: "项目条件" }).click();
    await pick(page, "帮扶项目", "幸福工程");
    await page.getByText("家庭人均收入低于当地平均收入").waitFor();
  });
  await test("twenty-nine households are chosen by keyboard and apply with one form; what is missing is said at its field", async () => {
    await page.goto("/candidates?programme=xingfu");
    await rows(page).nth(30).waitFor();
    await page.keyboard.press("ArrowDown");
    for (let i = 0; i < 29; i++) {
      await page.keyboard.press("Space");
      await page.keyboard.press("ArrowDown");
    }
    await button(page, "受理选中的 29 户").click();
    await page.getByLabel("第几期").fill("1");
    await page.getByLabel("发展生产的项目").fill("养鸡");
    await page.getByLabel("申请金额").fill("一万");
    await button(page, "保存并提交").click();
    await drawer(page).getByRole("alert").first().waitFor();
    await page.getByLabel("申请金额").fill("10000");
    await drawer(page).getByText("壹万元整").waitFor();
    await button(page, "保存并提交").click();
    await page.getByText("已受理 29 户").waitFor();
  });
  await test("one applies for the next period, as a draft; what was typed before the page was left is offered again", async () => {
    await page.goto("/candidates?programme=xingfu");
    await rows(page).first().waitFor();
    await rows(page).first().click();
    await page.getByLabel("第几期").fill("2");
    await page.getByLabel("发展生产的项目").fill("种茶");
    await page.getByLabel("申请金额").fill("8000");
    await kept(page, "8000");
    await page.reload();
    await rows(page).first().click();
    await button(page, "接着填").click();
    is(await page.getByLabel("发展生产的项目").inputValue(), "种茶");
    await drawer(page).getByText("随即提交").click();
    await button(page, "保存草稿").click();
    await page.waitForURL(/\/cases\/\d+\/30/);
    await page.locator(".one .mark", { hasText: "草拟" }).waitFor();
    await page.getByText("8,000.00").first().waitFor();
  });
  await test("two people fill in one application: the second sees both versions and loses nothing", async () => {
    const other = await person(browser, "county");
    await other.page.goto(new URL(page.url()).pathname);
    for (const p of [page, other.page]) {
      await button(p, "填写").click();
      await p.getByLabel("申请金额").waitFor();
    }
    await other.page.getByLabel("申请金额").fill("9000");
    await button(other.page, "保存").click();
    await gone(other.page);
    await page.getByLabel("申请金额").fill("7000");
    await page.getByLabel("发展生产的项目").fill("种茶和蘑菇");
    await button(page, "保存").click();
    await page.getByRole("dialog", { name: "别人刚改过这条记录" }).waitFor();
    await button(page, "按选定的保存").click();
    await gone(page);
    await page.getByText("种茶和蘑菇").waitFor();
    await page.getByText("7,000.00").first().waitFor();
    await other.context.close();
    await button(page, "提交").click();
    await page.locator(".one .mark", { hasText: "办理中" }).waitFor();
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

export async function township(browser: Browser): Promise<void> {
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
    await choose(cun.page, "诚信评议", "诚信");
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
    await page.getByText("已选 30 件，30 户，合计 297,000.00 元").waitFor();
    await decideChosen(page, "审核通过");
    await page.goto("/cases?box=all&state=in_steps&programme=xingfu&step=papers");
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
    for (const name of ["陈燕", "李霞", "陈莲", "王敏", "金秀英"]) {
      await openCase(page, name, "papers");
      await page.getByRole("tab", { name: /材料/ }).click();
      await page.locator(".missing tr").nth(1).waitFor();
      await page.getByLabel(/^上传.*申请表/).setInputFiles(pdf);
      await page.locator(".missing tr").nth(1).waitFor({ state: "hidden" });
      await page.getByLabel("上传现场照片").setInputFiles(picture);
      await page.locator(".missing").waitFor({ state: "hidden" });
      if (name === "陈燕") {
        await button(page, "现场照片").click();
        await until(page, () => page.locator("img.picture").evaluate((x: HTMLImageElement) => x.naturalWidth > 0));
        await page.keyboard.press("Escape");
      }
      await button(page, "继续办理").first().click();
      await page.locator(".facts").getByText("区项目办初审").waitFor();
    }
  });
  await context.close();
}

/* What was said is read for a purpose. */
async function reveal(page: Page): Promise<void> {
  await button(page, "查看内容").click();
  await drawer(page).getByLabel("原因").fill("办理异议");
  await drawer(page).locator(".el-drawer__footer").getByRole("button", { name: "查看内容" }).click();
  await page.getByText("随便说说").waitFor();
}

/* --- the county, the public -------------------------------------------------------------------- */

export async function county(browser: Browser): Promise<void> {
  let { context, page } = await person(browser, "county");
  await test("one of the county looks first; the same one does not decide", async () => {
    await chooseAll(page, 5, "&step=office");
    await decideChosen(page, "初审同意");
    await openCase(page, "陈燕", "county");
    await button(page, "办理").click();
    await drawer(page).locator(".el-drawer__footer").getByRole("button", { name: "办理" }).click();
    await drawer(page).getByRole("alert").first().waitFor();
    holds("another person", /另一|他人|不能由|本人/.test(await drawer(page).innerText()));
  });
  await context.close();
  ({ context, page } = await person(browser, "county2"));
  await test("another decides with the facts beside it, and the case gets its number", async () => {
    await openCase(page, "陈燕", "county");
    await page.getByRole("tab", { name: "条件核对" }).click();
    await page.getByText("家庭人均收入低于当地平均收入").waitFor();
    await button(page, "办理").click();
    await drawer(page).getByLabel("意见").fill("同意");
    await drawer(page).locator(".el-drawer__footer").getByRole("button", { name: "办理" }).click();
    await page.locator(".facts").getByText("公示").first().waitFor();
    await page.getByText("XF-100-001-0001").waitFor();
    await chooseAll(page, 4, "&step=county");
    await decideChosen(page, "同意");
    await openCase(page, "金秀英", "notice");
    await page.getByText("XF-100-002-0001").waitFor();
    await openCase(page, "陈燕", "notice");
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

export async function notice(browser: Browser): Promise<void> {
  const { context, page } = await person(browser, "county");
  await test("a notice is prepared of those that wait, and looked at as the public will see it", async () => {
    await page.goto("/notices");
    await button(page, "拟定公示").click();
    await choose(page, "项目", "幸福工程");
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
    is(/^\d{1,3}(,\d{3})*\.\d\d$/.test(await anybody.page.locator("td.number").first().innerText()), true, "thousands are set apart");
    is(await anybody.page.locator("table").evaluate((x) => getComputedStyle(x).borderCollapse), "collapse");
    await shot(anybody.page, "public-notice-390");
    for (const [name, text] of [["王敏", "她家在县城有商品房"], ["陈燕", "随便说说"], ["李霞", "不认识这个人"]] as const) {
      await anybody.page.goto("/public/notices");
      await anybody.page.locator("table a").first().click();
      const no = await anybody.page.locator("tr", { hasText: name }).locator("td").first().innerText();
      await anybody.page.locator("[name=row]").fill(no);
      await anybody.page.locator("[name=content]").fill(text);
      await anybody.page.locator("form [type=submit], form button").click();
      await anybody.page.getByRole("link", { name: /凭编号/ }).waitFor();
    }
    await anybody.page.getByRole("link", { name: /凭编号/ }).click();
    await anybody.page.getByRole("cell", { name: "待受理" }).waitFor();
    await anybody.context.close();
  });
  await test("one objection is turned down with a reason, two are admitted for inquiry", async () => {
    await page.reload();
    await page.getByRole("tab", { name: /异议/ }).click();
    await reveal(page);
    await page.locator("tr", { hasText: "随便说说" }).getByRole("checkbox").check();
    await button(page, "不予受理（1）").click();
    await drawer(page).last().getByLabel("原因").fill("与公示内容无关");
    await drawer(page).last().locator(".el-drawer__footer").getByRole("button", { name: /不予受理/ }).click();
    await gone(page);
    await page.locator(".one .mark", { hasText: "不予受理" }).waitFor();
    for (const text of ["她家在县城有商品房", "不认识这个人"]) {
      await page.locator("tr", { hasText: text }).getByRole("button", { name: "受理", exact: true }).click();
      await page.locator("tr", { hasText: text }).getByRole("button", { name: "答复" }).waitFor();
    }
    await shot(page, "objections-1440");
  });
  await test("nothing is confirmed while it hangs", async () => {
    await page.goto("/cases?box=all&programme=xingfu&step=notice");
    await rows(page).first().click();
    await page.locator(".lacks").waitFor();
    is(await page.locator(".one .mark", { hasText: "已确定" }).count(), 0);
  });
  await context.close();
}

/* --- two days later ----------------------------------------------------------------------------- */

export async function confirm(browser: Browser): Promise<void> {
  const { context, page } = await person(browser, "county");
  await test("after the inquiry one objection is upheld, the other is not; each answer is written down", async () => {
    await page.goto("/notices");
    await page.getByText("期满待办结").waitFor();
    await rows(page).first().click();
    await page.getByRole("tab", { name: /异议/ }).click();
    await reveal(page);
    for (const [text, result, reply] of [["她家在县城有商品房", "成立", "经查属实，该户退回重新核实"], ["不认识这个人", "不成立", "经查为本村常住户"]] as const) {
      await page.locator("tr", { hasText: text }).getByRole("button", { name: "答复" }).click();
      await page.getByRole("combobox", { name: "结论" }).click();
      await page.getByRole("option", { name: result, exact: true }).last().click();
      await drawer(page).last().getByLabel("原因或答复").fill(reply);
      await drawer(page).last().locator(".el-drawer__footer").getByRole("button", { name: "答复" }).click();
      await gone(page);
      await page.getByText(reply).waitFor();
    }
    await shot(page, "objections-answered-1440");
  });
  await test("whoever objected without a name sees the result by the number, and nothing of what was said", async () => {
    const anybody = await person(browser, null, { scripts: false, width: 390, height: 844 });
    await anybody.page.goto("/public/objections");
    await anybody.page.locator("[name=no]").fill("1");
    await anybody.page.locator("form button").click();
    await anybody.page.getByRole("cell", { name: "成立", exact: true }).waitFor();
    await anybody.page.getByText("经查属实").waitFor();
    is(await anybody.page.getByText("商品房").count(), 0);
    await shot(anybody.page, "public-objection-390");
    await anybody.context.close();
  });
  await test("a case against which an objection was upheld is not confirmed: the county that decided sends it back", async () => {
    const cun = await person(browser, "village");
    await openCase(cun.page, "王敏", "notice");
    await cun.page.locator(".lacks", { hasText: "异议 1 成立" }).waitFor();
    is(await button(cun.page, "退回").count(), 0);
    await openCase(page, "王敏", "notice");
    await button(page, "退回").click();
    await drawer(page).getByLabel("原因").fill("异议成立：核实县城住房后重新上报");
    await drawer(page).locator(".el-drawer__footer").getByRole("button", { name: "退回" }).click();
    await page.locator(".one .mark", { hasText: "退回" }).first().waitFor();
    await cun.page.goto("/cases?box=todo&state=returned");
    await rows(cun.page).filter({ hasText: "王敏" }).click();
    await cun.page.getByText(/异议成立：核实县城住房/).first().waitFor();
    await cun.context.close();
  });
  await test("the notice is ended when its days are over, and its other cases are confirmed", async () => {
    await page.goto("/notices");
    await rows(page).first().click();
    await button(page, "期满办结").click();
    await page.locator(".one .mark", { hasText: "已期满" }).waitFor();
    await button(page, "确定无异议的案件").click();
    await page.getByText("4 件已继续办理").waitFor();
    await page.goto("/cases?box=all&state=confirmed");
    await rows(page).nth(3).waitFor();
  });
  await context.close();
  const leader = await person(browser, "leader");
  await test("a leader sees the case with who did what when, and can do nothing to it", async () => {
    await leader.page.goto("/cases?box=all&state=confirmed");
    await rows(leader.page).filter({ hasText: "陈燕" }).click();
    await leader.page.locator(".line li", { hasText: "审核通过" }).waitFor();
    is(await leader.page.locator(".acts button").count(), 0);
    await leader.page.locator(".facts a").first().click();
    await leader.page.getByRole("tab", { name: "案件和资金" }).click();
    await leader.page.getByRole("link", { name: "幸福工程" }).first().waitFor();
  });
  await leader.context.close();
}
const first = async (page: Page, list: string): Promise<string> => {
  await page.goto(list);
  await rows(page).first().click();
  await page.locator(".one h2").waitFor();
  await settle(page);
  return page.url();
};
export const casePages: readonly Place[] = [
  ["cases", "/cases?box=all"], ["case", (page) => first(page, "/cases?box=all&state=confirmed")], ["candidates", "/candidates?programme=xingfu"], ["notices", "/notices"],
  ["notice", (page) => first(page, "/notices")], ["meetings", "/meetings"], ["batches", "/batches"], ["sites", "/sites"], ["exceptions", "/exceptions"], ["numbers", "/numbers"],
];

/* One pixel, and the least of a PDF. */
writeFileSync(picture, Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==", "base64"));
writeFileSync(pdf, "%PDF-1.4 form %%EOF");
