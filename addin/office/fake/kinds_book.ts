/** The workbook and its sheets, names, tables and charts. */

import { areaName, between, cellName, quoted } from "./address";
import type { Kind, Proxied } from "./context";
import { fail } from "./context";
import { CONDITIONAL_FORMATS } from "./kinds_conditional";
import { FORMAT } from "./kinds_format";
import { CHARTS, TABLES } from "./kinds_parts";
import type { On } from "./kinds_range";
import { RANGE, addressOf, at, on, reference, used } from "./kinds_range";
import type { Changed, Names, SheetModel, WorkbookModel } from "./model";

const EVENTS = {
  changed: ["write", "undo", "redo"],
  selected: ["select"],
  sheets: ["sheets", "select"],
} satisfies Record<string, readonly Changed["why"][]>;

/** Handlers of an event; the model's listeners call them. */
function event(why: readonly Changed["why"][]) {
  return (self: Proxied) => ({
    add(handler: (args: unknown) => unknown) {
      const { model } = self.context;
      const stop = model.listen((changed) => {
        const sheet = self.target as SheetModel | null;
        const about = changed.cells.filter((c) => !sheet?.name || c.sheet === sheet.name);
        if (why.includes(changed.why) && (changed.why === "select" || about.length)) {
          void handler({ type: changed.why, address: about[0]?.address ?? model.selection });
        }
      });
      return { context: self.context, remove: stop };
    },
    remove: () => undefined,
  });
}
export const WORKBOOK: Kind<Excel.Workbook, WorkbookModel> = {
  name: "Workbook",
  scalars: {
    name: { get: (book) => book.name },
    readOnly: { get: () => false },
  },
  objects: {
    worksheets: { kind: () => WORKSHEETS, find: (book) => book },
    names: { kind: () => NAMES, find: (book) => book },
    tables: { kind: () => TABLES, find: (book) => book.sheets },
    application: { kind: () => APPLICATION, find: (book) => book },
  },
  finds: {
    getSelectedRange: { kind: () => RANGE, find: selected },
    getSelectedRanges: { kind: () => RANGE_AREAS, find: (book) => [selected(book)] },
    getActiveCell: {
      kind: () => RANGE,
      find: (book): On => {
        const { sheet, area } = selected(book);
        return { sheet, area: { ...area, bottom: area.top, right: area.left } };
      },
    },
  },
  now: { onSelectionChanged: event(EVENTS.selected), onActivated: event(EVENTS.selected) },
};

function selected(book: WorkbookModel): On {
  const sheet = book.sheet(book.active);
  return sheet ? on(sheet, book.selection, book) : fail("ItemNotFound", "Inget blad är aktivt.");
}

const APPLICATION: Kind<Excel.Application, WorkbookModel> = {
  name: "Application",
  scalars: {
    calculationMode: {
      get: (book) => book.calculationMode,
      set: (book, value, model) => {
        if (value !== "Automatic" && value !== "Manual") fail("InvalidArgument", "Okänt läge.");
        model.assign(book, "calculationMode", value as "Automatic" | "Manual");
      },
    },
    calculationState: { get: () => "Done" },
  },
  objects: { cultureInfo: { kind: () => CULTURE, find: (book) => book } },
  does: {
    calculate: (_, [type]: [string]) => {
      if (!["Recalculate", "Full", "FullRebuild"].includes(type)) fail("InvalidArgument", "Okänt.");
    },
    suspendScreenUpdatingUntilNextSync: () => undefined,
    suspendApiCalculationUntilNextSync: () => undefined,
  },
};

const CULTURE: Kind<Excel.CultureInfo, WorkbookModel> = {
  name: "CultureInfo",
  scalars: { name: { get: () => "sv-SE" } },
  objects: { numberFormat: { kind: () => CULTURE_NUMBERS, find: (book) => book } },
};

const CULTURE_NUMBERS: Kind<Excel.NumberFormatInfo, WorkbookModel> = {
  name: "NumberFormatInfo",
  scalars: {
    numberDecimalSeparator: { get: () => "," },
    numberGroupSeparator: { get: () => "\u00a0" },
  },
};

