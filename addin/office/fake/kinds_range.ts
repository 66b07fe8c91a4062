/** Ranges: values, formulas, number formats, and the way to other ranges. */

import type { Area } from "./address";
import {
  LAST_COLUMN, areaName, between, cellName, columnsIn, overlap, parseArea, quoted, rowsIn, splitReference,
} from "./address";
import type { Kind } from "./context";
import { fail } from "./context";
import { CONDITIONAL_FORMATS } from "./kinds_conditional";
import { FORMAT } from "./kinds_format";
import { getCellProperties, setCellProperties } from "./kinds_properties";
import { RANGE_AREAS, WORKSHEET } from "./kinds_book";
import type { Cell, SheetModel, Value, WorkbookModel } from "./model";
import { EMPTY } from "./model";
import { typed } from "./typed";

export interface On {
  readonly sheet: SheetModel;
  readonly area: Area;
}

const MOST_CELLS = 5_000_000;

/** The area of a sheet that an address means. InvalidArgument for a bad one. */
export function on(sheet: SheetModel, address: string, model: WorkbookModel): On {
  if (typeof address !== "string") fail("InvalidArgument", "Adressen är ingen text.");
  const { sheet: named, address: local } = splitReference(address);
  const at = named ? model.sheet(named) : sheet;
  if (!at) fail("InvalidArgument", `Bladet i «${address}» finns inte.`);
  const area = parseArea(local);
  if (area) return { sheet: at, area };
  const name = model.names.find((one) => one.name.toLowerCase() === local.toLowerCase());
  if (name) return reference(name.formula, model);
  return fail("InvalidArgument", `«${address}» är ingen adress.`);
}

export function reference(formula: string, model: WorkbookModel): On {
  const { sheet, address } = splitReference(formula);
  const at = model.sheet(sheet);
  const area = parseArea(address);
  if (!at || !area) return fail("InvalidArgument", `«${formula}» är inget område.`);
  return { sheet: at, area };
}

export function at(sheet: SheetModel, area: Area | null): On {
  return area ? { sheet, area } : fail("InvalidArgument", "Området ligger utanför bladet.");
}

export function addressOf({ sheet, area }: On): string {
  return `${quoted(sheet.name)}!${areaName(area)}`;
}

/** The smallest area that holds every cell with something in it; null for an empty sheet. */
export function used(sheet: SheetModel, valuesOnly = false): On | null {
  let area: Area | null = null;
  for (const [name, cell] of sheet.cells) {
    const looks = !valuesOnly && (Object.keys(cell.look).length > 0 || cell.format !== "General");
    if (cell.value === null && cell.formula === null && !looks) continue;
    const one = parseArea(name);
    if (!one) continue;
    area = area
      ? {
          top: Math.min(area.top, one.top),
          left: Math.min(area.left, one.left),
          bottom: Math.max(area.bottom, one.bottom),
          right: Math.max(area.right, one.right),
        }
      : one;
  }
  return area && { sheet, area };
}

export function eachCell({ area }: On, visit: (row: number, column: number) => void): void {
  if (rowsIn(area) * columnsIn(area) > MOST_CELLS) {
    fail("InvalidArgument", "Området är för stort: använd det som är använt i stället.");
  }
  for (let row = area.top; row <= area.bottom; row++) {
    for (let column = area.left; column <= area.right; column++) visit(row, column);
  }
}

function grid<T>(here: On, one: (cell: Cell) => T): T[][] {
  const rows: T[][] = [];
  eachCell(here, (row, column) => {
    (rows[row - here.area.top] ??= []).push(one(here.sheet.cell(row, column)));
  });
  return rows;
}

/** AccessDenied when a cell of the area is locked on a protected sheet. */
export function mayWrite(here: On): void {
  if (!here.sheet.protection.protected) return;
  const { top, left, bottom, right } = here.area;
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      if (here.sheet.cell(row, column).locked) {
        fail("AccessDenied", `${here.sheet.name}!${cellName(row, column)} är låst.`);
      }
    }
  }
}

