/** The open workbook on the page: grid, formula bar, name box, editor, tabs, status bar. */

import { areaName, cellName, parseArea, splitReference } from "../fake/address";
import type { SheetModel } from "../fake/model";
import { used } from "../fake/kinds_range";
import type { Edit } from "./api";
import { Said } from "./api";
import type { OpenBook } from "./book";
import { choicesAt } from "./book";
import { Calculator } from "./calc";
import { editable, rounded, shown } from "./format";
import type { Geometry } from "./geometry";
import { geometry } from "./geometry";
import type { Grid, Selected } from "./grid";
import { moved, single, spanned } from "./keys";
import { marksOn } from "./paint";

export interface Parts {
  readonly grid: Grid;
  readonly surface: HTMLElement;
  readonly editor: HTMLTextAreaElement;
  readonly choices: HTMLDataListElement;
  readonly choiceBox: HTMLInputElement;
  readonly formula: HTMLInputElement;
  readonly nameBox: HTMLInputElement;
  readonly tabs: HTMLElement;
  readonly status: HTMLElement;
  readonly sums: HTMLElement;
  readonly spoken: HTMLElement;
  readonly say: (message: string, kind: "info" | "error") => void;
  readonly changed: () => void;
}

export class Workbench {
  readonly calculator: Calculator;
  private selected: Selected = single(1, 1);
  private shownSheet = "";
  private geometry: Geometry | null = null;
  private editing: HTMLTextAreaElement | HTMLInputElement | null = null;
  private readonly places = new Map<string, Selected>();
  private readonly stop: () => void;
  private readonly ended = new AbortController();

  constructor(
    private readonly book: OpenBook,
    private readonly parts: Parts,
  ) {
    const { model } = book;
    this.calculator = new Calculator(
      model,
      (busy) => {
        parts.status.textContent = busy ? "Räknar om …" : "Klar";
        if (!busy) this.refresh();
      },
      (message) => parts.say(message, "error"),
    );
    this.stop = model.listen(({ why }) => {
      if (why === "select") this.follow();
      else this.refresh();
    });
    this.listen();
    this.follow();
  }

  close(): void {
    this.stop();
    this.ended.abort();
  }

  get sheet(): SheetModel {
    const { model } = this.book;
    const found = model.sheet(model.active) ?? model.sheets[0];
    if (!found) throw new Error("a workbook has a sheet");
    return found;
  }

  /** Takes over what the host has selected. */
  private follow(): void {
    const { model } = this.book;
    const area = parseArea(model.selection.split(",")[0] ?? "A1") ?? parseArea("A1");
    if (!area) return;
    const inside = this.shownSheet === model.active && this.selected.row >= area.top &&
      this.selected.row <= area.bottom && this.selected.column >= area.left &&
      this.selected.column <= area.right;
    const { row, column } = inside ? this.selected : { row: area.top, column: area.left };
    this.selected = { row, column, area };
    if (this.shownSheet !== model.active) this.open();
    this.parts.grid.select(this.selected);
    this.describe();
    this.parts.changed();
  }

  private open(): void {
    this.shownSheet = this.sheet.name;
    this.draw(false);
    this.tabs();
  }

  private extra() {
    const found = this.book.extras.get(this.sheet.name);
    return found ?? {
      freeze: [0, 0] as const, gridlines: true, defaultHeight: 15,
      hiddenRows: new Set<number>(), hiddenColumns: new Set<number>(), lists: [],
    };
  }

  private end(): readonly [number, number] {
    const area = used(this.sheet)?.area;
    return [area?.bottom ?? 1, area?.right ?? 1];
  }

  private draw(keepPlace: boolean): void {
    const extra = this.extra();
    this.geometry = geometry(this.sheet, extra, this.end());
    this.parts.grid.show(
      { model: this.sheet, geometry: this.geometry, gridlines: extra.gridlines }, keepPlace,
    );
  }

  /** Draws again after a change of cells. */
  refresh(): void {
    if (this.shownSheet !== this.book.model.active) this.follow();
    else this.draw(true);
    this.parts.grid.select(this.selected, false);
    this.describe();
    this.parts.changed();
  }

  select(selected: Selected): void {
    this.selected = selected;
    this.places.set(this.sheet.name, selected);
    this.book.model.activate(this.sheet.name, areaName(selected.area));
  }

