/* Two texts line by line: what went, what came, and a few lines around it. */
export interface Line {
  kind: "same" | "added" | "removed" | "skip";
  text: string;
}
const AROUND = 3;

/* The longest common subsequence; files of a programme have a few hundred lines. */
function compareAll(a: readonly string[], b: readonly string[]): Line[] {
  const width = b.length + 1;
  const best = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      best[i * width + j] = a[i] === b[j] ? best[(i + 1) * width + j + 1]! + 1 : Math.max(best[(i + 1) * width + j]!, best[i * width + j + 1]!);
  const out: Line[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      out.push({ kind: "same", text: a[i]! });
      i++;
      j++;
    } else if (i < a.length && (j === b.length || best[(i + 1) * width + j]! >= best[i * width + j + 1]!)) out.push({ kind: "removed", text: a[i++]! });
    else out.push({ kind: "added", text: b[j++]! });
  }
  return out;
}

export function compareLines(a: readonly string[], b: readonly string[]): Line[] {
  const all = compareAll(a, b);
  const near = all.map((_, i) => all.slice(Math.max(0, i - AROUND), i + AROUND + 1).some((l) => l.kind !== "same"));
  return all.flatMap((l, i): Line[] => (near[i] ? [l] : i === 0 || near[i - 1] ? [{ kind: "skip", text: "" }] : []));
}
