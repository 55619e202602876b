/* The whole round, on three days of the office; PART names what is done, one after the other. */
import type { Browser } from "playwright-core";
import { browse, everyPage, need } from "./browser";
import { casePages, confirm, county, notice, township, village } from "./cases";
import { again, books, contracts, fundPages, payouts, receipts, reminders, settled, troubles } from "./fund";

type Work = (browser: Browser) => Promise<void>;
const parts: Record<string, readonly Work[]> = {
  apply: [village, township, county, notice],
  pay: [confirm, contracts, payouts],
  repay: [reminders, receipts, settled, again, books],
  troubles: [troubles],
  look: [(browser) => everyPage(browser, "county", casePages), (browser) => everyPage(browser, "kuai", fundPages)],
};
void browse(async (browser) => {
  for (const part of need("PART").split(" ")) for (const work of parts[part]!) await work(browser);
});
