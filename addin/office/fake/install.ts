/**
 * A strict fake of the Office.js host for Excel: the same queue, the same refusals, no Excel.
 * For the tests of the client and for the demo page; never part of the pane.
 */

import { Context, HostError, proxied } from "./context";
import { Faults } from "./faults";
import { WORKBOOK } from "./kinds_book";
import type { WorkbookModel } from "./model";
import type { Options } from "./office";
import { Outside, officeObject, only } from "./office";

export interface Host extends Outside {
  /** What is to be global in the window that runs the client. */
  readonly globals: { Excel: object; Office: object; OfficeExtension: object };
}

type Batch = (context: object) => Promise<unknown>;

function contextProxy(inner: Context): object {
  const workbook = proxied(WORKBOOK, inner, "Workbook", () => inner.model, false);
  const proxy = only("RequestContext", {
    workbook,
    get application() {
      return (workbook as { application: object }).application;
    },
    sync: <R>(through?: R) => inner.sync(through),
    load: (object: { load: (wanted: unknown) => unknown }, wanted: unknown) => object.load(wanted),
    trackedObjects: only("TrackedObjects", { add: () => undefined, remove: () => undefined }),
  });
  return proxy;
}

/** The fake host of a workbook; ``installHost`` also makes it global. */
export function makeHost(model: WorkbookModel, options: Options = {}): Host {
  const faults = new Faults();
  const outside = new Outside(model, faults, options);

  async function run(first: unknown, second?: unknown): Promise<unknown> {
    const batch = (typeof first === "function" ? first : second) as Batch;
    if (typeof batch !== "function") {
      throw new HostError("InvalidArgument", "Excel.run fick ingen funktion.");
    }
    const asked = typeof first === "function" ? {} : (first as { mergeUndoGroup?: boolean });
    const inner = new Context(model, faults);
    inner.merge = asked.mergeUndoGroup === true && options.mergesUndo !== false;
    try {
      const answer = await batch(contextProxy(inner));
      await inner.sync();
      return answer;
    } finally {
      inner.open = false;
      if (inner.merge) model.commit();
    }
  }

  const globals = {
    Excel: only("Excel", { run, ...ENUMS }),
    Office: officeObject(outside),
    OfficeExtension: only("OfficeExtension", { Error: HostError, config: {} }),
  };
  return Object.assign(outside, { globals });
}

export function installHost(model: WorkbookModel, options: Options = {}): Host {
  const host = makeHost(model, options);
  Object.assign(globalThis, host.globals);
  return host;
}

const ENUMS = {
  CalculationMode: { automatic: "Automatic", manual: "Manual" },
  CalculationType: { recalculate: "Recalculate", full: "Full", fullRebuild: "FullRebuild" },
  SheetVisibility: { visible: "Visible", hidden: "Hidden", veryHidden: "VeryHidden" },
  ConditionalFormatType: { custom: "Custom" },
  RangeValueType: { empty: "Empty", string: "String", double: "Double", boolean: "Boolean", error: "Error" },
  BorderIndex: {
    edgeTop: "EdgeTop", edgeBottom: "EdgeBottom", edgeLeft: "EdgeLeft", edgeRight: "EdgeRight",
    insideVertical: "InsideVertical", insideHorizontal: "InsideHorizontal",
  },
  BorderLineStyle: { none: "None", continuous: "Continuous", double: "Double" },
  BorderWeight: { hairline: "Hairline", thin: "Thin", medium: "Medium", thick: "Thick" },
  ConditionalRangeBorderIndex: {
    edgeTop: "EdgeTop", edgeBottom: "EdgeBottom", edgeLeft: "EdgeLeft", edgeRight: "EdgeRight",
  },
  ConditionalRangeBorderLineStyle: { none: "None", continuous: "Continuous" },
  ChartSeriesDimension: { categories: "Categories", values: "Values", xvalues: "XValues" },
  ClearApplyTo: { all: "All", formats: "Formats", contents: "Contents" },
  ErrorCodes: {
    accessDenied: "AccessDenied", itemNotFound: "ItemNotFound", invalidArgument: "InvalidArgument",
    generalException: "GeneralException",
    invalidOperationInCellEditMode: "InvalidOperationInCellEditMode",
  },
};

