/** Cells as plain data: addresses, snapshots of what Excel answers, and how a value is written. */
import type { Raw, SheetSnapshot } from "./types";

/** A rectangle, 1-based, both ends included. */
export interface Box {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

/** What Excel answers for a rectangle. */
export interface Block {
  box: Box;
  values: unknown[][];
  formulas: unknown[][];
  numberFormat: unknown[][];
  valueTypes: unknown[][];
}

export const MAX_ROW = 1_048_576;
export const MAX_COLUMN = 16_384;

/** The rectangle of an A1 address; a sheet's name before it and dollar signs are passed over. */
export function boxOf(address: string): Box {
  const local = address.slice(address.lastIndexOf("!") + 1).replaceAll("$", "");
  const match = /^([A-Z]{1,3})([1-9]\d{0,6})(?::([A-Z]{1,3})([1-9]\d{0,6}))?$/i.exec(local);
  if (!match) throw new RangeError(`no A1 address: ${local}`);
  const [, column = "", row = "", lastColumn = column, lastRow = row] = match;
  const rows = [Number(row), Number(lastRow)];
  const columns = [columnOf(column), columnOf(lastColumn)];
  const box = {
    top: Math.min(...rows),
    left: Math.min(...columns),
    bottom: Math.max(...rows),
    right: Math.max(...columns),
  };
  if (box.bottom > MAX_ROW || box.right > MAX_COLUMN) throw new RangeError(`no cell: ${local}`);
  return box;
}

export function addressOf(box: Box): string {
  const first = cellAddress(box.top, box.left);
  const last = cellAddress(box.bottom, box.right);
  return first === last ? first : `${first}:${last}`;
}

export function cellAddress(row: number, column: number): string {
  let letters = "";
  for (let rest = column; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  }
  return `${letters}${row}`;
}

function columnOf(letters: string): number {
  return [...letters.toUpperCase()].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
}

export function cellCount(box: Box): number {
  return (box.bottom - box.top + 1) * (box.right - box.left + 1);
}

/** A rectangle in pieces of whole rows with at most so many cells each, at least one row. */
export function rowBlocks(box: Box, mostCells: number): Box[] {
  const rows = Math.max(1, Math.floor(mostCells / (box.right - box.left + 1)));
  const blocks: Box[] = [];
  for (let top = box.top; top <= box.bottom; top += rows) {
    blocks.push({ ...box, top, bottom: Math.min(box.bottom, top + rows - 1) });
  }
  return blocks;
}

/** One sheet's cells from the blocks of its used range, from the top down. */
export function sheetOf(
  name: string,
  visibility: SheetSnapshot["visibility"],
  blocks: Block[],
  merged: string[],
  sent: boolean,
): SheetSnapshot {
  const first = blocks[0]?.box;
  const values: Raw[][] = [];
  const formulas: [number, number, string][] = [];
  const errors: [number, number][] = [];
  const formatIndex = new Map<string, number>();
  const formatOf: number[][] = [];
  for (const block of blocks) {
    block.values.forEach((cells, i) => {
      const row = block.box.top + i;
      values.push(cells.map((value, j) => rawOf(value, block.valueTypes[i]?.[j])));
      formatOf.push(
        cells.map((_, j) => {
          const format = String(block.numberFormat[i]?.[j] ?? "General");
          const known = formatIndex.get(format) ?? formatIndex.size;
          formatIndex.set(format, known);
          return known;
        }),
      );
      cells.forEach((value, j) => {
        const column = block.box.left + j;
        if (isFormula(block.formulas[i]?.[j], value)) {
          formulas.push([row, column, String(block.formulas[i]?.[j])]);
        }
        if (block.valueTypes[i]?.[j] === "Error") errors.push([row, column]);
      });
    });
  }
  const plain = formatIndex.size === 0 || (formatIndex.size === 1 && formatIndex.has("General"));
  return {
    name,
    visibility,
    top: first?.top ?? 1,
    left: first?.left ?? 1,
    values,
    formulas,
    errors,
    formats: plain ? [] : [...formatIndex.keys()],
    format_of: plain ? [] : formatOf,
    merged,
    sent,
  };
}

/** A text that begins with an equals sign is its own «formula» to Excel, and yet none. */
export function isFormula(formula: unknown, value: unknown): formula is string {
  return typeof formula === "string" && formula.startsWith("=") && formula !== value;
}

function rawOf(value: unknown, type: unknown): Raw {
  if (type === "Empty" || value === null || value === undefined) return null;
  if (typeof value === "number" || typeof value === "boolean") return value;
  return String(value);
}

/** A cell's content: its formula when it has one, else its value. */
export function contentOf(value: unknown, formula: unknown, type: unknown): Raw {
  return isFormula(formula, value) ? formula : rawOf(value, type);
}

/** The content of every cell of a sheet as it was when it was read; empty outside what was used. */
export function contentsOf(sheet: SheetSnapshot): (row: number, column: number) => Raw {
  const formulas = new Map<string, string>();
  for (const [row, column, text] of sheet.formulas ?? []) formulas.set(`${row},${column}`, text);
  const { top = 1, left = 1, values = [] } = sheet;
  return (row, column) =>
    formulas.get(`${row},${column}`) ?? values[row - top]?.[column - left] ?? null;
}

/**
 * What is given to Excel for a value. The apostrophe makes a text a text, whatever it begins with
 * and whatever the language would read it as: a formula, a date, a number, a truth. Excel keeps
 * it out of the cell's value, but not in a cell formatted as text, where all that is written is text
 * anyhow. An empty text empties the cell.
 */
export function literal(value: Raw, textCell: boolean): number | boolean | string {
  if (value === null || value === "") return "";
  return typeof value === "string" && !textCell ? `'${value}` : value;
}
