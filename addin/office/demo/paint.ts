/** A cell as elements: its paper (fill, lines) and its text, which may run over empty neighbours. */

import { cellName } from "../fake/address";
import type { Area } from "../fake/address";
import { contains, parseArea } from "../fake/address";
import type { Cell, ConditionalFormat, Edge, SheetModel } from "../fake/model";
import { shown } from "./format";
import type { Geometry } from "./geometry";

const PADDING = 3;
const INDENT = 9;
const PIXELS_PER_POINT = 4 / 3;

export interface Sheet {
  readonly model: SheetModel;
  readonly geometry: Geometry;
  readonly gridlines: boolean;
}

const canvas = document.createElement("canvas").getContext("2d");
const widths = new Map<string, number>();

function measured(text: string, font: string): number {
  const key = `${font}|${text}`;
  const known = widths.get(key);
  if (known !== undefined || !canvas) return known ?? 0;
  canvas.font = font;
  const { width } = canvas.measureText(text);
  if (widths.size > 20_000) widths.clear();
  widths.set(key, width);
  return width;
}

function fontOf({ look }: Cell): string {
  const pixels = ((look.size ?? 11) * PIXELS_PER_POINT).toFixed(2);
  return `${look.italic ? "italic " : ""}${look.bold ? "700 " : "400 "}${pixels}px Calibri, Carlito, "Segoe UI", sans-serif`;
}

/** The marks on a cell: conditional formats whose area holds it. Their formulas hold always. */
export function marksOn(sheet: SheetModel, row: number, column: number): ConditionalFormat[] {
  return sheet.conditionalFormats.filter((one) =>
    one.address.split(",").some((address) => {
      const area = parseArea(address);
      return area !== null && contains(area, row, column);
    }),
  );
}

function line(edge: Edge | undefined): string | null {
  if (!edge || edge.style === "None") return null;
  const width = edge.style === "Double" ? 3 : { Medium: 2, Thick: 3 }[edge.weight] ?? 1;
  return `${width}px ${edge.style === "Double" ? "double" : "solid"} ${edge.colour}`;
}

/** The area that a merged cell covers, or the cell alone. */
export function extent(sheet: SheetModel, row: number, column: number): Area {
  const merged = sheet.merged.find((area) => area.top === row && area.left === column);
  return merged ?? { top: row, left: column, bottom: row, right: column };
}

export function paper(sheet: Sheet, row: number, column: number): HTMLElement | null {
  const { model, geometry, gridlines } = sheet;
  if (model.hiddenByMerge(row, column)) return null;
  const cell = model.cell(row, column);
  const { look } = cell;
  const area = extent(model, row, column);
  const marks = marksOn(model, row, column);
  const fill = marks.find((one) => one.fill)?.fill ?? look.fill;
  const borders = look.borders ?? {};
  const above = model.cell(row - 1, column).look.borders?.["bottom"];
  const before = model.cell(row, column - 1).look.borders?.["right"];
  if (!fill && !gridlines && !look.borders && !marks.length) return null;
  const element = document.createElement("div");
  element.className = "paper";
  place(element, geometry, area);
  const plain = gridlines && !fill ? "1px solid var(--gridline)" : fill ? `1px solid ${fill}` : "";
  const { style } = element;
  if (fill) style.backgroundColor = fill;
  style.borderRight = line(borders["right"]) ?? plain;
  style.borderBottom = line(borders["bottom"]) ?? plain;
  const top = above ? null : line(borders["top"]);
  const left = before ? null : line(borders["left"]);
  if (top) style.borderTop = top;
  if (left) style.borderLeft = left;
  const drawn = marks.flatMap((one) => Object.values(one.borders)).find(Boolean);
  if (drawn) style.boxShadow = `inset 0 0 0 2px ${drawn}`;
  if (marks.length) element.classList.add("marked");
  return element;
}

function place(element: HTMLElement, { rows, columns }: Geometry, area: Area): void {
  const { style } = element;
  style.left = `${columns.start(area.left)}px`;
  style.top = `${rows.start(area.top)}px`;
  style.width = `${columns.end(area.right) - columns.start(area.left)}px`;
  style.height = `${rows.end(area.bottom) - rows.start(area.top)}px`;
}

/** The text of a cell. ``runsOver`` are columns whose line a text crosses, so not drawn. */
export function words(sheet: Sheet, row: number, column: number): { element: HTMLElement; over: number[] } | null {
  const { model, geometry } = sheet;
  const cell = model.cell(row, column);
  if (cell.value === null || model.hiddenByMerge(row, column)) return null;
  const { look } = cell;
  const area = extent(model, row, column);
  const { text, side, colour } = shown(cell.value, cell.format);
  if (text === "") return null;
  const aligned = { Left: "left", Right: "right", Center: "center" }[look.horizontal ?? ""] ?? side;
  const element = document.createElement("div");
  element.className = "words";
  place(element, geometry, area);
  const { style } = element;
  const font = fontOf(cell);
  style.font = font;
  style.color = marksOn(model, row, column).find((one) => one.colour)?.colour ?? colour ?? look.colour ?? "";
  if (look.underline) style.textDecoration = "underline";
  style.justifyContent = { left: "flex-start", right: "flex-end", center: "center" }[aligned] ?? "";
  style.textAlign = aligned;
  style.alignItems = { Top: "flex-start", Center: "center" }[look.vertical ?? ""] ?? "flex-end";
  const indent = (look.indent ?? 0) * INDENT;
  if (indent) style[aligned === "right" ? "paddingRight" : "paddingLeft"] = `${PADDING + indent}px`;
  element.dataset["at"] = cellName(row, column);
  const room = geometry.columns.end(area.right) - geometry.columns.start(area.left);
  const inner = document.createElement("span");
  inner.textContent = text;
  element.append(inner);
  if (look.wrap && typeof cell.value === "string") {
    element.classList.add("wrap");
    return { element, over: [] };
  }
  const wanted = measured(text, font) + 2 * PADDING + indent;
  if (wanted <= room) return { element, over: [] };
  if (typeof cell.value === "number") {
    // A number that has no room is never cut off, as in Excel.
    inner.textContent = "#".repeat(Math.max(1, Math.floor((room - 2 * PADDING) / 8)));
    element.title = text;
    return { element, over: [] };
  }
  const over = aligned === "left" && area.left === area.right ? reach(sheet, row, column, wanted) : [];
  if (over.length) {
    const end = geometry.columns.end((over.at(-1) ?? column) + 1);
    style.width = `${end - geometry.columns.start(column)}px`;
  }
  return { element, over };
}

/** The columns, from the cell's own, whose right line the text crosses: those before empty cells. */
function reach({ model, geometry }: Sheet, row: number, column: number, wanted: number): number[] {
  const over: number[] = [];
  const start = geometry.columns.start(column);
  let next = column + 1;
  while (next <= geometry.columns.last && geometry.columns.start(next) - start < wanted) {
    const cell = model.cell(row, next);
    if (cell.value !== null || cell.formula !== null) break;
    over.push(next - 1);
    next += 1;
  }
  return over;
}
