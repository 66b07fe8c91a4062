/**
 * What the browser tests put where the pane asks for office.js: the strict fake, with a workbook
 * open. ``window.ramkollTest`` is how a test looks at the workbook, and does what a person in Excel
 * would do to it.
 */
import type { BookJson } from "../demo/api";
import { openBook } from "../demo/book";
import { parseArea } from "../fake/address";
import { installHost } from "../fake/install";
import type { Cell, SheetModel, Value } from "../fake/model";
import { EMPTY } from "../fake/model";
import { DARK, LIGHT } from "../fake/office";

declare global {
  interface Window {
    ramkollBook: BookJson;
      ramkollTest: object;
  }
}

const { model } = openBook(window.ramkollBook);
model.listen(({ why }) => {
  if (why === "select") selections.push(`${model.active}!${model.selection}`);
});
const selections: string[] = [];
const host = installHost(model, { patience: 60_000 });

/** All that a person could see of the workbook, each thing by its place. */
function picture(): Map<string, string> {
  const seen = new Map<string, string>();
  for (const sheet of model.sheets) {
    const say = (what: string, value: unknown): void => {
      seen.set(`${sheet.name}!${what}`, JSON.stringify(value));
    };
    for (const [address, cell] of sheet.cells) {
      const text = plain(cell);
      if (text !== BLANK) seen.set(`${sheet.name}!${address}`, text);
    }
    for (const [row, height] of sheet.rowHeights) if (height !== 15) say(`row ${row}`, height);
    for (const { name, ...table } of sheet.tables) say(`table ${name}`, table.address);
    for (const { name, ...chart } of sheet.charts) say(`chart ${name}`, chart);
    sheet.merged.forEach((area) => say(`merged ${area.top},${area.left}`, area));
    sheet.conditionalFormats.forEach(({ address, formula }) => say(`mark ${address} ${formula}`, true));
    say("visibility", sheet.visibility);
    say("protection", sheet.protection);
  }
  for (const { name, formula } of model.names) seen.set(`name ${name}`, formula);
  return seen;
}

/**
 * A cell as text, with what its look leaves out said, so that the same cells are the same text. A formula
 * stands for its value, which nobody computes here once it has been written again.
 */
function plain({ look, value, formula, format, locked }: Cell): string {
  const edges = Object.entries(look.borders ?? {}).filter(([, { style }]) => style !== "None");
  const { fill = "", bold = false, italic = false, colour = "#000000", size = 11, wrap = false } = look;
  const { horizontal = "General", vertical = "Bottom", indent = 0 } = look;
  const rest = [format, locked, edges.sort(), fill, bold, italic, colour, size, wrap, horizontal, vertical, indent];
  return JSON.stringify([formula ?? value, ...rest]);
}
const BLANK = plain(EMPTY);
let before = picture();

function at(place: string): { sheet: SheetModel; row: number; column: number } {
  const cut = place.lastIndexOf("!");
  const sheet = model.sheet(place.slice(0, cut));
  const area = parseArea(place.slice(cut + 1));
  if (!sheet || !area) throw new Error(`${place} is not in the workbook`);
  return { sheet, row: area.top, column: area.left };
}

window.ramkollTest = {
  host,
  faults: host.faults,
  /** From here on ``changes`` counts. */
  remember: (): void => void (before = picture()),
  /** What is not as it was: place, before, after. */
  changes(): (string | null)[][] {
    const now = picture();
    return [...new Set([...before.keys(), ...now.keys()])]
      .filter((key) => before.get(key) !== now.get(key))
      .map((key) => [key, before.get(key) ?? null, now.get(key) ?? null]);
  },
  cell(place: string): Cell {
    const { sheet, row, column } = at(place);
    return sheet.cell(row, column);
  },
  /** Every cell with a value or a formula on a sheet. */
  contents(name: string): Record<string, [Value, string | null]> {
    const cells = [...(model.sheet(name)?.cells ?? [])];
    return Object.fromEntries(
      cells.filter(([, c]) => c.value !== null || c.formula !== null).map(([a, c]) => [a, [c.value, c.formula]]),
    );
  },
  /** A person writes in cells: a step of undo of its own. */
  type(values: Record<string, Value>): void {
    for (const [place, value] of Object.entries(values)) {
      const { sheet, row, column } = at(place);
      model.setCell(sheet, row, column, { ...sheet.cell(row, column), value, formula: null });
    }
    model.commit();
  },
  lock(place: string, locked: boolean): void {
    const { sheet, row, column } = at(place);
    model.setCell(sheet, row, column, { ...sheet.cell(row, column), locked });
    model.commit();
  },
  protect(name: string, guarded: boolean): void {
    const sheet = model.sheet(name);
    if (sheet) sheet.protection = { ...sheet.protection, protected: guarded };
  },
  /** The theme of Office is another; the pane asks when it is looked at. */
  theme(dark: boolean): void {
    host.theme = dark ? DARK : LIGHT;
    window.dispatchEvent(new Event("focus"));
  },
  select: (sheet: string, address: string): void => model.activate(sheet, address),
  selected: (): string => `${model.active}!${model.selection}`,
  selections,
  sheets: (): string[] => model.sheets.map(({ name }) => name),
  undo: (): boolean => model.undo(),
  steps: (): number => model.undoSteps,
  click: (command: string): Promise<void> => host.clickRibbon(command),
  disabled: (): string[] => [...host.disabled],
};
