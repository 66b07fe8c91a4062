/** Conditional formats of the kind «a formula decides», which is how cells are marked. */

import { areaName, overlap } from "./address";
import type { Kind } from "./context";
import { fail } from "./context";
import type { On } from "./kinds_range";
import { RANGE, mayFormat, on } from "./kinds_range";
import { RANGE_AREAS } from "./kinds_book";
import type { ConditionalFormat, SheetModel, WorkbookModel } from "./model";

interface Rule {
  readonly sheet: SheetModel;
  readonly one: ConditionalFormat;
}

function areasOf({ sheet, one }: Rule, model: WorkbookModel): On[] {
  return one.address.split(",").map((address) => on(sheet, address, model));
}

function rulesOn(areas: On[], model: WorkbookModel): Rule[] {
  const sheet = areas[0]?.sheet;
  if (!sheet) return [];
  return sheet.conditionalFormats
    .map((one) => ({ sheet, one }))
    .filter((rule) =>
      areasOf(rule, model).some((a) => areas.some((b) => overlap(a.area, b.area) !== null)),
    );
}

function without(model: WorkbookModel, gone: Rule[]): void {
  for (const { sheet, one } of gone) {
    mayFormat(sheet);
    model.assign(sheet, "conditionalFormats", sheet.conditionalFormats.filter((each) => each !== one));
  }
}

export const CONDITIONAL_FORMATS: Kind<Excel.ConditionalFormatCollection, On[]> = {
  name: "ConditionalFormatCollection",
  finds: {
    add: {
      kind: () => CONDITIONAL_FORMAT,
      find: (areas, [type]: [string], model): Rule => {
        const [first] = areas;
        if (!first) return fail("InvalidArgument", "Inget område.");
        if (String(type).toLowerCase() !== "custom") {
          throw new Error(`ConditionalFormatCollection.add(${type}): not in the fake`);
        }
        mayFormat(first.sheet);
        const one = {
          id: model.newId(), type: "Custom", formula: "", fill: "", colour: "", bold: false,
          address: areas.map((each) => areaName(each.area)).join(","), stopIfTrue: false,
          borders: {}, priority: 0,
        };
        const before = first.sheet.conditionalFormats;
        model.assign(first.sheet, "conditionalFormats", [one, ...before]);
        return { sheet: first.sheet, one };
      },
    },
    getItem: { kind: () => CONDITIONAL_FORMAT, find: byId },
    getItemOrNullObject: { kind: () => CONDITIONAL_FORMAT, find: byId },
    getItemAt: {
      kind: () => CONDITIONAL_FORMAT,
      find: (areas, [n]: [number], model) =>
        rulesOn(areas, model)[n] ?? fail("InvalidArgument", "Så många finns inte."),
    },
  },
  does: { clearAll: (areas, _, model) => without(model, rulesOn(areas, model)) },
  gives: { getCount: (areas, _, model) => rulesOn(areas, model).length },
  items: { kind: () => CONDITIONAL_FORMAT, list: rulesOn },
};

function byId(areas: On[], [id]: [string], model: WorkbookModel): Rule | null {
  return rulesOn(areas, model).find(({ one }) => one.id === id) ?? null;
}

export const CONDITIONAL_FORMAT: Kind<Excel.ConditionalFormat, Rule> = {
  name: "ConditionalFormat",
  scalars: {
    id: { get: ({ one }) => one.id },
    type: { get: ({ one }) => one.type },
    priority: {
      get: ({ sheet, one }) => sheet.conditionalFormats.indexOf(one),
      set: ({ sheet, one }, value, model) => {
        const rest = sheet.conditionalFormats.filter((each) => each !== one);
        model.assign(sheet, "conditionalFormats", rest.toSpliced(Number(value), 0, one));
      },
    },
    stopIfTrue: {
      get: ({ one }) => one.stopIfTrue,
      set: ({ one }, value, model) => model.assign(one, "stopIfTrue", Boolean(value)),
    },
  },
  objects: {
    custom: { kind: () => CUSTOM, find: (rule) => rule },
    customOrNullObject: { kind: () => CUSTOM, find: (rule) => rule },
  },
  finds: {
    getRange: {
      kind: () => RANGE,
      find: (rule, _, model) => {
        const areas = areasOf(rule, model);
        return areas.length === 1 ? areas[0] : fail("InvalidOperation", "Flera områden.");
      },
    },
    getRanges: { kind: () => RANGE_AREAS, find: (rule, _, model) => areasOf(rule, model) },
  },
  does: { delete: (rule, _, model) => without(model, [rule]) },
};