export const WORKSHEETS: Kind<Excel.WorksheetCollection, WorkbookModel> = {
  name: "WorksheetCollection",
  finds: {
    getItem: { kind: () => WORKSHEET, find: (book, [key]: [string]) => book.sheet(key) },
    getItemOrNullObject: { kind: () => WORKSHEET, find: (book, [key]: [string]) => book.sheet(key) },
    getActiveWorksheet: { kind: () => WORKSHEET, find: (book) => book.sheet(book.active) },
    getFirst: { kind: () => WORKSHEET, find: (book) => book.sheets[0] ?? null },
    add: {
      kind: () => WORKSHEET,
      find: (book, [name = `Blad${book.sheets.length + 1}`]: [string?]) => {
        if (book.sheet(name)) fail("ItemAlreadyExists", `Bladet ${name} finns redan.`);
        if (!name || name.length > 31 || /[\\/?*[\]:]/.test(name)) fail("InvalidArgument", name);
        const sheet = book.addSheet(name);
        book.clearUndo();
        book.tell("sheets");
        return sheet;
      },
    },
  },
  gives: { getCount: (book) => book.sheets.length },
  now: {
    onChanged: event(EVENTS.changed),
    onActivated: event(EVENTS.sheets),
    onSelectionChanged: event(EVENTS.selected),
  },
  items: { kind: () => WORKSHEET, list: (book) => book.sheets },
};

export const WORKSHEET: Kind<Excel.Worksheet, SheetModel> = {
  name: "Worksheet",
  scalars: {
    id: { get: (sheet) => sheet.id },
    name: { get: (sheet) => sheet.name },
    position: { get: (sheet, model) => model.sheets.indexOf(sheet) },
    visibility: {
      get: (sheet) => sheet.visibility,
      set: (sheet, value, model) =>
        model.assign(sheet, "visibility", value as SheetModel["visibility"]),
    },
  },
  objects: {
    tables: { kind: () => TABLES, find: (sheet) => [sheet] },
    charts: { kind: () => CHARTS, find: (sheet) => sheet },
    protection: { kind: () => PROTECTION, find: (sheet) => sheet },
  },
  finds: {
    getRange: {
      kind: () => RANGE,
      find: (sheet, [address]: [string?], model) => on(sheet, address ?? "A:XFD", model),
    },
    getRangeByIndexes: {
      kind: () => RANGE,
      find: (sheet, [row, column, rows, columns]: [number, number, number, number]) =>
        rows < 1 || columns < 1
          ? fail("InvalidArgument", "Ett område har minst en cell.")
          : at(sheet, between(row + 1, column + 1, row + rows, column + columns)),
    },
    getCell: {
      kind: () => RANGE,
      find: (sheet, [row, column]: [number, number]) =>
        at(sheet, between(row + 1, column + 1, row + 1, column + 1)),
    },
    getRanges: {
      kind: () => RANGE_AREAS,
      find: (sheet, [addresses]: [string], model) => {
        // The real host refuses a long list of areas.
        if (addresses.length > 8192) fail("InvalidArgument", "Adressen är för lång.");
        return addresses.split(",").map((one) => on(sheet, one, model));
      },
    },
    getUsedRange: {
      kind: () => RANGE,
      find: (sheet, [valuesOnly]: [boolean?]) => used(sheet, valuesOnly) ?? at(sheet, between(1, 1, 1, 1)),
    },
    getUsedRangeOrNullObject: {
      kind: () => RANGE,
      find: (sheet, [valuesOnly]: [boolean?]) => used(sheet, valuesOnly),
    },
  },
  does: {
    activate: (sheet, _, model) => {
      if (sheet.visibility !== "Visible") fail("InvalidOperation", `${sheet.name} är dolt.`);
      model.activate(sheet.name, model.active === sheet.name ? model.selection : "A1");
    },
    calculate: () => undefined,
    delete: (sheet, _, model) => {
      if (model.sheets.length === 1) fail("InvalidOperation", "Det sista bladet kan inte tas bort.");
      model.sheets = model.sheets.filter((one) => one !== sheet);
      model.clearUndo();
      model.tell("sheets");
    },
  },
  now: { onChanged: event(EVENTS.changed), onSelectionChanged: event(EVENTS.selected) },
};