/** AccessDenied when the sheet is protected and does not allow formats. */
export function mayFormat(sheet: SheetModel): void {
  if (sheet.protection.protected && !sheet.protection.options.allowFormatCells) {
    fail("AccessDenied", `Bladet ${sheet.name} är skyddat mot format.`);
  }
}

/** What is written, spread over the area: one value for all, or rows of exactly its shape. */
function spread(here: On, written: unknown, visit: (r: number, c: number, v: unknown) => void): void {
  const { area } = here;
  if (!Array.isArray(written)) {
    eachCell(here, (row, column) => visit(row, column, written));
    return;
  }
  const fits = written.length === rowsIn(area) &&
    written.every((row) => Array.isArray(row) && row.length === columnsIn(area));
  if (!fits) {
    const shape = `${written.length} × ${Array.isArray(written[0]) ? written[0].length : "?"}`;
    fail("InvalidArgument", `${areaName(area)} är ${rowsIn(area)} × ${columnsIn(area)}, fick ${shape}.`);
  }
  eachCell(here, (row, column) => visit(row, column, written[row - area.top][column - area.left]));
}

function writeCells(here: On, written: unknown, model: WorkbookModel): void {
  mayWrite(here);
  const { sheet } = here;
  spread(here, written, (row, column, value) => {
    // null leaves a cell as it is, and what a merged area hides takes nothing.
    if (value === null || value === undefined || sheet.hiddenByMerge(row, column)) return;
    const before = sheet.cell(row, column);
    const content = typed(value, before.format);
    model.setCell(sheet, row, column, {
      ...before,
      value: content.value,
      formula: content.formula,
      format: before.format === "General" && content.format ? content.format : before.format,
    });
  });
}

export function wire(value: Value): string | number | boolean {
  if (value === null) return "";
  return typeof value === "object" ? value.error : value;
}

function valueType({ value }: Cell): string {
  if (value === null) return "Empty";
  if (typeof value === "object") return "Error";
  return { string: "String", number: "Double", boolean: "Boolean" }[typeof value as "string"];
}

function moved({ sheet, area }: On, rows: number, columns: number, more = [0, 0]): On {
  const [down = 0, right = 0] = more;
  return at(sheet, shifted(area, rows, columns, area.bottom + rows + down, area.right + columns + right));
}

function shifted(area: Area, rows: number, columns: number, bottom: number, right: number): Area | null {
  if (bottom < area.top + rows || right < area.left + columns) return null;
  return between(area.top + rows, area.left + columns, bottom, right);
}

/** Merging is refused on a protected sheet, whatever it allows. */
function mayMerge({ sheet }: On): void {
  if (sheet.protection.protected) fail("AccessDenied", `Celler på ${sheet.name} kan inte slås ihop.`);
}

/** The merged areas that have nothing in common with this one. */
function apart({ sheet, area }: On): Area[] {
  return sheet.merged.filter((one) => overlap(one, area) === null);
}

