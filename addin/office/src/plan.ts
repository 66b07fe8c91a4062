/** Actions as plain data before Excel is asked: checked, in pieces that fit, and what they overwrite. */
import { addressOf, boxOf, cellAddress, contentOf, contentsOf, isFormula, literal, rowBlocks } from "./cells";
import type { Block, Box } from "./cells";
import { Problem } from "./problem";
import type { Action, Look, Raw, Snapshot } from "./types";

/**
 * Excel on the web takes at most 5 MB a request. What we count is the text of our actions, and Excel's
 * own wrapping of each comes on top.
 */
export const BYTES_PER_SYNC = 1_500_000;
/** RangeAreas take an address text of at most 8,192 characters. */
const ADDRESS_LENGTH = 6_000;

const LAST = new Set<Action["op"]>(["clear_links", "chart", "series", "select"]);
const KNOWN: Record<Action["op"], true> = {
  add_sheet: true,
  values: true,
  formulas: true,
  look: true,
  row_height: true,
  column_width: true,
  name: true,
  delete_name: true,
  merge: true,
  unmerge: true,
  clear_links: true,
  table: true,
  chart: true,
  series: true,
  mark: true,
  clear_marks: true,
  select: true,
};

export type Written = Extract<Action, { op: "values" | "formulas" }>;
/** A rectangle that will be overwritten. */
export interface Target {
  sheet: string;
  box: Box;
  op: Written["op"];
}

/**
 * The actions in the order they are done. What cannot be taken back from what was read (links, charts,
 * the selection) comes last, when all else has gone well. Problem for what is not understood.
 */
export function ordered(actions: readonly Action[]): Action[] {
  for (const action of actions) {
    if (!Object.hasOwn(KNOWN, action.op)) throw outdated(`åtgärden «${String((action as Action).op)}»`);
    if (action.op === "values" || action.op === "formulas") rectangle(action);
  }
  return [...actions.filter(({ op }) => !LAST.has(op)), ...actions.filter(({ op }) => LAST.has(op))];
}

/** The rectangles that actions overwrite. */
export function targetsOf(actions: readonly Action[]): Target[] {
  return actions
    .filter((action): action is Written => action.op === "values" || action.op === "formulas")
    .map((action) => ({ sheet: action.sheet, box: boxOf(action.address), op: action.op }));
}

/** The sheets that actions name, each once. */
export function sheetsOf(actions: readonly Action[]): string[] {
  return [...new Set(actions.flatMap((action) => ("sheet" in action ? [action.sheet] : [])))];
}

