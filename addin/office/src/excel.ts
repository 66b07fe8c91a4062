/**
 * The one file that knows Excel: reads the open workbook as a Snapshot, and does actions to it, all
 * of them or none. Sheets of others are never removed, renamed or unprotected.
 */
import { addressOf, boxOf, cellAddress, cellCount, rowBlocks, sheetOf } from "./cells";
import type { Block, Box } from "./cells";
import { codeOf, halfDone, hiddenSheet, locked, missing, tooLarge, unformattable, worded } from "./excel-words";
import { batches, gridBack, gridOf, joined, ordered, referenceOf } from "./plan";
import { refuseChanged, sheetsOf, targetsOf, textCells } from "./plan";
import type { Reference, Target, TextCells } from "./plan";
import type { Action, Look, Snapshot, SheetSnapshot } from "./types";

/**
 * Excel on the web answers at most 5 MB a sync. A cell with its value, formula, format and type takes
 * about 120 bytes in our forms, so this is some 2 MB; a sheet of long formulas is split on demand.
 */
const CELLS_PER_SYNC = 16_000;
/** More than any form or report has: a sheet this large is somebody's list, or a mistake. */
const MOST_CELLS = 1_000_000;

type Context = Excel.RequestContext;

interface Area {
  sheet: string;
  box: Box;
}

