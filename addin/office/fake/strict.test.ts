import { beforeEach, describe, expect, test } from "vitest";

import type { Host } from "./install";
import { installHost } from "./install";
import { EMPTY, WorkbookModel } from "./model";

let model: WorkbookModel;
let host: Host;

beforeEach(() => {
  model = new WorkbookModel("616.xlsx");
  const sheet = model.addSheet("Utfall");
  const cells = [["Konto", "Utfall"], ["K01", 1250.5], ["K02", { error: "#DIV/0!" }]] as const;
  cells.forEach((row, r) =>
    row.forEach((value, c) => {
      sheet.cells.set(`${"AB"[c]}${r + 1}`, { ...EMPTY, value, locked: c === 0 });
    }),
  );
  sheet.cells.set("B4", { ...EMPTY, value: 1250.5, formula: "=SUM(B2:B3)" });
  model.addSheet("Ram");
  model.names.push({ name: "U_varde", formula: "=Utfall!$B$2:$B$3", visible: true });
  sheet.charts.push({ name: "Diagram 1", series: [{ name: "a", labels: "", values: "" }] });
  sheet.tables.push({ id: "1", name: "Underlag", address: "A1:B3" });
  host = installHost(model, { patience: 50 });
});

async function code(run: Promise<unknown>): Promise<string> {
  try {
    await run;
  } catch (error) {
    return error instanceof OfficeExtension.Error ? error.code : String(error);
  }
  return "no error";
}
const utfall = (context: Excel.RequestContext) => context.workbook.worksheets.getItem("Utfall");

function write(address: string, values: unknown[][]) {
  return Excel.run(async (context) => {
    utfall(context).getRange(address).values = values;
  });
}

describe("reading", () => {
  test("nothing can be read before load and sync", async () => {
    const run = Excel.run(async (context) => utfall(context).getRange("A1").values);
    expect(await code(run)).toBe("PropertyNotLoaded");
    const unsynced = Excel.run(async (context) => {
      const range = utfall(context).getRange("A1").load("values");
      return range.values;
    });
    expect(await code(unsynced)).toBe("PropertyNotLoaded");
  });

  test("only what was loaded can be read", async () => {
    const run = Excel.run(async (context) => {
      const range = utfall(context).getRange("A1").load("values");
      await context.sync();
      return range.numberFormat;
    });
    expect(await code(run)).toBe("PropertyNotLoaded");
  });

  test("values, formulas and types are of the range's shape, errors as text", async () => {
    await Excel.run(async (context) => {
      const range = utfall(context).getRange("A1:B4").load("values, formulas, valueTypes, address");
      await context.sync();
      expect(range.values).toEqual([["Konto", "Utfall"], ["K01", 1250.5], ["K02", "#DIV/0!"], ["", 1250.5]]);
      expect(range.formulas[3]).toEqual(["", "=SUM(B2:B3)"]);
      expect(range.valueTypes[2]).toEqual(["String", "Error"]);
      expect(range.address).toBe("Utfall!A1:B4");
    });
  });

  test("the used range is what holds something, and a null object on an empty sheet", async () => {
    await Excel.run(async (context) => {
      const range = utfall(context).getUsedRangeOrNullObject(true).load("address");
      const none = context.workbook.worksheets.getItem("Ram").getUsedRangeOrNullObject(true);
      await context.sync();
      expect(range.address).toBe("Utfall!A1:B4");
      expect(none.isNullObject).toBe(true);
    });
  });

  test("a collection's items are loaded by path, with their own properties", async () => {
    await Excel.run(async (context) => {
      const sheets = context.workbook.worksheets.load("items/name, items/visibility");
      await context.sync();
      expect(sheets.items.map((one) => one.name)).toEqual(["Utfall", "Ram"]);
      expect(() => sheets.items[0]?.id).toThrow("PropertyNotLoaded");
    });
  });

  test("an unknown property to load is an error at sync", async () => {
    const run = Excel.run(async (context) => {
      utfall(context).getRange("A1").load("colour");
    });
    expect(await code(run)).toBe("InvalidArgument");
  });

  test("what the fake lacks says so", async () => {
    const run = Excel.run(async (context) => utfall(context).getRange("A1").getPrecedents());
    expect(await code(run)).toContain("not in the fake");
  });
});

