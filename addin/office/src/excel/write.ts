/** One action done to the open workbook. */
import { boxOf } from "../cells";
import type { Box } from "../cells";
import { gridOf, joined, referenceOf } from "../plan";
import type { Reference, TextCells } from "../plan";
import type { Action, Look } from "../types";
import type { Old } from "./before";
import type { Context } from "./context";
import { addMark } from "./marks";

/** What tells a chart from others. */
export const chartKey = ({ sheet, chart }: { sheet: string; chart: string }) => JSON.stringify([sheet, chart]);

/** Drawing and reckoning once, not at each cell. */
export function suspend(context: Context): void {
  context.workbook.application.suspendScreenUpdatingUntilNextSync();
  context.workbook.application.suspendApiCalculationUntilNextSync();
}

export function act(context: Context, step: Action, old: Old, texts: TextCells): void {
  const { worksheets, names } = context.workbook;
  if (step.op === "clear_marks") {
    for (const { item } of old.marks ?? []) item.delete();
    return;
  }
  if (step.op === "name" || step.op === "delete_name") {
    const item = old.there.has(step.name) ? names.getItem(step.name) : undefined;
    if (step.op === "delete_name") item?.delete();
    else if (item) item.formula = `=${step.refers_to}`;
    else names.add(step.name, `=${step.refers_to}`);
    if (step.op === "name") old.there.add(step.name);
    else old.there.delete(step.name);
    return;
  }
  const sheet = worksheets.getItem(step.sheet);
  switch (step.op) {
    case "add_sheet":
      return; // done before all else
    case "values":
      sheet.getRange(step.address).values = gridOf(step, texts);
      return;
    case "formulas":
      sheet.getRange(step.address).formulas = gridOf(step, texts);
      return;
    case "look":
      look(sheet, step);
      texts.given(step);
      return;
    case "row_height":
      for (const row of step.rows) sheet.getRange(`A${row}`).format.rowHeight = step.height;
      return;
    case "column_width":
      for (const column of step.columns) columnAt(sheet, column).format.columnWidth = pointsOf(step.width);
      return;
    case "table":
      sheet.tables.getItem(step.table).resize(step.address);
      return;
    case "merge":
      for (const address of step.addresses) sheet.getRange(address).merge(false);
      return;
    case "unmerge":
      sheet.getRange(step.address).unmerge();
      return;
    case "clear_links":
      sheet.getRange(step.address).clear("Hyperlinks");
      return;
    case "chart": {
      const count = old.charts.get(chartKey(step));
      if (count === undefined) return;
      const chart = sheet.charts.getItem(step.chart);
      chart.title.text = step.title;
      chart.setPosition(step.address);
      for (let n = count; n < step.series; n++) chart.series.add();
      for (let n = count - 1; n >= step.series; n--) chart.series.getItemAt(n).delete();
      return;
    }
    case "series": {
      if (!old.charts.has(chartKey(step))) return;
      const series = sheet.charts.getItem(step.chart).series.getItemAt(step.series);
      const area = ({ sheet: other, address }: Reference) => worksheets.getItem(other).getRange(address);
      series.name = step.name;
      series.setXAxisValues(area(referenceOf(step.labels, step.sheet)));
      series.setValues(area(referenceOf(step.values, step.sheet)));
      return;
    }
    case "mark":
      for (const severity of new Set(step.cells.map((cell) => cell.severity))) {
        const cells = step.cells.filter((cell) => cell.severity === severity);
        for (const group of joined(cells.map(({ address }) => address))) addMark(sheet, group, severity);
      }
      return;
    case "select":
      sheet.activate();
      sheet.getRange(step.address).select();
  }
}

export const columnAt = (sheet: Excel.Worksheet, column: number) => sheet.getRangeByIndexes(0, column - 1, 1, 1);

/** Excel's columns are told in points: seven pixels a character of the standard font, five around them. */
const pointsOf = (characters: number) => (characters * 7 + 5) * 0.75;

const SIDES = { top: "EdgeTop", bottom: "EdgeBottom" } as const;

function look(sheet: Excel.Worksheet, step: Look): void {
  for (const group of joined(step.addresses)) {
    const { format } = group.includes(",") ? sheet.getRanges(group) : sheet.getRange(group);
    const { font } = format;
    if (step.fill === "") format.fill.clear();
    else if (step.fill) format.fill.color = step.fill;
    if (typeof step.colour === "string") font.color = step.colour || "#000000";
    if (typeof step.bold === "boolean") font.bold = step.bold;
    if (typeof step.italic === "boolean") font.italic = step.italic;
    if (typeof step.size === "number") font.size = step.size;
    if (typeof step.wrap === "boolean") format.wrapText = step.wrap;
    if (step.horizontal) format.horizontalAlignment = alignment(step.horizontal);
    if (step.vertical) format.verticalAlignment = alignment(step.vertical);
    if (typeof step.indent === "number") format.indentLevel = step.indent;
  }
  for (const side of ["top", "bottom"] as const) {
    const line = step.borders?.[side];
    if (line) for (const address of step.addresses) drawLine(sheet.getRange(address), side, line, boxOf(address));
  }
  const { number_format: code } = step;
  if (typeof code !== "string") return;
  for (const address of step.addresses) {
    // One value for all cells, which Excel takes though its types do not say so.
    sheet.getRange(address).numberFormat = code as unknown as string[][];
  }
}

/** A line above or below each cell of an area, and so between its rows too. */
function drawLine(range: Excel.Range, side: keyof typeof SIDES, line: string, box: Box): void {
  const edges = box.bottom > box.top ? [SIDES[side], "InsideHorizontal" as const] : [SIDES[side]];
  for (const edge of edges) {
    const border = range.format.borders.getItem(edge);
    border.style = line === "none" ? "None" : line === "double" ? "Double" : "Continuous";
    if (line === "thin" || line === "medium") border.weight = line === "thin" ? "Thin" : "Medium";
    if (line.startsWith("#")) [border.weight, border.color] = ["Thin", line];
  }
}
/** «vcenter» of the engine is Excel's Center, and so on. */
function alignment<T extends string>(word: string): T {
  const bare = word.replace(/^v/, "");
  return (bare.charAt(0).toUpperCase() + bare.slice(1)) as T;
}
