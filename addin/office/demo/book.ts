/** An example workbook as the fake host's model, with what only the grid needs beside it. */

import { cellName, contains, parseArea } from "../fake/address";
import type { Area } from "../fake/address";
import type { Cell, Edge, Look } from "../fake/model";
import { EMPTY, WorkbookModel } from "../fake/model";
import type { BookJson, SheetJson, StyleJson } from "./api";

/** What of a sheet no command touches. */
export interface Extra {
  readonly freeze: readonly [number, number];
  readonly gridlines: boolean;
  readonly defaultHeight: number;
  readonly hiddenRows: ReadonlySet<number>;
  readonly hiddenColumns: ReadonlySet<number>;
  readonly lists: readonly { readonly areas: readonly Area[]; readonly choices: readonly string[] }[];
}

export interface OpenBook {
  readonly model: WorkbookModel;
  readonly extras: ReadonlyMap<string, Extra>;
}

const VISIBILITY = { visible: "Visible", hidden: "Hidden", veryHidden: "VeryHidden" } as const;

export function openBook(json: BookJson): OpenBook {
  const model = new WorkbookModel(json.name);
  model.date1904 = json.date1904;
  const styles = json.styles.map(styled);
  const extras = new Map<string, Extra>();
  for (const sheet of json.sheets) {
    fill(model, sheet, styles);
    extras.set(sheet.name, extra(sheet));
  }
  for (const [name, refers] of Object.entries(json.names)) {
    model.names.push({ name, formula: `=${refers}`, visible: !name.startsWith("_xlnm.") });
  }
  model.active = json.active;
  return { model, extras };
}

function fill(model: WorkbookModel, json: SheetJson, styles: readonly Cell[]): void {
  const sheet = model.addSheet(json.name);
  for (const [row, column, value, formula, style] of json.cells) {
    const looks = style === null ? EMPTY : (styles[style] ?? EMPTY);
    sheet.cells.set(cellName(row, column), { ...looks, value, formula });
  }
  for (const [column, width] of Object.entries(json.widths)) {
    sheet.columnWidths.set(Number(column), width);
  }
  for (const [row, height] of Object.entries(json.heights)) {
    sheet.rowHeights.set(Number(row), height);
  }
  sheet.visibility = VISIBILITY[json.visibility as keyof typeof VISIBILITY];
  sheet.protection = { protected: json.protected, options: { ...json.allow } };
  sheet.merged = json.merged.flatMap((address) => parseArea(address) ?? []);
  sheet.tables = json.tables.map((table, n) => ({ id: String(n + 1), ...table }));
  sheet.charts = json.charts.map((chart) => ({ ...chart, series: chart.series.map((s) => ({ ...s })) }));
}

function extra(json: SheetJson): Extra {
  return {
    freeze: json.freeze,
    gridlines: json.gridlines,
    defaultHeight: json.defaultHeight,
    hiddenRows: new Set(json.hiddenRows),
    hiddenColumns: new Set(json.hiddenColumns),
    lists: json.lists.map(([areas, choices]) => ({
      areas: areas.split(" ").flatMap((address) => parseArea(address) ?? []),
      choices,
    })),
  };
}

/** The choices of a cell that has a list; none for one that has not. */
export function choicesAt(extra: Extra, row: number, column: number): readonly string[] {
  const list = extra.lists.find(({ areas }) => areas.some((area) => contains(area, row, column)));
  return list?.choices ?? [];
}

const WEIGHTS: Record<string, string> = { medium: "Medium", thick: "Thick", hair: "Hairline" };

function styled(style: StyleJson): Cell {
  const { format = "General", locked = true, borders, horizontal, vertical, ...rest } = style;
  const look: Look = {
    ...rest,
    ...(horizontal ? { horizontal: title(horizontal) } : {}),
    ...(vertical ? { vertical: title(vertical) } : {}),
    ...(borders ? { borders: edges(borders) } : {}),
  };
  return { ...EMPTY, format, locked, look };
}

function title(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function edges(borders: Record<string, [string, string]>): Record<string, Edge> {
  return Object.fromEntries(
    Object.entries(borders).map(([side, [style, colour]]) => [
      side,
      {
        style: style === "double" ? "Double" : "Continuous",
        weight: WEIGHTS[style] ?? "Thin",
        colour,
      },
    ]),
  );
}