describe("what is not there", () => {
  test("getItem fails at sync, even when nothing is done with the object", async () => {
    const run = Excel.run(async (context) => {
      context.workbook.worksheets.getItem("Saknas");
      await context.sync();
    });
    expect(await code(run)).toBe("ItemNotFound");
  });

  test("getItemOrNullObject is known as null only after sync", async () => {
    await Excel.run(async (context) => {
      const sheet = context.workbook.worksheets.getItemOrNullObject("Saknas");
      expect(() => sheet.isNullObject).toThrow("PropertyNotLoaded");
      await context.sync();
      expect(sheet.isNullObject).toBe(true);
    });
  });

  test("a bad address and a shape that does not fit are refused", async () => {
    expect(await code(write("A1:B", [[1]]))).toBe("InvalidArgument");
    expect(await code(write("A0", [[1]]))).toBe("InvalidArgument");
    expect(await code(write("A1:B2", [[1, 2]]))).toBe("InvalidArgument");
    expect(await code(write("A1:B2", [[1, 2], [3]]))).toBe("InvalidArgument");
  });

  test("objects are dead after their Excel.run", async () => {
    let kept: Excel.Range | undefined;
    await Excel.run(async (context) => {
      kept = utfall(context).getRange("A1");
    });
    expect(() => kept?.load("values")).toThrow("InvalidObjectPath");
  });
});

describe("writing", () => {
  test.each([
    ["=A1", 0, "=A1", "General"],
    ["0012", 12, null, "General"],
    ["'0012", "0012", null, "General"],
    ["1 234,5", 1234.5, null, "General"],
    ["12%", 0.12, null, "0%"],
    ["2024-08-31", 45535, null, "yyyy-mm-dd"],
    ["sant", true, null, "General"],
    ["#N/A", { error: "#N/A" }, null, "General"],
    ["", null, null, "General"],
    ["1-14 dagar", "1-14 dagar", null, "General"],
  ])("%j becomes what Excel makes of it", async (written, value, formula, format) => {
    await write("B2", [[written]]);
    expect(model.sheet("Utfall")?.cell(2, 2)).toMatchObject({ value, formula, format });
  });

  test("1-2 becomes a date", async () => {
    await write("B2", [["1-2"]]);
    expect(model.sheet("Utfall")?.cell(2, 2).format).toBe("yyyy-mm-dd");
  });

  test("a cell with the text format takes everything as text", async () => {
    await Excel.run(async (context) => {
      const range = utfall(context).getRange("C1");
      range.numberFormat = [["@"]];
      range.values = [["=A1"]];
    });
    expect(model.sheet("Utfall")?.cell(1, 3)).toMatchObject({ value: "=A1", formula: null });
  });

  test("null leaves a cell as it is", async () => {
    await write("A2:B2", [[null, 5]]);
    expect(model.sheet("Utfall")?.cell(2, 1).value).toBe("K01");
  });

  test("nothing is written before sync", async () => {
    await Excel.run(async (context) => {
      utfall(context).getRange("B2").values = [[5]];
      expect(model.sheet("Utfall")?.cell(2, 2).value).toBe(1250.5);
      await context.sync();
      expect(model.sheet("Utfall")?.cell(2, 2).value).toBe(5);
    });
  });

  test("locked cells of a protected sheet refuse values, and formats unless they are allowed", async () => {
    const sheet = model.sheet("Utfall");
    if (!sheet) throw new Error("no sheet");
    sheet.protection.protected = true;
    const paint = () =>
      Excel.run(async (context) => {
        utfall(context).getRange("A1").format.fill.color = "#FF0000";
      });
    expect(await code(write("A2:B2", [["x", 1]]))).toBe("AccessDenied");
    expect(await code(write("B2", [[1]]))).toBe("no error");
    expect(await code(paint())).toBe("AccessDenied");
    sheet.protection.options.allowFormatCells = true;
    expect(await code(paint())).toBe("no error");
    expect(sheet.cell(1, 1).look.fill).toBe("#FF0000");
  });
});

