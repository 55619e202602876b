/* Tests as the suite counts them: `ok - sentence`, one failure does not hide the next. */
let bad = false;

export async function test(sentence: string, body: () => unknown): Promise<void> {
  try {
    await body();
    console.log(`ok - ${sentence}`);
  } catch (e) {
    bad = true;
    console.log(`not ok - ${sentence}`);
    for (const line of String((e as Error)?.stack ?? e).split("\n").slice(0, 14)) console.log(`#   ${line}`);
  }
}
export function is(got: unknown, wanted: unknown, what = ""): void {
  const [a, b] = [JSON.stringify(got), JSON.stringify(wanted)];
  if (a !== b) throw new Error(`${what ? `${what}: ` : ""}${a} instead of ${b}`);
}
export function holds(what: string, yes: unknown): void {
  if (!yes) throw new Error(what);
}
export const end = (): never => process.exit(bad ? 1 : 0);
