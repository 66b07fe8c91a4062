/** Moving about in the sheet with keys, as in Excel. */

import type { Area } from "../fake/address";
import type { SheetModel } from "../fake/model";
import type { Geometry } from "./geometry";
import type { Selected } from "./grid";

const ARROWS: Record<string, readonly [number, number]> = {
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
};

interface On {
  readonly sheet: SheetModel;
  readonly geometry: Geometry;
  readonly page: number;
  readonly used: readonly [number, number];
}

/** The next selection, or null for a key that does not move. */
export function moved(event: KeyboardEvent, now: Selected, on: On): Selected | null {
  const from = event.shiftKey ? farEnd(now) : { row: now.row, column: now.column };
  const to = target(event, from, on);
  if (!to) return null;
  return event.shiftKey && event.key !== "Tab" && event.key !== "Enter"
    ? { ...now, area: spanned(now, to) }
    : single(to.row, to.column);
}

export function single(row: number, column: number): Selected {
  return { row, column, area: { top: row, left: column, bottom: row, right: column } };
}

export function spanned(now: { row: number; column: number }, to: { row: number; column: number }): Area {
  return {
    top: Math.min(now.row, to.row), left: Math.min(now.column, to.column),
    bottom: Math.max(now.row, to.row), right: Math.max(now.column, to.column),
  };
}

function farEnd({ row, column, area }: Selected): { row: number; column: number } {
  return {
    row: area.top === row ? area.bottom : area.top,
    column: area.left === column ? area.right : area.left,
  };
}

function target(
  event: KeyboardEvent, from: { row: number; column: number }, on: On,
): { row: number; column: number } | null {
  const { rows, columns } = on.geometry;
  const kept = (row: number, column: number) => ({
    row: Math.min(Math.max(row, 1), rows.last),
    column: Math.min(Math.max(column, 1), columns.last),
  });
  const step = ARROWS[event.key];
  const control = event.ctrlKey || event.metaKey;
  if (step) {
    return control ? edge(from, step, on, kept) : seen(from, step, on, kept);
  }
  switch (event.key) {
    case "Enter":
      return seen(from, [event.shiftKey ? -1 : 1, 0], on, kept);
    case "Tab":
      return seen(from, [0, event.shiftKey ? -1 : 1], on, kept);
    case "Home":
      return control ? kept(1, 1) : kept(from.row, 1);
    case "End":
      return control ? kept(...on.used) : null;
    case "PageDown":
      return control ? null : kept(from.row + on.page, from.column);
    case "PageUp":
      return control ? null : kept(from.row - on.page, from.column);
    default:
      return null;
  }
}

type Kept = (row: number, column: number) => { row: number; column: number };
type At = { row: number; column: number };

/** One step, past what is hidden and out of a merged cell. */
function seen(from: At, [down, right]: readonly [number, number], { sheet, geometry }: On, kept: Kept): At {
  let at = from;
  for (let tries = 0; tries < 2000; tries++) {
    const next = kept(at.row + down, at.column + right);
    if (next.row === at.row && next.column === at.column) return from;
    at = next;
    const hidden = geometry.rows.size(at.row) === 0 || geometry.columns.size(at.column) === 0;
    if (!hidden && !sheet.hiddenByMerge(at.row, at.column)) return at;
  }
  return from;
}

/** To the end of the filled cells, or to the next filled one. */
function edge(from: At, [down, right]: readonly [number, number], { sheet, geometry }: On, kept: Kept): At {
  const filled = (at: At): boolean => sheet.cell(at.row, at.column).value !== null;
  const next = (at: At): At => kept(at.row + down, at.column + right);
  const same = (a: At, b: At): boolean => a.row === b.row && a.column === b.column;
  let at = from;
  const within = filled(at) && filled(next(at));
  const limit = geometry.rows.last + geometry.columns.last;
  for (let n = 0; n < limit; n++) {
    const then = next(at);
    if (same(then, at)) return at;
    if (within && !filled(then)) return at;
    at = then;
    if (!within && filled(at)) return at;
  }
  return at;
}