  /** Goes to an address or a name, as the name box does. */
  goTo(text: string): void {
    const { model } = this.book;
    const name = model.names.find((one) => one.name.toLowerCase() === text.trim().toLowerCase());
    const { sheet, address } = splitReference(name ? name.formula : text);
    const area = parseArea(address);
    const at = sheet ? model.sheet(sheet) : this.sheet;
    if (!area || !at || at.visibility !== "Visible") {
      this.parts.say(`«${text}» är ingen cell och inget namn i arbetsboken.`, "error");
      return;
    }
    model.activate(at.name, areaName(area));
    this.parts.surface.focus();
  }

  private describe(): void {
    const { row, column, area } = this.selected;
    const cell = this.sheet.cell(row, column);
    const where = cellName(row, column);
    const { parts } = this;
    if (!this.editing) parts.formula.value = editable(cell.value, cell.formula, cell.format);
    const several = area.top !== area.bottom || area.left !== area.right;
    if (document.activeElement !== parts.nameBox) {
      parts.nameBox.value = several
        ? `${area.bottom - area.top + 1}R × ${area.right - area.left + 1}K`
        : where;
    }
    const value = shown(cell.value, cell.format).text || "tom";
    const more = [
      cell.formula ? "formel" : "",
      this.sheet.protection.protected && cell.locked ? "låst" : "",
      marksOn(this.sheet, row, column).length ? "markerad av Ramkoll" : "",
    ].filter(Boolean);
    parts.spoken.textContent = `${where} ${value}${more.length ? `, ${more.join(", ")}` : ""}`;
    parts.sums.textContent = several ? this.sums() : "";
  }

  private sums(): string {
    const { area } = this.selected;
    const numbers: number[] = [];
    let count = 0;
    const [lastRow, lastColumn] = this.end();
    for (let row = area.top; row <= Math.min(area.bottom, lastRow); row++) {
      for (let column = area.left; column <= Math.min(area.right, lastColumn); column++) {
        const { value } = this.sheet.cell(row, column);
        if (value !== null && value !== "") count += 1;
        if (typeof value === "number") numbers.push(value);
      }
    }
    const sum = numbers.reduce((total, one) => total + one, 0);
    const words = (n: number): string => shown(Number(rounded(n, 2)) * Math.sign(n || 1), "#,##0.##").text;
    if (!numbers.length) return count ? `Antal: ${count}` : "";
    return `Medel: ${words(sum / numbers.length)}   Antal: ${count}   Summa: ${words(sum)}`;
  }

  private tabs(): void {
    const { model } = this.book;
    const visible = model.sheets.filter((sheet) => sheet.visibility === "Visible");
    const made = visible.map((sheet) => {
      const tab = document.createElement("button");
      const on = sheet.name === model.active;
      tab.type = "button";
      tab.role = "tab";
      tab.className = "sheet-tab";
      tab.textContent = sheet.name;
      tab.setAttribute("aria-selected", String(on));
      tab.setAttribute("aria-controls", this.parts.surface.id);
      tab.tabIndex = on ? 0 : -1;
      tab.addEventListener("click", () => this.openSheet(sheet.name));
      return tab;
    });
    const held = this.parts.tabs.contains(document.activeElement);
    this.parts.tabs.replaceChildren(...made);
    const current = made.find((tab) => tab.getAttribute("aria-selected") === "true");
    current?.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (held) current?.focus();
  }

  openSheet(name: string): void {
    this.finish(true);
    const place = this.places.get(name) ?? single(1, 1);
    this.selected = place;
    this.book.model.activate(name, areaName(place.area));
  }

  private stepSheet(by: number): void {
    const { model } = this.book;
    const visible = model.sheets.filter((sheet) => sheet.visibility === "Visible");
    const now = visible.findIndex((sheet) => sheet.name === model.active);
    const next = visible[now + by];
    if (next) this.openSheet(next.name);
  }

  // ---- editing

  /** Opens the editor over the selected cell. Says why when the cell is locked. */
  edit(start?: string): void {
    const { row, column } = this.selected;
    const cell = this.sheet.cell(row, column);
    if (this.sheet.protection.protected && cell.locked) {
      this.parts.say(
        `${cellName(row, column)} är låst: den är en rubrik eller en formel. Skriv i de ljusgula cellerna.`,
        "info",
      );
      return;
    }
    const choices = choicesAt(this.extra(), row, column);
    const field = choices.length ? this.parts.choiceBox : this.parts.editor;
    this.parts.choices.replaceChildren(
      ...choices.map((choice) => Object.assign(document.createElement("option"), { value: choice })),
    );
    this.editing = field;
    const { left, top, width, height } = this.parts.grid.boxOf(row, column);
    Object.assign(field.style, {
      left: `${left}px`, top: `${top}px`, minWidth: `${width}px`, minHeight: `${height}px`, width: `${width}px`,
    });
    field.setAttribute("aria-label", `Innehåll i ${cellName(row, column)}`);
    field.hidden = false;
    field.value = start ?? editable(cell.value, cell.formula, cell.format);
    this.parts.status.textContent = "Redigera";
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
    this.parts.formula.value = field.value;
  }

