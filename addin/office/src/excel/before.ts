/** What the actions are about to change, and how it is put back when a sync fails. */
import { addressOf, boxOf, cellAddress, cellCount, rowBlocks } from "../cells";
import type { Block, Box } from "../cells";
import { halfDone } from "./words";
import { gridBack, joined } from "../plan";
import type { Target } from "../plan";
import type { Action } from "../types";
import type { Context } from "./context";
import { addMark, ourMarks } from "./marks";
import type { OurMark } from "./marks";
import { mergedIn } from "./read";
import { chartKey, columnAt } from "./write";

/** What was there: our marks when they are to change, names and charts, and what puts it back. */
export interface Old {
  marks: OurMark[] | undefined;
  /** What each name that is to change refers to; undefined when there is no such name. */
  names: Map<string, string | undefined>;
  /** The names there are by now, as the actions make and take them. */
  there: Set<string>;
  /** How many series each chart has; a chart that is not there is passed over. */
  charts: Map<string, number>;
  undo: Undo[];
}

/** Puts something back, and how many cells Excel is told of then. */
interface Undo {
  cells: number;
  run: () => void;
}

/** Gives what puts an answer back, when Excel has answered. */
type Asked = () => Undo;

const nothing: Undo = { cells: 0, run: () => undefined };

/** Questions about how cells look are answered at length: some 400 bytes for each cell. */
const ASKED_PER_SYNC = 500;
const LOOKS_PER_SYNC = 4_000;
/** An area this large is first asked as a whole: nearly always all its cells look alike. */
const ASKED_WHOLE = 200;
/** Read what the actions change, so that it can be put back. */
export async function remember(
  context: Context,
  steps: readonly Action[],
  blocks: readonly (Block & Target)[],
): Promise<Old> {
  const { worksheets, names } = context.workbook;
  const marking = steps.some(({ op }) => op === "mark" || op === "clear_marks");
  const old: Old = { marks: marking ? await ourMarks(context) : undefined, names: new Map(), there: new Set(), charts: new Map(), undo: [] };
  for (const { sheet, box, ...block } of blocks) {
    const run = () => {
      worksheets.getItem(sheet).getRange(addressOf(box)).formulas = gridBack({ box, ...block });
    };
    old.undo.push({ cells: cellCount(box), run });
  }
  const chartsAsked = new Set<string>();
  // Each asks first, and when Excel has answered it gives what puts the answer back.
  const asked: Asked[] = [];
  let looks = 0;
  const answer = async () => {
    if (asked.length) await context.sync();
    looks = 0;
    old.undo.push(...asked.splice(0).map((answered) => answered()));
  };
  const alike = await looksAlike(context, steps);
  for (const step of steps) {
    if (step.op === "look") {
      for (const address of step.addresses) {
        const whole = alike.get(lookKey(step.sheet, address));
        if (whole) old.undo.push(whole);
        else
          for (const box of rowBlocks(boxOf(address), LOOKS_PER_SYNC)) {
            if (looks + cellCount(box) > LOOKS_PER_SYNC) await answer();
            looks += cellCount(box);
            asked.push(lookBefore(worksheets.getItem(step.sheet), box));
          }
      }
    } else if (step.op === "row_height") {
      for (const row of step.rows) {
        const { format } = worksheets.getItem(step.sheet).getRange(`A${row}`);
        format.load("rowHeight");
        asked.push(() => {
          const was = format.rowHeight;
          return { cells: 1, run: () => (format.rowHeight = was) };
        });
      }
    } else if (step.op === "column_width") {
      for (const column of step.columns) {
        const { format } = columnAt(worksheets.getItem(step.sheet), column);
        format.load("columnWidth");
        asked.push(() => {
          const was = format.columnWidth;
          return { cells: 1, run: () => (format.columnWidth = was) };
        });
      }
    } else if (step.op === "name" || step.op === "delete_name") {
      const item = names.getItemOrNullObject(step.name).load("formula");
      asked.push(() => {
        old.names.set(step.name, item.isNullObject ? undefined : String(item.formula));
        if (!item.isNullObject) old.there.add(step.name);
        return nothing;
      });
    } else if (step.op === "unmerge") {
      const merged = mergedIn(context, step.sheet, boxOf(step.address));
      asked.push(() => {
        const sheet = worksheets.getItem(step.sheet);
        // Last of all, when the cells that it hides have been put back.
        const again = merged().map((address) => ({ cells: 1, run: () => sheet.getRange(address).merge(false) }));
        old.undo.unshift(...again);
        return nothing;
      });
    } else if (step.op === "merge") {
      const sheet = worksheets.getItem(step.sheet);
      old.undo.push({ cells: 1, run: () => step.addresses.forEach((address) => sheet.getRange(address).unmerge()) });
    } else if (step.op === "chart" || step.op === "series") {
      if (chartsAsked.has(chartKey(step))) continue;
      chartsAsked.add(chartKey(step));
      const chart = worksheets.getItem(step.sheet).charts.getItemOrNullObject(step.chart);
      chart.load("series/count");
      asked.push(() => {
        if (!chart.isNullObject) old.charts.set(chartKey(step), chart.series.count);
        return nothing;
      });
    } else if (step.op === "table") {
      const table = worksheets.getItem(step.sheet).tables.getItem(step.table);
      const range = table.getRange().load("address");
      asked.push(() => {
        const was = addressOf(boxOf(range.address));
        return { cells: 1, run: () => table.resize(was) };
      });
    }
    if (asked.length >= ASKED_PER_SYNC) await answer();
  }
  await answer();
  return old;
}

