/* The initials of Chinese words, so that a clerk finds 缺劳力 by "qll". The browser's own Chinese collation sorts
 * by pinyin: a character lies between the first characters of two initials. */

const BOUNDS: readonly (readonly [string, string])[] = [
  ["阿", "a"], ["八", "b"], ["嚓", "c"], ["哒", "d"], ["妸", "e"], ["发", "f"], ["旮", "g"], ["哈", "h"],
  ["讥", "j"], ["咔", "k"], ["垃", "l"], ["痳", "m"], ["拏", "n"], ["噢", "o"], ["妑", "p"], ["七", "q"],
  ["呥", "r"], ["扨", "s"], ["它", "t"], ["穵", "w"], ["夕", "x"], ["丫", "y"], ["帀", "z"],
];
const order = new Intl.Collator("zh-Hans-CN-u-co-pinyin").compare;

function initial(c: string): string {
  if (!/[\u4e00-\u9fff]/.test(c)) return /[a-z0-9]/i.test(c) ? c.toLowerCase() : "";
  let found = "";
  for (const [first, letter] of BOUNDS) {
    if (order(c, first) < 0) break;
    found = letter;
  }
  return found;
}

export const initials = (text: string): string => [...text].map(initial).join("");

/** Does what was typed fit a label: its words, its number or its initials? */
export function fits(typed: string, label: string, also = ""): boolean {
  const wanted = typed.trim().toLowerCase();
  return (
    !wanted || label.toLowerCase().includes(wanted) || also.toLowerCase().startsWith(wanted) || initials(label).includes(wanted)
  );
}
