/**
 * The sheet on the screen: only what the window shows is drawn, in four parts so that frozen rows
 * and columns stand still. Our own, since grid components put style elements into the page, which
 * our content security policy forbids, and none draws a text over its empty neighbours.
 */

import type { Area } from "../fake/address";
import { letters } from "../fake/address";
import type { Geometry } from "./geometry";
import type { Sheet } from "./paint";
import { extent, paper, words } from "./paint";

const HEADER_WIDTH = 44;
const HEADER_HEIGHT = 22;

type Part = "corner" | "top" | "side" | "main";
const PARTS: readonly Part[] = ["main", "side", "top", "corner"];

interface Layer {
  readonly clip: HTMLElement;
  readonly inner: HTMLElement;
  readonly drawn: Map<string, HTMLElement[]>;
}

export interface Selected {
  readonly row: number;
  readonly column: number;
  readonly area: Area;
}

function child(parent: HTMLElement, name: string): HTMLElement {
  const element = document.createElement("div");
  element.className = name;
  parent.append(element);
  return element;
}

export class Grid {
  private readonly scroller: HTMLElement;
  private readonly space: HTMLElement;
  private readonly layers = new Map<Part, Layer>();
  private readonly columnHeads: Record<"frozen" | "free", HTMLElement>;
  private readonly rowHeads: Record<"frozen" | "free", HTMLElement>;
  private readonly all: HTMLElement;
  private sheet: Sheet | null = null;
  private selected: Selected = { row: 1, column: 1, area: { top: 1, left: 1, bottom: 1, right: 1 } };
  private waiting = 0;
  /** By row: the columns whose right line a text crosses. */
  private readonly crossed = new Map<number, Set<number>>();

  constructor(readonly host: HTMLElement) {
    this.scroller = child(host, "scroller");
    this.scroller.tabIndex = -1;
    this.space = child(this.scroller, "space");
    const view = child(host, "view");
    for (const part of PARTS) {
      const clip = child(view, `part ${part}`);
      this.layers.set(part, { clip, inner: child(clip, "inner"), drawn: new Map() });
    }
    this.columnHeads = { free: child(view, "heads columns"), frozen: child(view, "heads columns") };
    this.rowHeads = { free: child(view, "heads rows"), frozen: child(view, "heads rows") };
    this.all = child(view, "head all");
    this.scroller.addEventListener("scroll", () => this.later(), { passive: true });
    new ResizeObserver(() => this.later()).observe(host);
  }

  get geometry(): Geometry | null {
    return this.sheet?.geometry ?? null;
  }

  /** Shows a sheet; all is drawn anew. */
  show(sheet: Sheet, keepPlace: boolean): void {
    this.sheet = sheet;
    this.crossed.clear();
    for (const { inner, drawn } of this.layers.values()) {
      inner.replaceChildren();
      drawn.clear();
    }
    const { rows, columns } = sheet.geometry;
    this.space.style.width = `${columns.end(columns.last) + HEADER_WIDTH}px`;
    this.space.style.height = `${rows.end(rows.last) + HEADER_HEIGHT}px`;
    if (!keepPlace) this.scroller.scrollTo(0, 0);
    this.draw();
  }

  select(selected: Selected, reveal = true): void {
    this.selected = selected;
    if (reveal) this.reveal(selected.row, selected.column);
    this.later();
  }

  private later(): void {
    this.waiting ||= requestAnimationFrame(() => {
      this.waiting = 0;
      this.draw();
    });
  }

  private frozen(geometry: Geometry): { width: number; height: number } {
    const [rows, columns] = geometry.freeze;
    return { width: geometry.columns.start(columns + 1), height: geometry.rows.start(rows + 1) };
  }

  /** Scrolls so that a cell is seen, as little as needed. */
  reveal(row: number, column: number): void {
    const geometry = this.geometry;
    if (!geometry) return;
    const { width, height } = this.frozen(geometry);
    const room = {
      width: this.scroller.clientWidth - HEADER_WIDTH - width,
      height: this.scroller.clientHeight - HEADER_HEIGHT - height,
    };
    const { scrollLeft, scrollTop } = this.scroller;
    if (column > geometry.freeze[1]) {
      const [start, end] = [geometry.columns.start(column) - width, geometry.columns.end(column) - width];
      if (start < scrollLeft || end - start > room.width) this.scroller.scrollLeft = start;
      else if (end > scrollLeft + room.width) this.scroller.scrollLeft = end - room.width;
    }
    if (row > geometry.freeze[0]) {
      const [start, end] = [geometry.rows.start(row) - height, geometry.rows.end(row) - height];
      if (start < scrollTop || end - start > room.height) this.scroller.scrollTop = start;
      else if (end > scrollTop + room.height) this.scroller.scrollTop = end - room.height;
    }
  }