  /** Closes the editor; keeps what is written unless told not to. */
  finish(keep: boolean): void {
    const field = this.editing;
    if (!field) return;
    this.editing = null;
    const text = field.value;
    if (field !== this.parts.formula) field.hidden = true;
    this.parts.status.textContent = "Klar";
    const { row, column } = this.selected;
    const cell = this.sheet.cell(row, column);
    const before = editable(cell.value, cell.formula, cell.format);
    if (keep && text !== before) void this.type([[this.sheet.name, cellName(row, column), { typed: text }]]);
    this.describe();
  }

  private async type(edits: Edit[]): Promise<void> {
    const locked = edits.filter(([name, address]) => {
      const sheet = this.book.model.sheet(name);
      const at = parseArea(address);
      return sheet && at && sheet.protection.protected && sheet.cell(at.top, at.left).locked;
    });
    if (locked.length) {
      this.parts.say(`${locked[0]?.[1] ?? ""} är låst, så inget har skrivits.`, "info");
      return;
    }
    try {
      await this.calculator.type(edits);
    } catch (error) {
      this.parts.say(error instanceof Said ? error.message : "Det gick inte att skriva i cellen.", "error");
      this.refresh();
    }
  }

  private clear(): void {
    const { area } = this.selected;
    const [lastRow, lastColumn] = this.end();
    const edits: Edit[] = [];
    for (let row = area.top; row <= Math.min(area.bottom, lastRow); row++) {
      for (let column = area.left; column <= Math.min(area.right, lastColumn); column++) {
        if (this.sheet.cell(row, column).value === null) continue;
        edits.push([this.sheet.name, cellName(row, column), { typed: "" }]);
      }
    }
    if (edits.length) void this.type(edits);
  }

  private copied(): string {
    const { area } = this.selected;
    const [lastRow, lastColumn] = this.end();
    const rows: string[] = [];
    for (let row = area.top; row <= Math.min(area.bottom, Math.max(lastRow, area.top)); row++) {
      const line: string[] = [];
      for (let column = area.left; column <= Math.min(area.right, Math.max(lastColumn, area.left)); column++) {
        const cell = this.sheet.cell(row, column);
        line.push(shown(cell.value, cell.format).text.replace(/[\t\n]/g, " "));
      }
      rows.push(line.join("\t"));
    }
    return rows.join("\n");
  }

  private pasted(text: string): void {
    const { row, column } = this.selected;
    const edits = text.replace(/\r?\n$/, "").split(/\r?\n/).flatMap((line, down) =>
      line.split("\t").map((typed, right): Edit => [
        this.sheet.name, cellName(row + down, column + right), { typed },
      ]),
    );
    if (edits.length) void this.type(edits);
  }

  // ---- keys and pointer

  private listen(): void {
    const { surface, formula, nameBox, editor, choiceBox, tabs } = this.parts;
    const { signal } = this.ended;
    const on = <E extends Event>(target: EventTarget, name: string, handle: (event: E) => void): void =>
      target.addEventListener(name, handle as EventListener, { signal });
    on<KeyboardEvent>(surface, "keydown", (event) => this.key(event));
    on<ClipboardEvent>(surface, "copy", (event) => {
      if (this.editing) return;
      event.clipboardData?.setData("text/plain", this.copied());
      event.preventDefault();
    });
    on<ClipboardEvent>(surface, "paste", (event) => {
      if (this.editing) return;
      this.pasted(event.clipboardData?.getData("text/plain") ?? "");
      event.preventDefault();
    });
    on<PointerEvent>(surface, "pointerdown", (event) => this.pointer(event));
    on<MouseEvent>(surface, "dblclick", (event) => {
      if (!(event.target as HTMLElement).closest("textarea, input")) this.edit();
    });
    for (const field of [editor, choiceBox]) {
      on<KeyboardEvent>(field, "keydown", (event) => this.editorKey(event));
      on(field, "input", () => (formula.value = field.value));
      on(field, "blur", () => this.finish(true));
    }
    on(formula, "focus", () => {
      const { row, column } = this.selected;
      const locked = this.sheet.protection.protected && this.sheet.cell(row, column).locked;
      formula.readOnly = locked;
      if (!locked) this.editing = formula;
    });
    on(formula, "blur", () => this.finish(true));
    on<KeyboardEvent>(formula, "keydown", (event) => this.editorKey(event));
    on<KeyboardEvent>(nameBox, "keydown", (event) => {
      if (event.key === "Enter") this.goTo(nameBox.value);
      if (event.key === "Escape") surface.focus();
    });
    on(nameBox, "focus", () => nameBox.select());
    on(nameBox, "blur", () => this.describe());
    on<KeyboardEvent>(tabs, "keydown", (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (by) this.stepSheet(by);
    });
  }