/** Actions in batches, one for each sync; nearly always there is one. */
export function batches(actions: readonly Action[], mostBytes = BYTES_PER_SYNC): Action[][] {
  const found: Action[][] = [];
  let batch: Action[] = [];
  let bytes = 0;
  for (const piece of actions.flatMap((action) => pieces(action, mostBytes))) {
    const size = sizeOf(piece);
    if (batch.length && bytes + size > mostBytes) {
      found.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(piece);
    bytes += size;
  }
  return batch.length ? [...found, batch] : found;
}

/** What Excel's own wrapping of one instruction takes, about. */
const WRAPPING = 250;
/** Instructions for a look: for each group of areas, and for each area with its lines. */
const PER_GROUP = 14;
const PER_AREA = 16;

/** How many bytes Excel is sent for an action, about: its instructions, not our text of them. */
function sizeOf(action: Action): number {
  const text = JSON.stringify(action).length;
  switch (action.op) {
    case "look":
      return text + (joined(action.addresses).length * PER_GROUP + action.addresses.length * PER_AREA) * WRAPPING;
    case "row_height":
      return text + action.rows.length * 3 * WRAPPING;
    case "column_width":
      return text + action.columns.length * 3 * WRAPPING;
    case "merge":
      return text + action.addresses.length * 2 * WRAPPING;
    default:
      return text + 4 * WRAPPING;
  }
}

function pieces(action: Action, mostBytes: number): Action[] {
  if (action.op === "look" && action.addresses.length > 1 && sizeOf(action) > mostBytes) {
    const middle = Math.ceil(action.addresses.length / 2);
    const halves = [action.addresses.slice(0, middle), action.addresses.slice(middle)];
    return halves.flatMap((addresses) => pieces({ ...action, addresses }, mostBytes));
  }
  if (action.op !== "values" && action.op !== "formulas") return [action];
  const size = JSON.stringify(action).length;
  if (size <= mostBytes) return [action];
  const box = boxOf(action.address);
  const rows = box.bottom - box.top + 1;
  const columns = box.right - box.left + 1;
  const each = Math.max(1, Math.floor((rows * mostBytes) / size / 2));
  return rowBlocks(box, each * columns).map((part) => {
    const [from, to] = [part.top - box.top, part.bottom - box.top + 1];
    const address = addressOf(part);
    return action.op === "values"
      ? { ...action, address, values: action.values.slice(from, to) }
      : { ...action, address, formulas: action.formulas.slice(from, to) };
  });
}

/** Which cells are formatted as text, while the actions are done one after the other. */
export interface TextCells {
  /** A look has been given. */
  given(look: Look): void;
  isText(sheet: string, row: number, column: number): boolean;
}

const TEXT = "@";

/** As the cells are in what was read of them. */
export function textCells(blocks: readonly (Block & Target)[]): TextCells {
  const before = new Set<string>();
  const looks = new Map<string, { box: Box; text: boolean }[]>();
  for (const { sheet, box, numberFormat } of blocks) {
    numberFormat.forEach((row, i) =>
      row.forEach((code, j) => code === TEXT && before.add(`${box.top + i},${box.left + j},${sheet}`)),
    );
  }
  return {
    given({ sheet, addresses, number_format: code }) {
      if (typeof code !== "string") return;
      const boxes = addresses.map((address) => ({ box: boxOf(address), text: code === TEXT }));
      looks.set(sheet, [...boxes, ...(looks.get(sheet) ?? [])]);
    },
    isText(sheet, row, column) {
      const inside = ({ box }: { box: Box }) =>
        row >= box.top && row <= box.bottom && column >= box.left && column <= box.right;
      return looks.get(sheet)?.find(inside)?.text ?? before.has(`${row},${column},${sheet}`);
    },
  };
}

/** What is handed to Excel for a rectangle. */
export function gridOf(action: Written, texts: TextCells): (number | boolean | string)[][] {
  const { top, left } = boxOf(action.address);
  const as = (value: Raw, i: number, j: number) =>
    literal(value, typeof value === "string" && texts.isText(action.sheet, top + i, left + j));
  return action.op === "values"
    ? action.values.map((row, i) => row.map((value, j) => as(value, i, j)))
    : action.formulas.map((row, i) => row.map((text, j) => (text.startsWith("=") ? text : as(text, i, j))));
}

/** What was read of a rectangle, as it is written back. */
export function gridBack(block: Block): unknown[][] {
  return block.values.map((row, i) =>
    row.map((value, j) => {
      const formula = block.formulas[i]?.[j];
      if (isFormula(formula, value)) return formula;
      const type = block.valueTypes[i]?.[j];
      const textCell = block.numberFormat[i]?.[j] === TEXT;
      return type === "Error" ? value : literal(contentOf(value, formula, type), textCell);
    }),
  );
}

/**
 * Refuse when a cell to be written holds something else than it did when the command read it, or a
 * formula that a value would replace where the command may not do so.
 */
export function refuseChanged(
  blocks: readonly (Block & Target)[],
  before: Snapshot,
  overFormulas: boolean,
): void {
  const known = new Map<string, (row: number, column: number) => Raw>();
  for (const sheet of before.sheets) if (sheet.sent) known.set(sheet.name, contentsOf(sheet));
  for (const block of blocks) {
    const then = known.get(block.sheet);
    block.values.forEach((cells, i) =>
      cells.forEach((value, j) => {
        const [row, column] = [block.box.top + i, block.box.left + j];
        const place = `${block.sheet}!${cellAddress(row, column)}`;
        const formula = block.formulas[i]?.[j];
        const now = contentOf(value, formula, block.valueTypes[i]?.[j]);
        if (then && then(row, column) !== now) throw changedMeanwhile(place);
        if (block.op === "values" && !overFormulas && isFormula(formula, value)) throw holdsFormula(place);
      }),
    );
  }
}

/** A sheet and an area on it. */
export interface Reference {
  sheet: string;
  address: string;
}

/** «'Blad 1'!$A$1:$A$9» in its parts; without a sheet it lies on ``own``. */
export function referenceOf(text: string, own: string): Reference {
  const cut = text.lastIndexOf("!");
  const address = addressOf(boxOf(text));
  if (cut < 0) return { sheet: own, address };
  const name = text.slice(0, cut).replace(/^=/, "");
  return { sheet: name.startsWith("'") ? name.slice(1, -1).replaceAll("''", "'") : name, address };
}

/** Addresses joined so that each text is short enough for RangeAreas. */
export function joined(addresses: readonly string[]): string[] {
  const found: string[] = [];
  for (const address of addresses) {
    const last = found.at(-1);
    if (last !== undefined && last.length + address.length < ADDRESS_LENGTH) {
      found[found.length - 1] = `${last},${address}`;
    } else found.push(address);
  }
  return found;
}

function rectangle(action: Written): void {
  const { top, left, bottom, right } = boxOf(action.address);
  const grid: unknown[][] = action.op === "values" ? action.values : action.formulas;
  const fits = grid.length === bottom - top + 1 && grid.every((row) => row.length === right - left + 1);
  if (!fits) throw outdated(`måtten på ${action.sheet}!${action.address}`);
}

function outdated(what: string): Problem {
  return new Problem("Panelen förstår inte serverns svar. Inget har skrivits.", {
    where: what,
    todo: "Stäng panelen och öppna den igen; den kan vara äldre än servern.",
  });
}

function changedMeanwhile(place: string): Problem {
  return new Problem("Arbetsboken ändrades medan Ramkoll räknade. Inget har skrivits.", {
    where: place,
    todo: "Kör kommandot igen, så räknar det på det som står där nu.",
  });
}

function holdsFormula(place: string): Problem {
  return new Problem("Cellen har en formel, och Ramkoll ersätter aldrig en formel med ett värde.", {
    where: place,
    todo: "Ta bort formeln i cellen om ett värde ska stå där, och kör kommandot igen.",
  });
}