const CUSTOM: Kind<Excel.CustomConditionalFormat, Rule> = {
  name: "CustomConditionalFormat",
  objects: {
    rule: { kind: () => RULE, find: (rule) => rule },
    format: { kind: () => RULE_FORMAT, find: (rule) => rule },
  },
};

const RULE: Kind<Excel.ConditionalFormatRule, Rule> = {
  name: "ConditionalFormatRule",
  scalars: {
    formula: {
      get: ({ one }) => one.formula,
      set: ({ sheet, one }, value, model) => {
        mayFormat(sheet);
        if (typeof value !== "string" || !value.startsWith("=")) {
          fail("InvalidArgument", "Villkorets formel börjar inte med likhetstecken.");
        }
        model.assign(one, "formula", value);
      },
    },
  },
};

const RULE_FORMAT: Kind<Excel.ConditionalRangeFormat, Rule> = {
  name: "ConditionalRangeFormat",
  objects: {
    fill: { kind: () => RULE_FILL, find: (rule) => rule },
    font: { kind: () => RULE_FONT, find: (rule) => rule },
    borders: { kind: () => RULE_BORDERS, find: (rule) => rule },
  },
};

function painted(key: "fill" | "colour") {
  return {
    get: ({ one }: Rule) => one[key],
    set: ({ sheet, one }: Rule, value: unknown, model: WorkbookModel) => {
      mayFormat(sheet);
      if (!/^#[0-9a-f]{6}$/i.test(String(value))) fail("InvalidArgument", "Ingen färg.");
      model.assign(one, key, String(value).toUpperCase());
    },
  };
}

const RULE_FILL: Kind<Excel.ConditionalRangeFill, Rule> = {
  name: "ConditionalRangeFill",
  scalars: { color: painted("fill") },
};

const RULE_FONT: Kind<Excel.ConditionalRangeFont, Rule> = {
  name: "ConditionalRangeFont",
  scalars: {
    color: painted("colour"),
    bold: {
      get: ({ one }) => one.bold,
      set: ({ one }, value, model) => model.assign(one, "bold", Boolean(value)),
    },
  },
};

interface RuleSide extends Rule {
  readonly edge: string;
}

const RULE_BORDERS: Kind<Excel.ConditionalRangeBorderCollection, Rule> = {
  name: "ConditionalRangeBorderCollection",
  finds: {
    getItem: { kind: () => RULE_BORDER, find: (rule, [edge]: [string]): RuleSide => ({ ...rule, edge }) },
  },
};

const RULE_BORDER: Kind<Excel.ConditionalRangeBorder, RuleSide> = {
  name: "ConditionalRangeBorder",
  scalars: {
    sideIndex: { get: ({ edge }) => edge },
    style: {
      get: ({ one, edge }) => (one.borders[edge] ? "Continuous" : "None"),
      set: ({ one, edge }, value, model) =>
        model.assign(one, "borders", {
          ...one.borders, [edge]: value === "None" ? "" : one.borders[edge] || "#000000",
        }),
    },
    color: {
      get: ({ one, edge }) => one.borders[edge] ?? "",
      set: ({ one, edge }, value, model) =>
        model.assign(one, "borders", { ...one.borders, [edge]: String(value) }),
    },
  },
};
