/* v-stack: a plain table that is wider than its place stands as one block a row, each cell behind its heading. */
import type { Directive } from "vue";

/* There, so many columns are each only a few characters wide. */
const PHONE = 480;
const MANY = 5;
const watched = new WeakMap<Element, ResizeObserver>();

function headings(table: HTMLTableElement): string[] {
  const all: string[] = [];
  for (const th of table.tHead?.rows[table.tHead.rows.length - 1]?.cells ?? []) {
    // What only a screen reader hears is no heading to see.
    const text = th.querySelector(".unseen") ? "" : (th.textContent ?? "").trim();
    for (let i = 0; i < th.colSpan; i++) all.push(text);
  }
  return all;
}
function label(table: HTMLTableElement): void {
  const names = headings(table);
  for (const part of [...table.tBodies, table.tFoot])
    for (const row of part?.rows ?? []) {
      let at = 0;
      for (const cell of row.cells) {
        const name = cell.colSpan > 1 ? "" : (names[at] ?? "");
        if (cell.dataset.label !== name) cell.dataset.label = name;
        at += cell.colSpan;
      }
    }
}
function fit(table: HTMLTableElement): void {
  const place = table.parentElement;
  if (!place?.clientWidth) return;
  const style = getComputedStyle(place);
  const room = place.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  table.classList.remove("stacked");
  const columns = table.rows[0]?.cells.length ?? 0;
  if (table.getBoundingClientRect().width <= room + 1 && (room > PHONE || columns < MANY)) return;
  label(table);
  table.classList.add("stacked");
}
export const stack: Directive<HTMLTableElement> = {
  mounted(table) {
    let was = 0;
    const o = new ResizeObserver(() => {
      const now = table.parentElement?.clientWidth ?? 0;
      if (now !== was) fit(table);
      was = now;
    });
    if (table.parentElement) {
      // A place in a grid would grow with the table.
      table.parentElement.style.minWidth = "0";
      o.observe(table.parentElement);
    }
    watched.set(table, o);
    fit(table);
  },
  updated: fit,
  unmounted(table) {
    watched.get(table)?.disconnect();
  },
};
