/** Areas of a sheet and their A1 text. Rows and columns are 1-based and ends are included. */

export interface Area {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

export const LAST_ROW = 1_048_576;
export const LAST_COLUMN = 16_384;

/** The letters of a column: 1 is A. */
export function letters(column: number): string {
  let text = "";
  for (let rest = column; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    text = String.fromCharCode(65 + ((rest - 1) % 26)) + text;
  }
  return text;
}

function columnOf(text: string): number {
  return [...text.toUpperCase()].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
}

/** An A1 address as an area, or null when it is none. «B:C» and «2:3» are whole columns, rows. */
export function parseArea(text: string): Area | null {
  const plain = text.replaceAll("$", "").trim();
  const cell = /^([A-Za-z]{1,3})(\d{1,7})(?::([A-Za-z]{1,3})(\d{1,7}))?$/.exec(plain);
  const columns = /^([A-Za-z]{1,3}):([A-Za-z]{1,3})$/.exec(plain);
  const rows = /^(\d{1,7}):(\d{1,7})$/.exec(plain);
  if (cell) {
    const [, a = "", b = "", c = a, d = b] = cell;
    return between(Number(b), columnOf(a), Number(d), columnOf(c));
  }
  if (columns) return between(1, columnOf(columns[1] ?? ""), LAST_ROW, columnOf(columns[2] ?? ""));
  if (rows) return between(Number(rows[1]), 1, Number(rows[2]), LAST_COLUMN);
  return null;
}

/** The area with these corners in any order, or null when it is not on a sheet. */
export function between(row: number, column: number, row2: number, column2: number): Area | null {
  const area = {
    top: Math.min(row, row2),
    left: Math.min(column, column2),
    bottom: Math.max(row, row2),
    right: Math.max(column, column2),
  };
  const inside =
    area.top >= 1 && area.left >= 1 && area.bottom <= LAST_ROW && area.right <= LAST_COLUMN;
  return inside ? area : null;
}

export function cellName(row: number, column: number): string {
  return `${letters(column)}${row}`;
}

export function areaName(area: Area): string {
  if (area.top === 1 && area.bottom === LAST_ROW) {
    return `${letters(area.left)}:${letters(area.right)}`;
  }
  if (area.left === 1 && area.right === LAST_COLUMN) return `${area.top}:${area.bottom}`;
  const first = cellName(area.top, area.left);
  const last = cellName(area.bottom, area.right);
  return first === last ? first : `${first}:${last}`;
}

export function quoted(sheet: string): string {
  return /^[\p{L}_][\p{L}\d_.]*$/u.test(sheet) ? sheet : `'${sheet.replaceAll("'", "''")}'`;
}

export function rowsIn(area: Area): number {
  return area.bottom - area.top + 1;
}

export function columnsIn(area: Area): number {
  return area.right - area.left + 1;
}

export function overlap(a: Area, b: Area): Area | null {
  const area = {
    top: Math.max(a.top, b.top),
    left: Math.max(a.left, b.left),
    bottom: Math.min(a.bottom, b.bottom),
    right: Math.min(a.right, b.right),
  };
  return area.top <= area.bottom && area.left <= area.right ? area : null;
}

export function contains(outer: Area, row: number, column: number): boolean {
  return (
    row >= outer.top && row <= outer.bottom && column >= outer.left && column <= outer.right
  );
}

/** «Blad!A1:B2» or «'Mitt blad'!A1» as sheet and address; without a sheet, the sheet is "". */
export function splitReference(text: string): { sheet: string; address: string } {
  const found = /^=?(?:'((?:[^']|'')+)'|([^'!]+))!(.+)$/.exec(text.trim());
  if (!found) return { sheet: "", address: text.trim().replace(/^=/, "") };
  const sheet = found[1]?.replaceAll("''", "'") ?? found[2] ?? "";
  return { sheet, address: found[3] ?? "" };
}
