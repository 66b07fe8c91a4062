/** A workbook as the fake host holds it: plain data, and a journal by which changes are undone. */

import type { Area } from "./address";
import { cellName, contains, overlap } from "./address";

export interface ErrorValue {
  readonly error: string;
}
export type Value = number | string | boolean | null | ErrorValue;

/** How a cell looks. What is absent is as in a new workbook. Colours are #RRGGBB. */
export interface Look {
  readonly fill?: string;
  readonly colour?: string;
  readonly bold?: boolean;
  readonly italic?: boolean;
  readonly underline?: boolean;
  readonly size?: number;
  readonly font?: string;
  readonly wrap?: boolean;
  readonly horizontal?: string;
  readonly vertical?: string;
  readonly indent?: number;
  readonly borders?: Readonly<Record<string, Edge>>;
}
export interface Edge {
  readonly style: string;
  readonly weight: string;
  readonly colour: string;
}

/** Immutable: a change puts another cell in its place. ``value`` is that of the formula, if any. */
export interface Cell {
  readonly value: Value;
  readonly formula: string | null;
  readonly format: string;
  readonly look: Look;
  readonly locked: boolean;
}
export const EMPTY: Cell = { value: null, formula: null, format: "General", look: {}, locked: true };

export type Visibility = "Visible" | "Hidden" | "VeryHidden";

export interface Protection {
  protected: boolean;
  options: { allowFormatCells: boolean; allowFormatRows: boolean; allowFormatColumns: boolean };
}
export interface Table {
  id: string;
  name: string;
  address: string;
}
export interface Series {
  name: string;
  labels: string;
  values: string;
}
export interface Chart {
  name: string;
  title?: string;
  position?: string;
  series: Series[];
}
export interface ConditionalFormat {
  id: string;
  type: string;
  address: string;
  formula: string;
  fill: string;
  colour: string;
  bold: boolean;
  /** Colours of the lines, by edge as the host names them. */
  borders: Record<string, string>;
  stopIfTrue: boolean;
  priority: number;
}

export class SheetModel {
  readonly cells = new Map<string, Cell>();
  readonly rowHeights = new Map<number, number>();
  readonly columnWidths = new Map<number, number>();
  visibility: Visibility = "Visible";
  protection: Protection = {
    protected: false,
    options: { allowFormatCells: false, allowFormatRows: false, allowFormatColumns: false },
  };
  merged: Area[] = [];
  tables: Table[] = [];
  charts: Chart[] = [];
  conditionalFormats: ConditionalFormat[] = [];

  constructor(
    readonly id: string,
    public name: string,
  ) {}

  cell(row: number, column: number): Cell {
    return this.cells.get(cellName(row, column)) ?? EMPTY;
  }

  /** The merged area that hides this cell, if it is not that area's first. */
  hiddenByMerge(row: number, column: number): boolean {
    return this.merged.some(
      (area) => contains(area, row, column) && !(area.top === row && area.left === column),
    );
  }

  mergedIn(area: Area): Area[] {
    return this.merged.filter((one) => overlap(one, area) !== null);
  }
}

export interface Names {
  readonly name: string;
  formula: string;
  visible: boolean;
}

interface Change {
  readonly cell?: CellAt;
  readonly back: () => void;
  readonly again: () => void;
}
export interface CellAt {
  readonly sheet: string;
  readonly address: string;
}
/** What a listener is told: whether it was an undo or redo, and what it touched. */
export interface Changed {
  readonly why: "write" | "undo" | "redo" | "rollback" | "select" | "sheets";
  readonly cells: readonly CellAt[];
}

/**
 * The open workbook. All changes go through ``put``, ``assign`` and ``setCell``, so that each can
 * be taken back; ``commit`` closes what was changed into one step of undo.
 */
export class WorkbookModel {
  sheets: SheetModel[] = [];
  names: Names[] = [];
  active = "";
  selection = "A1";
  calculationMode: "Automatic" | "Manual" = "Automatic";
  date1904 = false;
  /** How many times a host redraws: suspended drawing counts none until the next sync. */
  screenUpdates = 0;
  private journal: Change[] = [];
  private done: Change[][] = [];
  private undone: Change[][] = [];
  private readonly listeners = new Set<(changed: Changed) => void>();
  private nextId = 1;

