/** Where rows and columns lie, in pixels, and which of them a window shows. */

import type { SheetModel } from "../fake/model";
import type { Extra } from "./book";

const PIXELS_PER_POINT = 4 / 3;
const DEFAULT_WIDTH = 64;

/** One direction: offsets[n] is where n (1-based) begins; offsets[last + 1] is the end. */
export class Axis {
  readonly offsets: Float64Array;

  constructor(
    readonly last: number,
    size: (n: number) => number,
  ) {
    this.offsets = new Float64Array(last + 2);
    for (let n = 1; n <= last; n++) this.offsets[n + 1] = (this.offsets[n] ?? 0) + size(n);
  }

  start(n: number): number {
    return this.offsets[Math.min(Math.max(n, 1), this.last + 1)] ?? 0;
  }

  end(n: number): number {
    return this.start(n + 1);
  }

  size(n: number): number {
    return this.end(n) - this.start(n);
  }

  /** What lies at a pixel. */
  at(pixel: number): number {
    let low = 1;
    let high = this.last;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.start(middle) <= pixel) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

export interface Geometry {
  readonly rows: Axis;
  readonly columns: Axis;
  readonly freeze: readonly [number, number];
}

/** The rows and columns of a sheet, with room beyond what is used, as Excel shows. */
export function geometry(sheet: SheetModel, extra: Extra, used: readonly [number, number]): Geometry {
  const [lastRow, lastColumn] = [Math.max(used[0] + 40, 100), Math.max(used[1] + 12, 26)];
  const height = (n: number): number => {
    if (extra.hiddenRows.has(n)) return 0;
    return Math.round((sheet.rowHeights.get(n) ?? extra.defaultHeight) * PIXELS_PER_POINT);
  };
  const width = (n: number): number => {
    if (extra.hiddenColumns.has(n)) return 0;
    const points = sheet.columnWidths.get(n);
    return points === undefined ? DEFAULT_WIDTH : Math.round(points * PIXELS_PER_POINT);
  };
  return {
    rows: new Axis(lastRow, height),
    columns: new Axis(lastColumn, width),
    freeze: extra.freeze,
  };
}
