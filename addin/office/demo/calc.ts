/** Keeps the formulas' values in step with what is typed, and knows what has been edited. */

import { parseArea } from "../fake/address";
import type { Cell, WorkbookModel } from "../fake/model";
import { EMPTY } from "../fake/model";
import type { Content, Edit } from "./api";
import { Said, recalculate } from "./api";

export class Calculator {
  /** The cells as the file has them. A cell is never changed, only replaced, so this is a copy. */
  private readonly base: ReadonlyMap<string, ReadonlyMap<string, Cell>>;
  private running: Promise<void> | null = null;
  private again = false;

  constructor(
    private readonly model: WorkbookModel,
    private readonly changed: (busy: boolean) => void,
    private readonly failed: (message: string) => void,
  ) {
    this.base = new Map(model.sheets.map((sheet) => [sheet.name, new Map(sheet.cells)]));
    model.listen(({ why, cells }) => {
      if (cells.length && why !== "select") this.start();
      else if (why === "rollback") this.start();
    });
  }

  /** What differs from the file by somebody's hand or a command's; recalculated values do not. */
  edits(): Edit[] {
    const found: Edit[] = [];
    for (const sheet of this.model.sheets) {
      const before = this.base.get(sheet.name);
      const addresses = new Set([...sheet.cells.keys(), ...(before?.keys() ?? [])]);
      for (const address of addresses) {
        const now = sheet.cells.get(address) ?? EMPTY;
        const was = before?.get(address) ?? EMPTY;
        if (now === was) continue;
        const content = edited(now, was);
        if (content) found.push([sheet.name, address, content]);
      }
    }
    return found;
  }

  /** What a person has typed, read by the server, and put into the cells as one step of undo. */
  async type(typed: Edit[]): Promise<void> {
    const answer = await recalculate(this.model.name, typed);
    for (const { sheet: name, address, value, formula, format } of answer.typed) {
      const sheet = this.model.sheet(name);
      const at = parseArea(address);
      if (!sheet || !at) continue;
      const before = sheet.cell(at.top, at.left);
      this.model.setCell(sheet, at.top, at.left, {
        ...before,
        value: formula === null ? value : 0,
        formula,
        format: before.format === "General" && format ? format : before.format,
      });
    }
    this.model.commit();
    await this.idle();
  }

  async idle(): Promise<void> {
    while (this.running) await this.running;
  }

  private start(): void {
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = this.follow().finally(() => {
      this.running = null;
    });
  }

  private async follow(): Promise<void> {
    do {
      this.again = false;
      this.changed(true);
      try {
        const answer = await recalculate(this.model.name, this.edits());
        this.apply(new Map(answer.cells.map(([sheet, address, value]) => [`${sheet}!${address}`, value])));
      } catch (error) {
        this.failed(error instanceof Said ? error.message : "Formlerna kunde inte räknas om.");
      }
    } while (this.again);
    this.changed(false);
  }

  private apply(values: ReadonlyMap<string, Cell["value"]>): void {
    for (const sheet of this.model.sheets) {
      const before = this.base.get(sheet.name);
      for (const [address, cell] of sheet.cells) {
        if (cell.formula === null) continue;
        const key = `${sheet.name}!${address}`;
        const was = before?.get(address);
        const value = values.get(key) ?? (was?.formula === cell.formula ? was.value : cell.value);
        const at = parseArea(address);
        if (at && JSON.stringify(value) !== JSON.stringify(cell.value)) {
          this.model.calculated(sheet, at.top, at.left, value);
        }
      }
    }
  }
}

function edited(now: Cell, was: Cell): Content | null {
  if (now.formula !== null) return now.formula === was.formula ? null : { formula: now.formula };
  const same = was.formula === null && JSON.stringify(now.value) === JSON.stringify(was.value);
  return same ? null : { value: now.value };
}
