/* Citizen identity numbers, GB 11643: what is in them, so that nobody types it twice. */

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

export type IdNumber =
  | { ok: true; number: string; sex: "male" | "female"; birth: string }
  | { ok: false; why: "length" | "digits" | "check" | "birth"; should?: string };

export function checkCharacter(digits: string): string {
  const total = WEIGHTS.reduce((all, w, i) => all + w * Number(digits[i]), 0);
  return "10X98765432"[total % 11]!;
}

export function readIdNumber(text: string, today: string): IdNumber {
  const number = text
    .replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/\s/g, "")
    .toUpperCase();
  if (number.length !== 18) return { ok: false, why: "length" };
  if (!/^\d{17}[\dX]$/.test(number)) return { ok: false, why: "digits" };
  const birth = `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`;
  const day = new Date(`${birth}T00:00:00Z`);
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== birth || birth > today || birth < "1900-01-01")
    return { ok: false, why: "birth" };
  const should = checkCharacter(number);
  if (number[17] !== should) return { ok: false, why: "check", should };
  return { ok: true, number, birth, sex: Number(number[16]) % 2 ? "male" : "female" };
}

/** Whole years on a day; null: the birth date is unknown. */
export function age(birth: string | null | undefined, today: string): number | null {
  if (!birth) return null;
  const years = Number(today.slice(0, 4)) - Number(birth.slice(0, 4));
  return today.slice(5) < birth.slice(5) ? years - 1 : years;
}