describe("syncs that fail", () => {
  const two = () =>
    Excel.run(async (context) => {
      utfall(context).getRange("B2").values = [[5]];
      utfall(context).getRange("Z0").values = [[5]];
    });

  test("apply nothing, or what stood before, as the host is set", async () => {
    expect(await code(two())).toBe("InvalidArgument");
    expect(model.sheet("Utfall")?.cell(2, 2).value).toBe(1250.5);
    host.faults.afterFailure = "before";
    expect(await code(two())).toBe("InvalidArgument");
    expect(model.sheet("Utfall")?.cell(2, 2).value).toBe(5);
  });

  test("the n-th sync can be broken, the host be offline, a cell be under edit", async () => {
    host.faults.breakSync(2);
    expect(await code(write("B2", [[5]]))).toBe("no error");
    expect(await code(write("B2", [[6]]))).toBe("GeneralException");
    host.faults.offline = true;
    expect(await code(write("B2", [[6]]))).toBe("NetworkError");
    host.faults.offline = false;
    host.faults.cellEdit = true;
    expect(await code(write("B2", [[6]]))).toBe("InvalidOperationInCellEditMode");
    expect(model.sheet("Utfall")?.cell(2, 2).value).toBe(5);
  });

  test("more than 5 MB in one sync is refused, both ways", async () => {
    const wide = Array.from({ length: 60 }, () => ["x".repeat(100_000)]);
    expect(await code(write("B1:B60", wide))).toBe("RequestPayloadSizeLimitExceeded");
    for (let row = 1; row <= 60; row++) {
      model.sheet("Ram")?.cells.set(`A${row}`, { ...EMPTY, value: "x".repeat(100_000) });
    }
    const read = Excel.run(async (context) => {
      context.workbook.worksheets.getItem("Ram").getRange("A1:A60").load("values");
    });
    expect(await code(read)).toBe("ResponsePayloadSizeLimitExceeded");
  });
});

describe("undo", () => {
  const writeTwo = (options: Excel.RunOptions) =>
    Excel.run(options, async (context) => {
      utfall(context).getRange("B2").values = [[5]];
      await context.sync();
      utfall(context).getRange("B3").values = [[6]];
      utfall(context).getRange("B3").format.font.bold = true;
    });

  test("a merged group is one step, and each write is one without it", async () => {
    await writeTwo({ mergeUndoGroup: true } as Excel.RunOptions);
    expect(model.undoSteps).toBe(1);
    model.undo();
    expect(model.sheet("Utfall")?.cell(2, 2).value).toBe(1250.5);
    expect(model.sheet("Utfall")?.cell(3, 2)).toMatchObject({ value: { error: "#DIV/0!" }, look: {} });
    model.redo();
    expect(model.sheet("Utfall")?.cell(3, 2).value).toBe(6);
    await writeTwo({});
    expect(model.undoSteps).toBe(4);
  });

  test("adding a sheet clears it", async () => {
    await write("B2", [[5]]);
    await Excel.run(async (context) => {
      context.workbook.worksheets.add("Ny");
    });
    expect(model.undoSteps).toBe(0);
    const again = Excel.run(async (context) => {
      context.workbook.worksheets.add("Ny");
    });
    expect(await code(again)).toBe("ItemAlreadyExists");
  });
});