  /** How many rows a page is. */
  get page(): number {
    return Math.max(1, Math.floor(this.scroller.clientHeight / 24) - 3);
  }

  /** The cell at a point of the window; headings are row or column 0. */
  cellAt(clientX: number, clientY: number): { row: number; column: number } {
    const geometry = this.geometry;
    const box = this.host.getBoundingClientRect();
    const [x, y] = [clientX - box.left - HEADER_WIDTH, clientY - box.top - HEADER_HEIGHT];
    if (!geometry) return { row: 1, column: 1 };
    const { width, height } = this.frozen(geometry);
    const across = x < width ? x : x + this.scroller.scrollLeft;
    const down = y < height ? y : y + this.scroller.scrollTop;
    return { row: y < 0 ? 0 : geometry.rows.at(down), column: x < 0 ? 0 : geometry.columns.at(across) };
  }

  /** Where a cell is in the grid's own pixels, for the editor that lies over it. */
  boxOf(row: number, column: number): { left: number; top: number; width: number; height: number } {
    const geometry = this.geometry;
    if (!geometry || !this.sheet) return { left: 0, top: 0, width: 0, height: 0 };
    const area = extent(this.sheet.model, row, column);
    const [frozenRows, frozenColumns] = geometry.freeze;
    const left = geometry.columns.start(column) - (column > frozenColumns ? this.scroller.scrollLeft : 0);
    const top = geometry.rows.start(row) - (row > frozenRows ? this.scroller.scrollTop : 0);
    return {
      left: left + HEADER_WIDTH,
      top: top + HEADER_HEIGHT,
      width: geometry.columns.end(area.right) - geometry.columns.start(column),
      height: geometry.rows.end(area.bottom) - geometry.rows.start(row),
    };
  }

  scrolledOverTheEdge(dx: number, dy: number): void {
    this.scroller.scrollBy(dx, dy);
  }

  private draw(): void {
    const { sheet } = this;
    if (!sheet) return;
    const { rows, columns, freeze } = sheet.geometry;
    const [frozenRows, frozenColumns] = freeze;
    const { width, height } = this.frozen(sheet.geometry);
    const { scrollLeft: x, scrollTop: y, clientWidth, clientHeight } = this.scroller;
    const down = [rows.at(y + height), rows.at(y + clientHeight - HEADER_HEIGHT)] as const;
    const across = [columns.at(x + width), columns.at(x + clientWidth - HEADER_WIDTH)] as const;
    const still = { rows: [1, frozenRows] as const, columns: [1, frozenColumns] as const };
    const right = clientWidth - HEADER_WIDTH - width;
    const below = clientHeight - HEADER_HEIGHT - height;
    this.part("corner", [HEADER_WIDTH, HEADER_HEIGHT, width, height], 0, 0, still.rows, still.columns);
    this.part("top", [HEADER_WIDTH + width, HEADER_HEIGHT, right, height], x + width, 0, still.rows, across);
    this.part("side", [HEADER_WIDTH, HEADER_HEIGHT + height, width, below], 0, y + height, down, still.columns);
    this.part("main", [HEADER_WIDTH + width, HEADER_HEIGHT + height, right, below], x + width, y + height, down, across);
    const { area } = this.selected;
    this.heads(this.columnHeads.frozen, "column", 0, still.columns, [HEADER_WIDTH, 0, width, HEADER_HEIGHT], area);
    this.heads(this.columnHeads.free, "column", x + width, across, [HEADER_WIDTH + width, 0, right, HEADER_HEIGHT], area);
    this.heads(this.rowHeads.frozen, "row", 0, still.rows, [0, HEADER_HEIGHT, HEADER_WIDTH, height], area);
    this.heads(this.rowHeads.free, "row", y + height, down, [0, HEADER_HEIGHT + height, HEADER_WIDTH, below], area);
    box(this.all, [0, 0, HEADER_WIDTH, HEADER_HEIGHT]);
    this.layers.get("corner")?.clip.classList.toggle("edge-right", frozenColumns > 0);
    this.layers.get("side")?.clip.classList.toggle("edge-right", frozenColumns > 0);
    this.layers.get("corner")?.clip.classList.toggle("edge-bottom", frozenRows > 0);
    this.layers.get("top")?.clip.classList.toggle("edge-bottom", frozenRows > 0);
  }

