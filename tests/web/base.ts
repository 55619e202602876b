/* What the pages reckon with: amounts, 大写, identity numbers, pinyin initials, tables. */
import { readCsv, writeCsv } from "../../web/src/base/csv";
import { age, checkCharacter, readIdNumber } from "../../web/src/base/idno";
import { capitals, fen, money, sum, yuan } from "../../web/src/base/money";
import { fits, initials } from "../../web/src/base/pinyin";
import { headingRow } from "../../web/src/pages/exchange/tables";
import { end, is, test } from "./say";

async function main(): Promise<void> {
  await test("amounts are text with two decimals and never pass through a float", () => {
    is(String(fen("1,234.5")), "123450");
    is(String(fen("90071992547409.93")), "9007199254740993");
    is(fen("1.234"), null);
    is(fen("1e3"), null);
    is(yuan(-5n), "-0.05");
    is(money("1234567.8"), "1,234,567.80");
    is(money(null), "");
    is(sum(["0.10", "0.20", null, "1000"]), "1000.30");
  });
  await test("大写 is written as on a receipt (R288)", () => {
    const all: [string, string][] = [
      ["0", "零元整"], ["10", "壹拾元整"], ["100.05", "壹佰元零伍分"], ["10034.05", "壹万零叁拾肆元零伍分"], ["8500", "捌仟伍佰元整"],
      ["20000", "贰万元整"], ["100000000", "壹亿元整"], ["1200000.5", "壹佰贰拾万元伍角整"], ["325.04", "叁佰贰拾伍元零肆分"], ["107000.53", "壹拾万柒仟元伍角叁分"], ["1005000", "壹佰万伍仟元整"], ["1020000000", "壹拾亿贰仟万元整"], ["102000000", "壹亿零贰佰万元整"], ["1010101", "壹佰零壹万零壹佰零壹元整"], ["-1", "负壹元整"], ["0.35", "叁角伍分"], ["1003.6", "壹仟零叁元陆角整"], ["10500", "壹万零伍佰元整"],
    ];
    for (const [amount, words] of all) is(capitals(amount), words, amount);
  });
  await test("an identity number tells sex and birth, and a slip tells its check character", () => {
    is(checkCharacter("11010519491231002"), "X");
    is(readIdNumber("11010519491231002x", "2026-11-22"), { ok: true, number: "11010519491231002X", birth: "1949-12-31", sex: "female" });
    is(readIdNumber("110105194912310021", "2026-11-22"), { ok: false, why: "check", should: "X" });
    is(readIdNumber("110105194902310021", "2026-11-22"), { ok: false, why: "birth" });
    is(readIdNumber("1101051949", "2026-11-22"), { ok: false, why: "length" });
    is(age("2000-11-23", "2026-11-22"), 25);
  });
  await test("words of a dictionary are found by pinyin initials", () => {
    is(initials("缺劳力"), "qll");
    is(initials("因病"), "yb");
    is(fits("qzj", "缺资金"), true);
    is(fits("cz", "缺资金"), false);
  });
  await test("a table is read and written as a spreadsheet would", () => {
    is(readCsv('\ufeffa,b\r\n"x, ""y""\nz",2\n'), [["a", "b"], ['x, "y"\nz', "2"]]);
    is(readCsv("a\tb\n1\t2", "\t"), [["a", "b"], ["1", "2"]]);
    is(writeCsv([["a,b", 'c"d']]), '\ufeff"a,b","c""d"\r\n');
  });
  await test("titles above the headings are passed over", () => {
    is(headingRow([["花名册", "", ""], ["单位：某镇", "", "2017"], ["户编号", "户主", "村"], ["1", "陈", "甲"]]), 2);
    is(headingRow([["户编号", "户主"], ["1", "陈"]]), 0);
  });
  end();
}
void main();
