/** The open workbook as a Snapshot, read in pieces that Excel on the web can answer. */
import { addressOf, boxOf, cellCount, rowBlocks, sheetOf } from "../cells";
import type { Block, Box } from "../cells";
import { codeOf, tooLarge } from "./words";
import type { SheetSnapshot, Snapshot } from "../types";
import { run, supports } from "./context";
import type { Context } from "./context";

/**
 * Excel on the web answers at most 5 MB a sync. A cell with its value, formula, format and type takes
 * about 120 bytes in our forms, so this is some 2 MB; a sheet of long formulas is split on demand.
 */
const CELLS_PER_SYNC = 16_000;
/** More than any form or report has: a sheet this large is somebody's list, or a mistake. */
const MOST_CELLS = 1_000_000;

interface Area {
  sheet: string;
  box: Box;
}

/** The cells of the sheets asked for, and the names of all. ``["*"]`` asks for every sheet. */
export function read(wanted: readonly string[]): Promise<Snapshot> {
  return run(async (context) => {
    const { workbook } = context;
    const { active, selection } = await where(context);
    const sheets = workbook.worksheets.load("items/name,items/visibility");
    const names = workbook.names.load("items/name,items/formula");
    workbook.load("name");
    await context.sync();
    const asked = sheets.items.filter((s) => wanted.includes("*") || wanted.includes(s.name));
    const used = asked.map((sheet) => sheet.getUsedRangeOrNullObject(true).load("address"));
    if (used.length) await context.sync();
    const areas = asked.flatMap((sheet, i) => {
      const range = used[i]!;
      return range.isNullObject ? [] : [{ sheet: sheet.name, box: boxOf(range.address) }];
    });
    const large = areas.find(({ box }) => cellCount(box) > MOST_CELLS);
    if (large) throw tooLarge(large.sheet);
    const merged = areas.map(({ sheet, box }) => mergedIn(context, sheet, box));
    const blocks = await readBlocks(context, areas);
    const filled = new Map<string, SheetSnapshot>();
    areas.forEach(({ sheet }, i) => {
      const item = asked.find((one) => one.name === sheet)!;
      const own = blocks.filter((block) => block.sheet === sheet);
      filled.set(sheet, sheetOf(sheet, visibility(item), own, merged[i]!(), true));
    });
    return {
      name: workbook.name,
      sheets: sheets.items.map(
        (sheet) =>
          filled.get(sheet.name) ??
          sheetOf(sheet.name, visibility(sheet), [], [], asked.includes(sheet)),
      ),
      names: Object.fromEntries(
        names.items.map((item) => [item.name, String(item.formula).replace(/^=/, "")]),
      ),
      active,
      selection,
      date_1904: false,
    };
  });
}

/** Read areas in pieces that fit; a piece that Excel finds too large is read in halves. */
export async function readBlocks<T extends Area>(context: Context, areas: readonly T[]): Promise<(Block & T)[]> {
  const pieces = areas.flatMap((area) =>
    rowBlocks(area.box, CELLS_PER_SYNC).map((box) => ({ ...area, box })),
  );
  const blocks: (Block & T)[] = [];
  for (let next = 0; next < pieces.length; ) {
    const together: T[] = [];
    for (let cells = 0; next < pieces.length; next++) {
      const piece = pieces[next]!;
      cells += cellCount(piece.box);
      if (cells > CELLS_PER_SYNC && together.length) break;
      together.push(piece);
    }
    blocks.push(...(await readTogether(context, together)));
  }
  return blocks;
}

async function readTogether<T extends Area>(context: Context, pieces: T[]): Promise<(Block & T)[]> {
  const ranges = pieces.map(({ sheet, box }) =>
    context.workbook.worksheets
      .getItem(sheet)
      .getRange(addressOf(box))
      .load("values,formulas,numberFormat,valueTypes"),
  );
  try {
    await context.sync();
  } catch (error) {
    if (codeOf(error) !== "ResponsePayloadSizeLimitExceeded") throw error;
    const halves = pieces.length > 1 ? inTwo(pieces) : split(pieces[0]!).map((half) => [half]);
    if (halves.length < 2) throw error;
    return [
      ...(await readTogether(context, halves[0]!)),
      ...(await readTogether(context, halves[1]!)),
    ];
  }
  return ranges.map((range, i) => ({
    ...pieces[i]!,
    values: range.values,
    formulas: range.formulas,
    numberFormat: range.numberFormat,
    valueTypes: range.valueTypes,
  }));
}

function inTwo<T>(list: T[]): T[][] {
  const middle = Math.ceil(list.length / 2);
  return [list.slice(0, middle), list.slice(middle)];
}

/** The upper and the lower half; the area itself when it is a single row. */
function split<T extends Area>(area: T): T[] {
  const { top, bottom } = area.box;
  if (top === bottom) return [area];
  const middle = Math.floor((top + bottom) / 2);
  return [{ ...area, box: { ...area.box, bottom: middle } }, { ...area, box: { ...area.box, top: middle + 1 } }];
}

/** The active sheet and what is selected on it. A selected chart has no area: then the active cell. */
async function where(context: Context): Promise<{ active: string; selection: string }> {
  const { workbook } = context;
  for (const ask of [() => workbook.getSelectedRange(), () => workbook.getActiveCell()]) {
    const sheet = workbook.worksheets.getActiveWorksheet().load("name");
    const range = ask().load("address");
    try {
      await context.sync();
    } catch {
      continue;
    }
    return { active: sheet.name, selection: a1(range.address) };
  }
  const sheet = workbook.worksheets.getActiveWorksheet().load("name");
  await context.sync();
  return { active: sheet.name, selection: "A1" };
}

/** Whole columns and rows have no A1 address of ours: their first cell stands for them. */
function a1(address: string): string {
  try {
    return addressOf(boxOf(address));
  } catch {
    const [column = "A"] = /[A-Z]+/.exec(address.slice(address.lastIndexOf("!") + 1)) ?? [];
    const [row = "1"] = /\d+/.exec(address.slice(address.lastIndexOf("!") + 1)) ?? [];
    return `${column}${row}`;
  }
}

export function mergedIn(context: Context, sheet: string, box: Box): () => string[] {
  if (!supports("1.13")) return () => [];
  const areas = context.workbook.worksheets
    .getItem(sheet)
    .getRange(addressOf(box))
    .getMergedAreasOrNullObject();
  areas.load("areas/items/address");
  return () =>
    areas.isNullObject ? [] : areas.areas.items.map((range) => addressOf(boxOf(range.address)));
}

function visibility(sheet: Excel.Worksheet): SheetSnapshot["visibility"] {
  return ({ Hidden: "hidden", VeryHidden: "veryHidden" } as const)[sheet.visibility as string] ?? "visible";
}
