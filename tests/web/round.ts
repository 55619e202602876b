/* The whole round, on three days of the office; PART names the day's work. */
import { browse, everyPage, need } from "./browser";
import { casePages, confirm, county, notice, township, village } from "./cases";
import { again, books, contracts, fundPages, payouts, receipts, reminders, settled, troubles } from "./fund";

const short = process.env.SHORT !== "";
const days: Record<string, readonly ((browser: Parameters<Parameters<typeof browse>[0]>[0]) => Promise<void>)[]> = {
  apply: [village, township, county, notice],
  pay: [confirm, contracts, payouts],
  repay: [reminders, receipts, settled, again, books, ...(short ? [] : [troubles])],
};
const part = need("PART");
void browse(async (browser) => {
  for (const work of days[part]!) await work(browser);
  if (part !== "repay" || short) return;
  await everyPage(browser, "county", casePages);
  await everyPage(browser, "kuai", fundPages);
});
