/** What would stand in the way of writing, seen before anything is written. */
import { hiddenSheet, halfDone, locked, missing, unformattable } from "./words";
import { sheetsOf } from "../plan";
import type { Action } from "../types";
import type { Context } from "./context";

/** The sheets to add that are not there. They are added before all else, since that clears Excel's undo. */
export async function lackingSheets(context: Context, steps: readonly Action[]): Promise<string[]> {
  const names = steps.flatMap((step) => (step.op === "add_sheet" ? [step.sheet] : []));
  const there = names.map((name) => context.workbook.worksheets.getItemOrNullObject(name).load("name"));
  if (there.length) await context.sync();
  return names.filter((_, i) => there[i]!.isNullObject);
}

/** Take away what was added, as far as it came to be. */
export async function removeSheets(context: Context, added: readonly string[]): Promise<void> {
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

export async function refuseMissing(context: Context, steps: readonly Action[]): Promise<void> {
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
export async function refuseLocked(context: Context, steps: readonly Action[]): Promise<void> {
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
