/** How cells look: fills, fonts, borders, alignment, heights and widths. */

import type { Kind } from "./context";
import { fail } from "./context";
import type { On } from "./kinds_range";
import { eachCell, mayFormat } from "./kinds_range";
import type { Cell, Edge, Look, WorkbookModel } from "./model";

/** A format belongs to one area or to several. */
type Areas = On[];

const COLOUR = /^#[0-9a-f]{6}$/i;

function colour(value: unknown): string {
  if (typeof value !== "string" || !(COLOUR.test(value) || /^[a-z]+$/i.test(value))) {
    return fail("InvalidArgument", `«${String(value)}» är ingen färg.`);
  }
  return COLOUR.test(value) ? value.toUpperCase() : value.toLowerCase();
}

/** What all cells have in common, or null when they differ. */
function common<V>(areas: Areas, of: (cell: Cell) => V): V | null {
  let seen: V | null = null;
  let first = true;
  let same = true;
  for (const here of areas) {
    eachCell(here, (row, column) => {
      const value = of(here.sheet.cell(row, column));
      if (first) seen = value;
      else if (same && seen !== value && JSON.stringify(seen) !== JSON.stringify(value)) same = false;
      first = false;
    });
  }
  return same ? seen : null;
}

function change(areas: Areas, model: WorkbookModel, to: (cell: Cell) => Cell): void {
  for (const here of areas) {
    mayFormat(here.sheet);
    eachCell(here, (row, column) => {
      model.setCell(here.sheet, row, column, to(here.sheet.cell(row, column)));
    });
  }
}

function look<K extends keyof Look>(key: K, without: Look[K], check: (value: unknown) => Look[K]) {
  return {
    get: (areas: Areas) => common(areas, (cell) => cell.look[key] ?? without),
    set: (areas: Areas, value: unknown, model: WorkbookModel) => {
      const checked = check(value);
      change(areas, model, (cell) => ({ ...cell, look: { ...cell.look, [key]: checked } }));
    },
  };
}

function one<V extends string>(...allowed: V[]): (value: unknown) => V {
  return (value) =>
    allowed.find((each) => each.toLowerCase() === String(value).toLowerCase()) ??
    fail("InvalidArgument", `«${String(value)}» är inget av ${allowed.join(", ")}.`);
}

function flag(value: unknown): boolean {
  return typeof value === "boolean" ? value : fail("InvalidArgument", "Varken sant eller falskt.");
}

function between(least: number, most: number): (value: unknown) => number {
  return (value) =>
    typeof value === "number" && value >= least && value <= most
      ? value
      : fail("InvalidArgument", `${String(value)} är inget tal mellan ${least} och ${most}.`);
}

export const FORMAT: Kind<Excel.RangeFormat, Areas> = {
  name: "RangeFormat",
  scalars: {
    wrapText: look("wrap", false, flag),
    horizontalAlignment: look(
      "horizontal",
      "General",
      one("General", "Left", "Center", "Right", "Fill", "Justify", "CenterAcrossSelection"),
    ),
    verticalAlignment: look("vertical", "Bottom", one("Top", "Center", "Bottom", "Justify")),
    indentLevel: look("indent", 0, between(0, 250)),
    rowHeight: {
      get: (areas) => size(areas, "row"),
      set: (areas, value, model) => {
        const height = between(0, 409)(value);
        for (const { sheet, area } of areas) {
          if (sheet.protection.protected && !sheet.protection.options.allowFormatRows) {
            fail("AccessDenied", `Bladet ${sheet.name} är skyddat mot nya radhöjder.`);
          }
          for (let row = area.top; row <= area.bottom; row++) {
            model.put(sheet.rowHeights, row, height);
          }
        }
      },
    },
    columnWidth: {
      get: (areas) => size(areas, "column"),
      set: (areas, value, model) => {
        const width = between(0, 2000)(value);
        for (const { sheet, area } of areas) {
          if (sheet.protection.protected && !sheet.protection.options.allowFormatColumns) {
            fail("AccessDenied", `Bladet ${sheet.name} är skyddat mot nya kolumnbredder.`);
          }
          for (let column = area.left; column <= area.right; column++) {
            model.put(sheet.columnWidths, column, width);
          }
        }
      },
    },
  },
  objects: {
    fill: { kind: () => FILL, find: (areas) => areas },
    font: { kind: () => FONT, find: (areas) => areas },
    borders: { kind: () => BORDERS, find: (areas) => areas },
    protection: { kind: () => LOCKING, find: (areas) => areas },
  },
};

/** Heights and widths are in points; the defaults are those of a new workbook. */
function size(areas: Areas, of: "row" | "column"): number | null {
  const sizes = new Set<number>();
  for (const { sheet, area } of areas) {
    const [from, to] = of === "row" ? [area.top, area.bottom] : [area.left, area.right];
    const known = of === "row" ? sheet.rowHeights : sheet.columnWidths;
    for (let n = from; n <= to && sizes.size < 2; n++) {
      sizes.add(known.get(n) ?? (of === "row" ? 15 : 48));
    }
  }
  const [only = null] = sizes;
  return sizes.size === 1 ? only : null;
}