export const RANGE: Kind<Excel.Range, On> = {
  name: "Range",
  scalars: {
    address: { get: addressOf },
    addressLocal: { get: addressOf },
    rowIndex: { get: ({ area }) => area.top - 1 },
    columnIndex: { get: ({ area }) => area.left - 1 },
    rowCount: { get: ({ area }) => rowsIn(area) },
    columnCount: { get: ({ area }) => columnsIn(area) },
    cellCount: { get: ({ area }) => rowsIn(area) * columnsIn(area) },
    values: { get: (here) => grid(here, (cell) => wire(cell.value)), set: writeCells },
    formulas: {
      get: (here) => grid(here, (cell) => cell.formula ?? wire(cell.value)),
      set: writeCells,
    },
    valueTypes: { get: (here) => grid(here, valueType) },
    numberFormat: {
      get: (here) => grid(here, (cell) => cell.format),
      set: (here, written, model) => {
        mayFormat(here.sheet);
        spread(here, written, (row, column, format) => {
          if (format === null) return;
          if (typeof format !== "string") fail("InvalidArgument", "Ett talformat är en text.");
          const before = here.sheet.cell(row, column);
          model.setCell(here.sheet, row, column, { ...before, format: format || "General" });
        });
      },
    },
  },
  objects: {
    format: { kind: () => FORMAT, find: (here) => [here] },
    conditionalFormats: { kind: () => CONDITIONAL_FORMATS, find: (here) => [here] },
    worksheet: { kind: () => WORKSHEET, find: ({ sheet }) => sheet },
  },
  finds: {
    getCell: {
      kind: () => RANGE,
      find: ({ sheet, area }, [row, column]: [number, number]) =>
        at(sheet, between(area.top + row, area.left + column, area.top + row, area.left + column)),
    },
    getRow: {
      kind: () => RANGE,
      find: ({ sheet, area }, [row]: [number]) =>
        at(sheet, { ...area, top: area.top + row, bottom: area.top + row }),
    },
    getColumn: {
      kind: () => RANGE,
      find: ({ sheet, area }, [column]: [number]) =>
        at(sheet, { ...area, left: area.left + column, right: area.left + column }),
    },
    getOffsetRange: {
      kind: () => RANGE,
      find: (here, [rows, columns]: [number, number]) => moved(here, rows, columns),
    },
    getResizedRange: {
      kind: () => RANGE,
      find: (here, [rows, columns]: [number, number]) => moved(here, 0, 0, [rows, columns]),
    },
    getIntersectionOrNullObject: {
      kind: () => RANGE,
      find: (here, [other]: [On | string], model) => {
        const second = typeof other === "string" ? on(here.sheet, other, model) : other;
        const area = second.sheet === here.sheet ? overlap(here.area, second.area) : null;
        return area && { sheet: here.sheet, area };
      },
    },
    getUsedRangeOrNullObject: {
      kind: () => RANGE,
      find: (here, [valuesOnly]: [boolean?]) => {
        const all = used(here.sheet, valuesOnly);
        const area = all && overlap(all.area, here.area);
        return area && { sheet: here.sheet, area };
      },
    },
    getEntireRow: {
      kind: () => RANGE,
      find: ({ sheet, area }) => at(sheet, { ...area, left: 1, right: LAST_COLUMN }),
    },
    getMergedAreasOrNullObject: {
      kind: () => RANGE_AREAS,
      find: (here) => {
        const areas = here.sheet.mergedIn(here.area);
        return areas.length ? areas.map((area) => ({ sheet: here.sheet, area })) : null;
      },
    },
  },
  gives: { getCellProperties },
  does: {
    setCellProperties,
    select: ({ sheet, area }, _, model) => {
      if (sheet.visibility !== "Visible") fail("InvalidOperation", `${sheet.name} är dolt.`);
      model.activate(sheet.name, areaName(area));
    },
    calculate: () => undefined,
    merge: (here, [across = false]: [boolean?], model) => {
      if (across) throw new Error("Range.merge(true): not in the fake");
      mayMerge(here);
      // Only the first cell keeps what it holds, as in the real host.
      eachCell(here, (row, column) => {
        const cell = here.sheet.cell(row, column);
        const first = row === here.area.top && column === here.area.left;
        if (!first && (cell.value !== null || cell.formula !== null)) {
          model.setCell(here.sheet, row, column, { ...cell, value: null, formula: null });
        }
      });
      model.assign(here.sheet, "merged", [...apart(here), here.area]);
    },
    unmerge: (here, _, model) => {
      mayMerge(here);
      model.assign(here.sheet, "merged", apart(here));
    },
    clear: (here, [applyTo = "All"]: [string?], model) => {
      // Links are not kept in the fake; taking them away is allowed where formats are.
      if (/Hyperlinks$/.test(applyTo)) return mayFormat(here.sheet);
      if (applyTo !== "Formats") mayWrite(here);
      if (applyTo !== "Contents") mayFormat(here.sheet);
      eachCell(here, (row, column) => {
        const before = here.sheet.cell(row, column);
        if (before === EMPTY) return;
        const content = applyTo === "Formats" ? {} : { value: null, formula: null };
        const looks = applyTo === "Contents" ? {} : { look: {}, format: "General" };
        model.setCell(here.sheet, row, column, { ...before, ...content, ...looks });
      });
    },
  },
};