  private part(
    part: Part, at: Box, x: number, y: number, rows: readonly [number, number],
    columns: readonly [number, number],
  ): void {
    const layer = this.layers.get(part);
    const { sheet } = this;
    if (!layer || !sheet) return;
    box(layer.clip, at);
    layer.inner.style.transform = `translate(${-x}px, ${-y}px)`;
    const wanted = new Set<string>();
    if (at[2] > 0 && at[3] > 0) {
      for (let row = rows[0]; row <= rows[1]; row++) {
        if (sheet.geometry.rows.size(row) === 0) continue;
        this.row(layer, sheet, row, columns, wanted);
      }
    }
    for (const [key, elements] of layer.drawn) {
      if (wanted.has(key)) continue;
      for (const element of elements) element.remove();
      layer.drawn.delete(key);
    }
    this.outline(layer, sheet);
  }

  private row(
    layer: Layer, sheet: Sheet, row: number, columns: readonly [number, number], wanted: Set<string>,
  ): void {
    // A text that begins to the left of the window may run into it.
    const from = Math.max(1, columns[0] - 8);
    const crossed = this.crossed.get(row) ?? new Set<number>();
    this.crossed.set(row, crossed);
    for (let column = from; column <= columns[1]; column++) {
      const key = `${row},${column}`;
      wanted.add(key);
      if (layer.drawn.has(key) || sheet.geometry.columns.size(column) === 0) continue;
      const made: HTMLElement[] = [];
      const text = words(sheet, row, column);
      for (const each of text?.over ?? []) crossed.add(each);
      const back = paper(sheet, row, column);
      if (back) {
        if (crossed.has(column)) back.classList.add("crossed");
        made.push(back);
      }
      if (text) made.push(text.element);
      layer.inner.append(...made);
      layer.drawn.set(key, made);
    }
  }

  private outline(layer: Layer, sheet: Sheet): void {
    let outline = layer.inner.querySelector<HTMLElement>(".outline");
    let active = layer.inner.querySelector<HTMLElement>(".active-cell");
    if (!outline || !active) {
      outline = child(layer.inner, "outline");
      active = child(layer.inner, "active-cell");
    }
    const { rows, columns } = sheet.geometry;
    const { area, row, column } = this.selected;
    const own = extent(sheet.model, row, column);
    const whole = {
      bottom: Math.max(area.bottom, own.bottom),
      right: Math.max(area.right, own.right),
    };
    const at = (a: Area): Box => [
      columns.start(a.left), rows.start(a.top),
      columns.end(a.right) - columns.start(a.left), rows.end(a.bottom) - rows.start(a.top),
    ];
    const several = area.top !== area.bottom || area.left !== area.right;
    box(outline, at({ ...area, ...whole }));
    box(active, at(own));
    outline.classList.toggle("several", several);
    active.hidden = !several;
    layer.inner.append(outline, active);
  }

  private heads(
    strip: HTMLElement, of: "row" | "column", offset: number, range: readonly [number, number],
    at: Box, area: Area,
  ): void {
    const { sheet } = this;
    if (!sheet) return;
    box(strip, at);
    const axis = of === "row" ? sheet.geometry.rows : sheet.geometry.columns;
    const [first, last] = of === "row" ? [area.top, area.bottom] : [area.left, area.right];
    const made: HTMLElement[] = [];
    for (let n = range[0]; n <= range[1] && at[2] > 0 && at[3] > 0; n++) {
      if (axis.size(n) === 0) continue;
      const head = document.createElement("div");
      head.className = n >= first && n <= last ? "head chosen" : "head";
      head.textContent = of === "row" ? String(n) : letters(n);
      const along = axis.start(n) - offset;
      box(head, of === "row" ? [0, along, at[2], axis.size(n)] : [along, 0, axis.size(n), at[3]]);
      made.push(head);
    }
    strip.replaceChildren(...made);
  }
}

type Box = readonly [left: number, top: number, width: number, height: number];

function box({ style }: HTMLElement, [left, top, width, height]: Box): void {
  style.left = `${left}px`;
  style.top = `${top}px`;
  style.width = `${Math.max(0, width)}px`;
  style.height = `${Math.max(0, height)}px`;
}
