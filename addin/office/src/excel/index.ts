/**
 * The one folder that knows Excel: reads the open workbook as a Snapshot, and does actions to it, all
 * of them or none. Sheets of others are never removed, renamed or unprotected.
 */
import { hiddenSheet, missing } from "./words";
import { batches, ordered, refuseChanged, targetsOf, textCells } from "../plan";
import type { Action, Snapshot } from "../types";
import { remember, rollBack } from "./before";
import { run, supports } from "./context";
import type { Context } from "./context";
import { lackingSheets, refuseLocked, refuseMissing, removeSheets } from "./obstacles";
import { readBlocks } from "./read";
import { act, suspend } from "./write";

export { read } from "./read";

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
