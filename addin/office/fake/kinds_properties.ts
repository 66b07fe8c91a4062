/** getCellProperties and setCellProperties: how each cell of an area looks, and makes it look so. */

import { fail } from "./context";
import { BORDER, FILL, FONT, FORMAT } from "./kinds_format";
import type { On } from "./kinds_range";
import type { WorkbookModel } from "./model";

type Tree = { readonly [key: string]: unknown };
type Scalars = Record<string, { get: (target: never, model: WorkbookModel) => unknown; set?: (target: never, value: unknown, model: WorkbookModel) => void }>;

const EDGES: Tree = { top: "EdgeTop", bottom: "EdgeBottom", left: "EdgeLeft", right: "EdgeRight" };

function cells({ sheet, area }: On): On[][] {
  const rows: On[][] = [];
  for (let row = area.top; row <= area.bottom; row++) {
    const line: On[] = [];
    for (let column = area.left; column <= area.right; column++) {
      line.push({ sheet, area: { top: row, left: column, bottom: row, right: column } });
    }
    rows.push(line);
  }
  return rows;
}

/** Whether a cell has a fill: read only here, since the range's own fill has no pattern in the fake. */
const pattern = ([here]: On[]): string =>
  here && here.sheet.cell(here.area.top, here.area.left).look.fill ? "Solid" : "None";

function asked(scalars: object | undefined, target: unknown, wanted: Tree, model: WorkbookModel): Tree {
  const found: Record<string, unknown> = {};
  for (const [key, yes] of Object.entries(wanted)) {
    const scalar = (scalars as Scalars)[key];
    if (!scalar) return fail("InvalidArgument", `«${key}» är ingen egenskap hos en cell.`);
    if (yes) found[key] = scalar.get(target as never, model);
  }
  return found;
}

export function getCellProperties(here: On, [wanted]: [Tree], model: WorkbookModel): Tree[][] {
  const { fill, font, borders, ...plain } = (wanted.format ?? {}) as Record<string, Tree>;
  return cells(here).map((line) =>
    line.map((cell) => {
      const areas = [cell];
      const format: Record<string, unknown> = asked(FORMAT.scalars, areas, plain, model);
      if (fill) {
        const { pattern: wanted, ...rest } = fill;
        format.fill = { ...asked(FILL.scalars, areas, rest, model), ...(wanted ? { pattern: pattern(areas) } : {}) };
      }
      if (font) format.font = asked(FONT.scalars, areas, font, model);
      if (borders) {
        format.borders = Object.fromEntries(
          Object.entries(EDGES).map(([side, edge]) => [side, asked(BORDER.scalars, { areas, edge }, borders, model)]),
        );
      }
      return { format };
    }),
  );
}

function put(scalars: object | undefined, target: unknown, given: Tree, model: WorkbookModel): void {
  for (const [key, value] of Object.entries(given)) {
    const set = (scalars as Scalars)[key]?.set;
    if (!set) fail("InvalidArgument", `«${key}» kan inte sättas på en cell.`);
    set(target as never, value, model);
  }
}

export function setCellProperties(here: On, [given]: [Tree[][]], model: WorkbookModel): void {
  cells(here).forEach((line, i) =>
    line.forEach((cell, j) => {
      const areas = [cell];
      const one = given[i]?.[j];
      if (!one || given[i]?.length !== line.length) fail("InvalidArgument", "Måtten stämmer inte.");
      const { fill, font, borders, ...plain } = (one.format ?? {}) as Record<string, Tree>;
      put(FORMAT.scalars, areas, plain, model);
      const { pattern: _, ...colour } = fill ?? {};
      put(FILL.scalars, areas, colour, model);
      put(FONT.scalars, areas, font ?? {}, model);
      for (const [side, edge] of Object.entries(borders ?? {})) {
        // A line that is none is set last, as a colour would draw it.
        const { style, ...rest } = edge as Tree;
        put(BORDER.scalars, { areas, edge: EDGES[side] }, { ...rest, style }, model);
      }
    }),
  );
}