/** Whether Excel has a requirement set. */
export function supports(version: string, set = "ExcelApi"): boolean {
  return Office.context.requirements.isSetSupported(set, version);
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

/**
 * Do the actions, in one undo step where Excel can. ``before`` is what they were made from: when a cell
 * to be written holds something else by now, nothing is written, nor when a value would replace a
 * formula and not ``overFormulas``. When a sync fails, what had been done is put back as it was read.
 */
export async function apply(
  actions: readonly Action[],
  before: Snapshot,
  overFormulas = false,
): Promise<void> {
  if (!actions.length) return;
  const steps = ordered(actions);
  let written = false;
  const writing = run(async (context) => {
    const lacking = await lackingSheets(context, steps);
    try {
      for (const name of lacking) context.workbook.worksheets.add(name);
      if (lacking.length) await context.sync();
      await write(context, steps, before, overFormulas);
    } catch (error) {
      await removeSheets(context, lacking);
      throw error;
    }
    written = true;
  }, true);
  // Excel closes the batch by itself. When that fails all is written, and nobody is told otherwise.
  await writing.catch((error: unknown) => {
    if (!written) throw error;
  });
}

async function write(context: Context, steps: Action[], before: Snapshot, overFormulas: boolean): Promise<void> {
  await refuseMissing(context, steps);
  await refuseLocked(context, steps);
  const blocks = await readBlocks(context, targetsOf(steps));
  refuseChanged(blocks, before, overFormulas);
  const old = await remember(context, steps, blocks);
  const texts = textCells(blocks);
  try {
    for (const batch of batches(steps)) {
      suspend(context);
      for (const step of batch) act(context, step, old, texts);
      await context.sync();
    }
  } catch (error) {
    await rollBack(context, old);
    throw error;
  }
}

/** Go to a cell. */
export function goTo(sheet: string, address: string): Promise<void> {
  return run(async (context) => {
    const target = context.workbook.worksheets.getItemOrNullObject(sheet);
    target.load("visibility");
    await context.sync();
    if (target.isNullObject) throw missing(`Bladet «${sheet}»`);
    if (target.visibility !== "Visible") throw hiddenSheet(sheet);
    target.activate();
    target.getRange(address).select();
    await context.sync();
  });
}

/** Read areas in pieces that fit; a piece that Excel finds too large is read in halves. */
async function readBlocks<T extends Area>(context: Context, areas: readonly T[]): Promise<(Block & T)[]> {
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

function mergedIn(context: Context, sheet: string, box: Box): () => string[] {
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


// ---- Before writing: what would stand in the way, and what to put back ----

/** What was there: our marks when they are to change, names and charts, and what puts it back. */
interface Old {
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

const chartKey = ({ sheet, chart }: { sheet: string; chart: string }) => JSON.stringify([sheet, chart]);

/** Questions about how cells look are answered at length: some 400 bytes for each cell. */
const ASKED_PER_SYNC = 500;
const LOOKS_PER_SYNC = 4_000;
/** An area this large is first asked as a whole: nearly always all its cells look alike. */
const ASKED_WHOLE = 200;

/** The sheets to add that are not there. They are added before all else, since that clears Excel's undo. */
async function lackingSheets(context: Context, steps: readonly Action[]): Promise<string[]> {
  const names = steps.flatMap((step) => (step.op === "add_sheet" ? [step.sheet] : []));
  const there = names.map((name) => context.workbook.worksheets.getItemOrNullObject(name).load("name"));
  if (there.length) await context.sync();
  return names.filter((_, i) => there[i]!.isNullObject);
}

/** Take away what was added, as far as it came to be. */
async function removeSheets(context: Context, added: readonly string[]): Promise<void> {
  if (!added.length) return;
  try {
    const made = added.map((name) => context.workbook.worksheets.getItemOrNullObject(name).load("name"));
    await context.sync();
    for (const sheet of made) if (!sheet.isNullObject) sheet.delete();
    await context.sync();
  } catch {
    throw halfDone();
  }
}

async function refuseMissing(context: Context, steps: readonly Action[]): Promise<void> {
  const { worksheets } = context.workbook;
  const sheets = sheetsOf(steps).map((name) => worksheets.getItemOrNullObject(name).load("name,visibility"));
  await context.sync();
  sheets.forEach((sheet, i) => {
    if (sheet.isNullObject) throw missing(`Bladet «${sheetsOf(steps)[i]}»`);
  });
  const hidden = new Set(sheets.filter((s) => s.visibility !== "Visible").map((s) => s.name));
  const looked: [string, Excel.Table][] = [];
  for (const step of steps) {
    if (step.op === "select" && hidden.has(step.sheet)) throw hiddenSheet(step.sheet);
    if (step.op === "table") {
      const table = worksheets.getItem(step.sheet).tables.getItemOrNullObject(step.table).load("name");
      looked.push([`Tabellen «${step.table}» på bladet «${step.sheet}»`, table]);
    }
  }
  if (looked.length) await context.sync();
  for (const [what, item] of looked) if (item.isNullObject) throw missing(what);
}

/** A protected sheet takes values in its unlocked cells, and formats when its protection lets them. */
async function refuseLocked(context: Context, steps: readonly Action[]): Promise<void> {
  const { worksheets } = context.workbook;
  const protections = sheetsOf(steps).map((name) => {
    const { protection } = worksheets.getItem(name);
    return [name, protection.load("protected,options")] as const;
  });
  if (protections.length) await context.sync();
  const guarded = new Map(protections.filter(([, p]) => p.protected));
  const cells: [string, string, Excel.FormatProtection][] = [];
  for (const step of steps) {
    const options = "sheet" in step ? guarded.get(step.sheet)?.options : undefined;
    if (!options || !("sheet" in step) || step.op === "select" || step.op === "add_sheet") continue;
    if (step.op === "values" || step.op === "formulas") {
      const { protection } = worksheets.getItem(step.sheet).getRange(step.address).format;
      cells.push([step.sheet, step.address, protection.load("locked")]);
    } else if (step.op === "look" || step.op === "mark") {
      if (!options.allowFormatCells) throw unformattable(step.sheet);
    } else if (step.op === "row_height") {
      if (!options.allowFormatRows) throw unformattable(step.sheet);
    } else if (step.op === "column_width") {
      if (!options.allowFormatColumns) throw unformattable(step.sheet);
    } else throw unformattable(step.sheet);
  }
  if (cells.length) await context.sync();
  for (const [sheet, address, protection] of cells) {
    if (protection.locked !== false) throw locked(sheet, address);
  }
}

/** Read what the actions change, so that it can be put back. */
async function remember(
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
async function rollBack(context: Context, old: Old): Promise<void> {
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

// ---- Writing ----

/** Drawing and reckoning once, not at each cell. */
function suspend(context: Context): void {
  context.workbook.application.suspendScreenUpdatingUntilNextSync();
  context.workbook.application.suspendApiCalculationUntilNextSync();
}

function act(context: Context, step: Action, old: Old, texts: TextCells): void {
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

const columnAt = (sheet: Excel.Worksheet, column: number) => sheet.getRangeByIndexes(0, column - 1, 1, 1);

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

/** «vcenter» of the engine is Excel's Center, and so on. */
function alignment<T extends string>(word: string): T {
  const bare = word.replace(/^v/, "");
  return (bare.charAt(0).toUpperCase() + bare.slice(1)) as T;
}

// ---- Marks: conditional formats of ours, so that the cells' own formats are untouched ----

const TAG = /"Ramkoll-markering (\w+)"/;
/** A mark is told by the line of its frame too, never by colour alone. */
const MARKS: Record<string, { fill: string; line: string; style: "Continuous" | "Dash" | "Dot" }> = {
  stoppar: { fill: "#FDE7E9", line: "#B10E1C", style: "Continuous" },
  varning: { fill: "#FFF4CE", line: "#8A6100", style: "Dash" },
  upplysning: { fill: "#E1EFFA", line: "#115EA3", style: "Dot" },
  // A text to read again, since its amounts have changed.
  kontrollera: { fill: "#F0E6FA", line: "#6B2FA0", style: "Dash" },
};

interface OurMark {
  item: Excel.ConditionalFormat;
  sheet: string;
  address: string;
  severity: string;
}

function addMark(sheet: Excel.Worksheet, address: string, severity: string): void {
  const kind = MARKS[severity] ?? MARKS.upplysning!;
  const range = address.includes(",") ? sheet.getRanges(address) : sheet.getRange(address);
  const { rule, format } = range.conditionalFormats.add("Custom").custom;
  // Always true, and known again by its text.
  rule.formula = `=LEN("Ramkoll-markering ${severity}")>0`;
  format.fill.color = kind.fill;
  format.font.color = "#1A1A1A";
  for (const edge of ["EdgeTop", "EdgeBottom", "EdgeLeft", "EdgeRight"] as const) {
    const border = format.borders.getItem(edge);
    border.style = kind.style;
    border.color = kind.line;
  }
}

async function ourMarks(context: Context): Promise<OurMark[]> {
  const sheets = context.workbook.worksheets.load("items/name");
  await context.sync();
  const formats = sheets.items.map((sheet) => sheet.getRange().conditionalFormats.load("items/type"));
  await context.sync();
  const custom = formats.flatMap(({ items }, i) =>
    items
      .filter(({ type }) => type === "Custom")
      .map((item) => ({
        item,
        sheet: sheets.items[i]!.name,
        rule: item.custom.rule.load("formula"),
        areas: item.getRanges().load("address"),
      })),
  );
  if (custom.length) await context.sync();
  return custom.flatMap(({ item, sheet, rule, areas }) => {
    const severity = TAG.exec(rule.formula)?.[1];
    const address = areas.address.split(",").map((one) => one.slice(one.lastIndexOf("!") + 1)).join(",");
    return severity ? [{ item, sheet, address, severity }] : [];
  });
}

// ---- The host: what else the pane asks of Office ----

/** Wait for Office. */
export async function ready(): Promise<void> {
  await Office.onReady();
}

/** Whether Office is dark; undefined when it does not say. */
export function officeIsDark(): boolean | undefined {
  return Office.context.officeTheme?.isDarkTheme;
}

/** Let a button of the ribbon run a function. Excel is always told that it has finished. */
export function associate(name: string, act: () => Promise<unknown>): void {
  Office.actions.associate(name, async (event: Office.AddinCommands.Event) => {
    try {
      await act();
    } finally {
      event.completed();
    }
  });
}

/** Show the pane beside the workbook, where Office can. */
export async function showPane(): Promise<void> {
  if (supports("1.1", "SharedRuntime")) await Office.addin.showAsTaskpane();
}

/** Let the ribbon's buttons be pressed, or not, where Office can. They are named as in the manifest. */
export async function enableRibbon(buttons: readonly string[], enabled: boolean): Promise<void> {
  if (!supports("1.1", "RibbonApi")) return;
  const controls = buttons.map((id) => ({ id: `Ramkoll.${id}`, enabled }));
  await Office.ribbon.requestUpdate({ tabs: [{ id: "Ramkoll.tab", controls }] }).catch(() => undefined);
}

/** Run a batch; what Excel says when it fails is worded. */
async function run<T>(batch: (context: Context) => Promise<T>, writes = false): Promise<T> {
  try {
    return writes && supports("1.20")
      ? await Excel.run({ mergeUndoGroup: true }, batch)
      : await Excel.run(batch);
  } catch (error) {
    throw worded(error);
  }
}