/** Put back what was there, the last done first; what had not been done yet takes no harm of it. */
export async function rollBack(context: Context, old: Old): Promise<void> {
  try {
    if (old.marks) {
      for (const { item } of await ourMarks(context)) item.delete();
      for (const { sheet, address, severity } of old.marks) {
        addMark(context.workbook.worksheets.getItem(sheet), address, severity);
      }
    }
    const now = [...old.names.keys()].map((name) => context.workbook.names.getItemOrNullObject(name).load("name"));
    await context.sync();
    [...old.names].forEach(([name, was], i) => {
      if (!now[i]!.isNullObject) {
        if (was === undefined) now[i]!.delete();
        else now[i]!.formula = was;
      } else if (was !== undefined) context.workbook.names.add(name, was);
    });
    let told = 0;
    for (const { cells, run } of old.undo.reverse()) {
      if (told && told + cells > LOOKS_PER_SYNC) {
        await context.sync();
        told = 0;
      }
      run();
      told += cells;
    }
    await context.sync();
  } catch {
    throw halfDone();
  }
}

const lookKey = (sheet: string, address: string) => JSON.stringify([sheet, address]);

/** The large areas whose cells all look alike, each with what makes them look so again. */
async function looksAlike(context: Context, steps: readonly Action[]): Promise<Map<string, Undo>> {
  const { worksheets } = context.workbook;
  const asked = steps.flatMap((step) => {
    if (step.op !== "look") return [];
    const large = step.addresses.filter((address) => cellCount(boxOf(address)) >= ASKED_WHOLE);
    return large.map((address) => {
      const range = worksheets.getItem(step.sheet).getRange(address).load("numberFormat");
      const format = range.format.load("horizontalAlignment,indentLevel,verticalAlignment,wrapText");
      const font = range.format.font.load("bold,color,italic,size");
      const fill = range.format.fill.load("color");
      const lines = LINES.filter((edge) => edge !== "InsideHorizontal" || rowsOf(address) > 1).map((edge) =>
        range.format.borders.getItem(edge).load("color,style,weight"),
      );
      return { key: lookKey(step.sheet, address), range, format, font, fill, lines };
    });
  });
  if (asked.length) await context.sync();
  const found = new Map<string, Undo>();
  for (const { key, range, format, font, fill, lines } of asked) {
    const formats = range.numberFormat as string[][];
    const code = formats[0]?.[0];
    const looks = [format.horizontalAlignment, format.indentLevel, format.verticalAlignment, format.wrapText];
    const letters = [font.bold, font.color, font.italic, font.size, fill.color || null];
    const edges = lines.map(({ color, style, weight }) => [color, style, weight] as const);
    // What differs between the cells is told as null.
    if ([...looks, ...letters, ...edges.flat()].includes(null as never)) continue;
    if (formats.some((row) => row.some((one) => one !== code))) continue;
    const was = {
      horizontalAlignment: format.horizontalAlignment,
      indentLevel: format.indentLevel,
      verticalAlignment: format.verticalAlignment,
      wrapText: format.wrapText,
      font: { bold: font.bold, color: font.color, italic: font.italic, size: font.size },
    };
    const [filled, bare] = [fill.color, fill.color.toUpperCase() === "#FFFFFF"];
    const run = () => {
      range.numberFormat = code as unknown as string[][];
      Object.assign(range.format.font, was.font);
      const { font: _, ...rest } = was;
      Object.assign(range.format, rest);
      if (bare) range.format.fill.clear();
      else range.format.fill.color = filled;
      lines.forEach((line, i) => {
        const [color, style, weight] = edges[i]!;
        if (style !== "None") Object.assign(line, { color, weight });
        line.style = style;
      });
    };
    found.set(key, { cells: ASKED_WHOLE, run });
  }
  return found;
}

const LINES = ["EdgeTop", "EdgeBottom", "InsideHorizontal"] as const;

function rowsOf(address: string): number {
  const { top, bottom } = boxOf(address);
  return bottom - top + 1;
}

/** Ask how cells look; the answer gives what makes them look so again. */
function lookBefore(sheet: Excel.Worksheet, box: Box): Asked {
  const edge = { color: true, style: true, weight: true };
  const wanted = {
    fill: { color: true, pattern: true },
    font: { bold: true, color: true, italic: true, size: true },
    borders: edge,
    horizontalAlignment: true,
    indentLevel: true,
    verticalAlignment: true,
    wrapText: true,
  };
  const address = addressOf(box);
  const range = sheet.getRange(address).load("numberFormat");
  const cells = range.getCellProperties({ format: wanted });
  return () => {
    const { numberFormat } = range;
    const bare: string[] = [];
    const looks = cells.value.map((row, i) =>
      row.map(({ format = {} }, j) => {
        const { fill, ...rest } = format;
        if (fill?.color && fill.pattern !== "None") return { format };
        bare.push(cellAddress(box.top + i, box.left + j));
        return { format: rest };
      }),
    );
    const run = () => {
      const again = sheet.getRange(address);
      again.numberFormat = numberFormat;
      again.setCellProperties(looks);
      for (const group of joined(bare)) sheet.getRanges(group).format.fill.clear();
    };
    return { cells: cellCount(box), run };
  };
}