const PROTECTION: Kind<Excel.WorksheetProtection, SheetModel> = {
  name: "WorksheetProtection",
  scalars: {
    protected: { get: (sheet) => sheet.protection.protected },
    options: { get: (sheet) => ({ ...sheet.protection.options }) },
  },
  does: {
    protect: (sheet, [options]: [Excel.WorksheetProtectionOptions?], model) => {
      if (sheet.protection.protected) fail("InvalidOperation", "Bladet är redan skyddat.");
      sheet.protection = { protected: true, options: { ...sheet.protection.options, ...options } };
      model.clearUndo();
    },
    unprotect: (sheet, _, model) => {
      sheet.protection = { ...sheet.protection, protected: false };
      model.clearUndo();
    },
  },
};

export const RANGE_AREAS: Kind<Excel.RangeAreas, On[]> = {
  name: "RangeAreas",
  scalars: {
    address: { get: (areas) => areas.map(addressOf).join(",") },
    areaCount: { get: (areas) => areas.length },
  },
  objects: {
    areas: { kind: () => RANGES, find: (areas) => areas },
    format: { kind: () => FORMAT, find: (areas) => areas },
    conditionalFormats: { kind: () => CONDITIONAL_FORMATS, find: (areas) => areas },
    worksheet: { kind: () => WORKSHEET, find: (areas) => areas[0]?.sheet ?? null },
  },
};

const RANGES: Kind<Excel.RangeCollection, On[]> = {
  name: "RangeCollection",
  gives: { getCount: (areas) => areas.length },
  items: { kind: () => RANGE, list: (areas) => areas },
};

function named(book: WorkbookModel, [name]: [string]): Names | null {
  return book.names.find((one) => one.name.toLowerCase() === name.toLowerCase()) ?? null;
}

const NAMES: Kind<Excel.NamedItemCollection, WorkbookModel> = {
  name: "NamedItemCollection",
  finds: {
    getItem: { kind: () => NAME, find: named },
    getItemOrNullObject: { kind: () => NAME, find: named },
    add: {
      kind: () => NAME,
      find: (book, [name, to]: [string, On | string], model): Names => {
        if (named(book, [name])) fail("ItemAlreadyExists", `Namnet ${name} finns redan.`);
        if (!/^[\p{L}_\\][\p{L}\d_.\\]*$/u.test(name)) fail("InvalidArgument", `Namnet ${name}.`);
        const formula = typeof to === "string" ? to : `=${absolute(to)}`;
        const item = { name, formula: formula.startsWith("=") ? formula : `="${formula}"`, visible: true };
        model.assign(book, "names", [...book.names, item]);
        return item;
      },
    },
  },
  gives: { getCount: (book) => book.names.length },
  items: { kind: () => NAME, list: (book) => book.names },
};

export function absolute({ sheet, area }: On): string {
  const corner = (row: number, column: number): string =>
    cellName(row, column).replace(/([A-Z]+)(\d+)/, "$$$1$$$2");
  const last = areaName(area).includes(":") ? `:${corner(area.bottom, area.right)}` : "";
  return `${quoted(sheet.name)}!${corner(area.top, area.left)}${last}`;
}

const NAME: Kind<Excel.NamedItem, Names> = {
  name: "NamedItem",
  scalars: {
    name: { get: (item) => item.name },
    scope: { get: () => "Workbook" },
    type: { get: (item) => (item.formula.includes("!") ? "Range" : "String") },
    value: { get: (item) => item.formula.replace(/^=/, "").replaceAll("$", "") },
    visible: { get: (item) => item.visible },
    formula: {
      get: (item) => item.formula,
      set: (item, value, model) => {
        if (typeof value !== "string" || !value.startsWith("=")) {
          fail("InvalidArgument", "Ett namns formel börjar med likhetstecken.");
        }
        model.assign(item, "formula", value);
      },
    },
  },
  finds: {
    getRange: { kind: () => RANGE, find: (item, _, model) => reference(item.formula, model) },
    getRangeOrNullObject: {
      kind: () => RANGE,
      find: (item, _, model) => (item.formula.includes("!") ? reference(item.formula, model) : null),
    },
  },
  does: {
    delete: (item, _, model) =>
      model.assign(model, "names", model.names.filter((one) => one !== item)),
  },
};

