/* Amounts are decimal text on every edge, as the server has them: never numbers. */

const AMOUNT = /^(-?)(\d+)(?:\.(\d{1,2}))?$/;

/** "1234.5" -> 123450n fen; null: it is no amount. Takes thousands separators and full-width digits as people type them. */
export function fen(text: string): bigint | null {
  const plain = text
    .trim()
    .replace(/[０-９．，－]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/,/g, "");
  const m = AMOUNT.exec(plain);
  if (!m) return null;
  const value = BigInt(m[2]!) * 100n + BigInt((m[3] ?? "").padEnd(2, "0"));
  return m[1] ? -value : value;
}

/** 123450n -> "1234.50" */
export function yuan(value: bigint): string {
  const whole = value < 0n ? -value : value;
  return `${value < 0n ? "-" : ""}${whole / 100n}.${String(whole % 100n).padStart(2, "0")}`;
}

/** As it stands in a table: "1,234.50"; what is unknown stays a blank. */
export function money(text: string | null | undefined): string {
  const value = text == null ? null : fen(text);
  if (value == null) return "";
  const [whole, cents] = yuan(value).split(".");
  return `${whole!.replace(/\B(?=(\d{3})+(?!\d))/g, ",")}.${cents}`;
}

export function sum(amounts: readonly (string | null | undefined)[]): string {
  return yuan(amounts.reduce((all, one) => all + (one == null ? 0n : (fen(one) ?? 0n)), 0n));
}

const DIGITS = "零壹贰叁肆伍陆柒捌玖";
const PLACES = ["", "拾", "佰", "仟"];
const GROUPS = ["", "万", "亿", "万亿"];

function group(digits: string): string {
  let out = "";
  let zero = false;
  [...digits].forEach((d, i) => {
    if (d === "0") {
      zero = out !== "";
      return;
    }
    out += (zero ? "零" : "") + DIGITS[Number(d)]! + PLACES[digits.length - 1 - i]!;
    zero = false;
  });
  return out;
}

/** 大写, as base/capital.c prints it: "10034.05" -> 壹万零叁拾肆元零伍分. Null: it is no amount. */
export function capitals(text: string): string | null {
  const value = fen(text);
  if (value == null) return null;
  const [whole, cents] = yuan(value < 0n ? -value : value).split(".") as [string, string];
  let out = "";
  let gap = false;
  const groups = whole.padStart(Math.ceil(whole.length / 4) * 4, "0").match(/.{4}/g)!;
  groups.forEach((digits, i) => {
    const words = group(digits.replace(/^0+/, ""));
    if (!words) {
      gap = gap || out !== "";
      return;
    }
    if (out && (gap || digits.startsWith("0"))) out += "零";
    out += words + GROUPS[groups.length - 1 - i]!;
    gap = false;
  });
  const [jiao, last] = [Number(cents[0]), Number(cents[1])];
  if (out) out += "元";
  if (!jiao && !last) out = (out || "零元") + "整";
  else {
    if (jiao) out += DIGITS[jiao]! + "角";
    else if (out) out += "零";
    out += last ? DIGITS[last]! + "分" : "整";
  }
  return (value < 0n ? "负" : "") + out;
}