  constructor(public name: string) {}

  addSheet(name: string): SheetModel {
    const sheet = new SheetModel(`{${String(this.nextId++).padStart(8, "0")}}`, name);
    this.sheets.push(sheet);
    if (!this.active) this.active = name;
    return sheet;
  }

  newId(): string {
    return `{C${String(this.nextId++).padStart(7, "0")}}`;
  }

  sheet(key: string): SheetModel | null {
    const lower = key.toLowerCase();
    return this.sheets.find((s) => s.name.toLowerCase() === lower || s.id === key) ?? null;
  }

  listen(listener: (changed: Changed) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  setCell(sheet: SheetModel, row: number, column: number, cell: Cell): void {
    const key = cellName(row, column);
    const before = sheet.cells.get(key);
    this.record({
      cell: { sheet: sheet.name, address: key },
      back: () => void (before ? sheet.cells.set(key, before) : sheet.cells.delete(key)),
      again: () => void sheet.cells.set(key, cell),
    });
  }

  put<K, V>(map: Map<K, V>, key: K, value: V): void {
    const had = map.has(key);
    const before = map.get(key) as V;
    this.record({
      back: () => void (had ? map.set(key, before) : map.delete(key)),
      again: () => void map.set(key, value),
    });
  }

  assign<T extends object, K extends keyof T>(target: T, key: K, value: T[K]): void {
    const before = target[key];
    this.record({
      back: () => void (target[key] = before),
      again: () => void (target[key] = value),
    });
  }

  private record(change: Change): void {
    change.again();
    this.journal.push(change);
  }

  /** Shows a sheet and selects an area on it. No step of undo. */
  activate(sheet: string, selection: string): void {
    this.active = sheet;
    this.selection = selection;
    this.tell("select");
  }

  /** Where the journal stands, for ``rollback``. */
  mark(): number {
    return this.journal.length;
  }

  /** Takes back what has been changed since ``mark``. */
  rollback(mark: number): void {
    const back = this.journal.splice(mark).reverse();
    for (const change of back) change.back();
    if (back.length) this.tell("rollback", back);
  }

  /** What has been changed becomes steps of undo: one, or one for each part between ``cuts``. */
  commit(cuts: readonly number[] = []): void {
    const changes = this.journal;
    this.journal = [];
    if (!changes.length) return;
    let from = 0;
    for (const cut of [...cuts, changes.length]) {
      if (cut > from) this.done.push(changes.slice(from, cut));
      from = Math.max(from, cut);
    }
    this.undone = [];
    this.tell("write", changes);
  }

  /** What Excel does after adding a sheet, deleting one, or protecting one. */
  clearUndo(): void {
    this.journal = [];
    this.done = [];
    this.undone = [];
  }

  get undoSteps(): number {
    return this.done.length;
  }

  get redoSteps(): number {
    return this.undone.length;
  }

  undo(): boolean {
    const step = this.done.pop();
    if (!step) return false;
    for (const change of [...step].reverse()) change.back();
    this.undone.push(step);
    this.tell("undo", step);
    return true;
  }

  redo(): boolean {
    const step = this.undone.pop();
    if (!step) return false;
    for (const change of step) change.again();
    this.done.push(step);
    this.tell("redo", step);
    return true;
  }

  /** A formula's value after a recalculation: no change by a person, so no step of undo. */
  calculated(sheet: SheetModel, row: number, column: number, value: Value): void {
    sheet.cells.set(cellName(row, column), { ...sheet.cell(row, column), value });
  }

  /** Tells listeners that what is drawn has changed. */
  tell(why: Changed["why"], changes: readonly { readonly cell?: CellAt }[] = []): void {
    const cells = changes.flatMap((change) => change.cell ?? []);
    this.screenUpdates += 1;
    for (const listener of this.listeners) listener({ why, cells });
  }
}