describe("names, tables, charts and marks", () => {
  test("a name gets another area, a table another size, a series other values", async () => {
    await Excel.run(async (context) => {
      const { names, tables } = context.workbook;
      names.getItem("U_varde").formula = "=Utfall!$B$2:$B$9";
      tables.getItem("Underlag").resize("A1:B9");
      const series = utfall(context).charts.getItem("Diagram 1").series.getItemAt(0);
      series.setValues(utfall(context).getRange("B2:B9"));
      const source = series.getDimensionDataSourceString("Values");
      await context.sync();
      expect(source.value).toBe("Utfall!$B$2:$B$9");
    });
    expect(model.names[0]?.formula).toBe("=Utfall!$B$2:$B$9");
    expect(model.sheet("Utfall")?.tables[0]?.address).toBe("A1:B9");
    const moved = Excel.run(async (context) => {
      context.workbook.tables.getItem("Underlag").resize("A2:B9");
    });
    expect(await code(moved)).toBe("InvalidArgument");
  });

  test("a chart gets a title, a place and another series", async () => {
    await Excel.run(async (context) => {
      const chart = utfall(context).charts.getItem("Diagram 1");
      chart.title.text = "Utfall";
      chart.setPosition("D5");
      chart.series.add("Budget").setValues(utfall(context).getRange("B2:B3"));
      chart.series.load("count");
      await context.sync();
      expect(chart.series.count).toBe(2);
    });
    expect(model.sheet("Utfall")?.charts[0]).toMatchObject({ title: "Utfall", position: "D5" });
  });

  test("merging keeps the first cell only, is undone in one step, and is refused when protected", async () => {
    const merge = () =>
      Excel.run({ mergeUndoGroup: true } as Excel.RunOptions, async (context) => {
        utfall(context).getRange("A1:B1").merge();
      });
    await merge();
    expect(model.sheet("Utfall")?.cell(1, 2).value).toBeNull();
    expect(model.sheet("Utfall")?.merged).toHaveLength(1);
    model.undo();
    expect(model.sheet("Utfall")?.cell(1, 2).value).toBe("Utfall");
    expect(model.sheet("Utfall")?.merged).toHaveLength(0);
    const sheet = model.sheet("Utfall");
    if (sheet) sheet.protection = { protected: true, options: { ...sheet.protection.options, allowFormatCells: true } };
    expect(await code(merge())).toBe("AccessDenied");
  });

  test("a conditional format is added, found again and taken away", async () => {
    await Excel.run(async (context) => {
      const format = utfall(context).getRange("B2").conditionalFormats.add("Custom");
      format.custom.rule.formula = '=N("ramkoll")=0';
      format.custom.format.fill.color = "#FFE699";
    });
    const [mark] = model.sheet("Utfall")?.conditionalFormats ?? [];
    expect(mark).toMatchObject({ address: "B2", fill: "#FFE699" });
    await Excel.run(async (context) => {
      const all = utfall(context).getRange().conditionalFormats;
      all.load("items/type, items/custom/rule/formula");
      await context.sync();
      expect(all.items[0]?.custom.rule.formula).toBe('=N("ramkoll")=0');
      all.items[0]?.delete();
    });
    expect(model.sheet("Utfall")?.conditionalFormats).toEqual([]);
  });
});

describe("the ribbon", () => {
  test("a function that never completes its event is found out", async () => {
    Office.actions.associate("check", () => undefined);
    await expect(host.clickRibbon("check")).rejects.toThrow("event.completed()");
    await expect(host.clickRibbon("okänd")).rejects.toThrow("okänd");
    Office.actions.associate("check", (event: Office.AddinCommands.Event) => event.completed());
    await host.clickRibbon("check");
  });

  test("requirement sets are supported up to their version", () => {
    const { requirements } = Office.context;
    expect(requirements.isSetSupported("ExcelApi", "1.20")).toBe(true);
    expect(requirements.isSetSupported("ExcelApi", "1.21")).toBe(false);
    expect(requirements.isSetSupported("WordApi", "1.1")).toBe(false);
  });
});