  private key(event: KeyboardEvent): void {
    if (this.editing || event.altKey || !this.geometry) return;
    const control = event.ctrlKey || event.metaKey;
    const { key } = event;
    const { model } = this.book;
    // Tab leaves the sheet when Escape was pressed before, so that nobody is caught in it.
    if (key === "Escape") {
      this.parts.surface.dataset["leave"] = "yes";
      return;
    }
    const leave = this.parts.surface.dataset["leave"] === "yes";
    delete this.parts.surface.dataset["leave"];
    if (key === "Tab" && leave) return;
    const next = moved(event, this.selected, {
      sheet: this.sheet, geometry: this.geometry, page: this.parts.grid.page, used: this.end(),
    });
    const done = (): void => event.preventDefault();
    if (control && key === "PageDown") return done(), this.stepSheet(1);
    if (control && key === "PageUp") return done(), this.stepSheet(-1);
    if (next) return done(), this.select(next);
    if (control && key.toLowerCase() === "z") return done(), void model.undo();
    if (control && key.toLowerCase() === "y") return done(), void model.redo();
    if (control && key.toLowerCase() === "a") {
      const [bottom, right] = this.end();
      return done(), this.select({ ...this.selected, area: { top: 1, left: 1, bottom, right } });
    }
    if (key === "F2") return done(), this.edit();
    if (key === "Delete") return done(), this.clear();
    if (key === "Backspace") return done(), this.edit("");
    if (key.length === 1 && !control) return done(), this.edit(key);
  }

  private editorKey(event: KeyboardEvent): void {
    event.stopPropagation();
    if (event.key === "Escape") {
      this.finish(false);
      this.parts.surface.focus();
      event.preventDefault();
    }
    if (event.key !== "Tab" && (event.key !== "Enter" || event.altKey)) return;
    event.preventDefault();
    this.finish(true);
    this.parts.surface.focus();
    if (!this.geometry) return;
    const next = moved(event, this.selected, {
      sheet: this.sheet, geometry: this.geometry, page: 1, used: this.end(),
    });
    if (next) this.select(next);
  }

  private pointer(event: PointerEvent): void {
    if ((event.target as HTMLElement).closest("textarea, input") || event.button !== 0) return;
    const { surface, grid } = this.parts;
    const host = grid.host.getBoundingClientRect();
    const bar = grid.host.querySelector(".scroller");
    if (bar && (event.clientX > host.left + bar.clientWidth || event.clientY > host.top + bar.clientHeight)) return;
    this.finish(true);
    event.preventDefault();
    surface.focus({ preventScroll: true });
    const from = grid.cellAt(event.clientX, event.clientY);
    const [bottom, right] = [this.geometry?.rows.last ?? 1, this.geometry?.columns.last ?? 1];
    if (from.row === 0 || from.column === 0) {
      const area = {
        top: from.row || 1, left: from.column || 1,
        bottom: from.row || bottom, right: from.column || right,
      };
      this.select({ row: area.top, column: area.left, area });
      return;
    }
    const anchor = event.shiftKey ? this.selected : from;
    this.select({ row: anchor.row, column: anchor.column, area: spanned(anchor, from) });
    const drag = (move: PointerEvent): void => {
      const to = grid.cellAt(move.clientX, move.clientY);
      const next = spanned(anchor, { row: Math.max(1, to.row), column: Math.max(1, to.column) });
      if (areaName(next) !== areaName(this.selected.area)) {
        this.select({ row: anchor.row, column: anchor.column, area: next });
      }
    };
    const up = new AbortController();
    window.addEventListener("pointermove", drag, { signal: up.signal });
    for (const name of ["pointerup", "pointercancel"]) {
      window.addEventListener(name, () => up.abort(), { signal: up.signal });
    }
  }
}