export const FILL: Kind<Excel.RangeFill, Areas> = {
  name: "RangeFill",
  scalars: {
    color: {
      get: (areas) => common(areas, (cell) => cell.look.fill ?? "#FFFFFF") ?? "",
      set: (areas, value, model) => {
        const fill = value === "" ? undefined : colour(value);
        change(areas, model, (cell) => filled(cell, fill));
      },
    },
  },
  does: { clear: (areas, _, model) => change(areas, model, (cell) => filled(cell, undefined)) },
};

function filled(cell: Cell, fill: string | undefined): Cell {
  const { fill: _, ...rest } = cell.look;
  return { ...cell, look: fill === undefined ? rest : { ...rest, fill } };
}

export const FONT: Kind<Excel.RangeFont, Areas> = {
  name: "RangeFont",
  scalars: {
    bold: look("bold", false, flag),
    italic: look("italic", false, flag),
    color: look("colour", "#000000", colour),
    size: look("size", 11, between(1, 409)),
    name: look("font", "Calibri", (value) => String(value)),
  },
};

const EDGES = ["EdgeTop", "EdgeBottom", "EdgeLeft", "EdgeRight", "InsideVertical", "InsideHorizontal",
  "DiagonalDown", "DiagonalUp"];
const NO_EDGE: Edge = { style: "None", weight: "Thin", colour: "#000000" };

interface Side {
  readonly areas: Areas;
  readonly edge: string;
}

export const BORDERS: Kind<Excel.RangeBorderCollection, Areas> = {
  name: "RangeBorderCollection",
  finds: {
    getItem: {
      kind: () => BORDER,
      find: (areas, [edge]: [string]): Side => ({ areas, edge: one(...EDGES)(edge) }),
    },
  },
  items: { kind: () => BORDER, list: (areas) => EDGES.map((edge): Side => ({ areas, edge })) },
};

/** The cells of an area that have the edge on their own side, and which side of theirs it is. */
function sides({ areas, edge }: Side): { here: On; side: string }[] {
  return areas.flatMap((here): { here: On; side: string }[] => {
    const { area, sheet } = here;
    if (edge === "EdgeTop") return [{ here: { sheet, area: { ...area, bottom: area.top } }, side: "top" }];
    if (edge === "EdgeBottom") return [{ here: { sheet, area: { ...area, top: area.bottom } }, side: "bottom" }];
    if (edge === "EdgeLeft") return [{ here: { sheet, area: { ...area, right: area.left } }, side: "left" }];
    if (edge === "EdgeRight") return [{ here: { sheet, area: { ...area, left: area.right } }, side: "right" }];
    if (edge === "InsideHorizontal" && area.bottom > area.top) {
      return [{ here: { sheet, area: { ...area, top: area.top + 1 } }, side: "top" }];
    }
    if (edge === "InsideVertical" && area.right > area.left) {
      return [{ here: { sheet, area: { ...area, left: area.left + 1 } }, side: "left" }];
    }
    return [];
  });
}

function edge<K extends keyof Edge>(key: K, check: (value: unknown) => Edge[K]) {
  return {
    get: (where: Side) => {
      const [first] = sides(where);
      return first ? common([first.here], (c) => (c.look.borders?.[first.side] ?? NO_EDGE)[key]) : null;
    },
    set: (where: Side, value: unknown, model: WorkbookModel) => {
      const checked = check(value);
      for (const { here, side } of sides(where)) {
        change([here], model, (cell) => {
          const before = cell.look.borders?.[side] ?? NO_EDGE;
          // Setting a colour or a weight draws the line, as in Excel.
          const style = before.style === "None" && key !== "style" ? "Continuous" : before.style;
          const borders = { ...cell.look.borders, [side]: { ...before, style, [key]: checked } };
          return { ...cell, look: { ...cell.look, borders } };
        });
      }
    },
  };
}

export const BORDER: Kind<Excel.RangeBorder, Side> = {
  name: "RangeBorder",
  scalars: {
    sideIndex: { get: (where) => where.edge },
    style: edge("style", one("None", "Continuous", "Dash", "DashDot", "Dot", "Double")),
    weight: edge("weight", one("Hairline", "Thin", "Medium", "Thick")),
    color: edge("colour", colour),
  },
};

export const LOCKING: Kind<Excel.FormatProtection, Areas> = {
  name: "FormatProtection",
  scalars: {
    locked: {
      get: (areas) => common(areas, (cell) => cell.locked),
      set: (areas, value, model) => {
        if (areas.some(({ sheet }) => sheet.protection.protected)) {
          fail("AccessDenied", "Låsningen kan inte ändras på ett skyddat blad.");
        }
        const locked = flag(value);
        change(areas, model, (cell) => ({ ...cell, locked }));
      },
    },
  },
};
