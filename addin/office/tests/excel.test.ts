import { beforeEach, describe, expect, test } from "vitest";

import type { Host } from "../fake/install";
import { installHost } from "../fake/install";
import type { Cell } from "../fake/model";
import { EMPTY, WorkbookModel } from "../fake/model";
import { apply, goTo, read } from "../src/excel";
import { Problem } from "../src/problem";
import type { Action } from "../src/types";

let model: WorkbookModel;
let host: Host;

const cell = (more: Partial<Cell>): Cell => ({ ...EMPTY, ...more });

beforeEach(() => {
  model = new WorkbookModel("616.xlsx");
  const sheet = model.addSheet("Utfall");
  sheet.cells.set("B2", cell({ value: "Konto" }));
  sheet.cells.set("C2", cell({ value: 45505, format: "yyyy-mm-dd" }));
  sheet.cells.set("B3", cell({ value: { error: "#DIV/0!" }, formula: "=1/0" }));
  sheet.cells.set("C3", cell({ value: 12.5, locked: false, look: { fill: "#FF0000", bold: true } }));
  sheet.cells.set("C4", cell({ value: 25, formula: "=C3*2" }));
  sheet.cells.set("D4", cell({ value: "=inte en formel" }));
  sheet.merged.push({ top: 2, left: 2, bottom: 2, right: 2 });
  model.addSheet("Egna");
  model.sheet("Egna")!.cells.set("A1", cell({ value: "eget" }));
  model.names.push({ name: "U_varde", formula: "=Utfall!$C$3", visible: true });
  model.names.push({ name: "U_bort", formula: "=Utfall!$C$4", visible: true });
  host = installHost(model);
});

/** A look with what it leaves out said, so that the same looks are the same text. */
function plain({ look, ...rest }: Cell): string {
  const drawn = Object.entries(look.borders ?? {}).filter(([, { style }]) => style !== "None").sort();
  const { fill = "", bold = false, italic = false, colour = "#000000", size = 11, wrap = false } = look;
  const { horizontal = "General", vertical = "Bottom", indent = 0 } = look;
  return JSON.stringify([rest, drawn, fill, bold, italic, colour, size, wrap, horizontal, vertical, indent]);
}

/** All that a person could see of the workbook. */
const picture = () =>
  JSON.stringify([
    [...model.names].sort((a, b) => (a.name < b.name ? -1 : 1)),
    model.sheets.map((sheet) => [
      sheet.name,
      [...sheet.cells].map(([name, one]) => [name, plain(one)]).filter(([, one]) => one !== plain(EMPTY)).sort(),
      [...sheet.rowHeights].filter(([, height]) => height !== 15).sort(),
      [...sheet.columnWidths].filter(([, width]) => width !== 48).sort(),
      sheet.tables,
      sheet.conditionalFormats.map(({ formula, address }) => [formula, address]),
    ]),
  ]);

const sheet = (name: string) => model.sheet(name)!;

async function refusal(run: Promise<unknown>): Promise<Problem> {
  const error = await run.then(() => undefined, (thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Problem);
  return error as Problem;
}

const at = (address: string) => sheet("Utfall").cells.get(address) ?? EMPTY;
const put = (address: string, ...values: (string | number | null)[][]): Action => ({ op: "values", sheet: "Utfall", address, values });

async function change(...actions: Action[]): Promise<void> {
  await apply(actions, await read(["Utfall"]));
}

describe("reading", () => {
  test("a snapshot has the cells of the sheets asked for, typed, and the names of all", async () => {
    const found = await read(["Utfall"]);
    expect(found.sheets[0]).toMatchObject({
      name: "Utfall", visibility: "visible", top: 2, left: 2,
      values: [["Konto", 45505, null], ["#DIV/0!", 12.5, null], [null, 25, "=inte en formel"]],
      formulas: [[3, 2, "=1/0"], [4, 3, "=C3*2"]],
      errors: [[3, 2]],
    });
    expect(found.sheets[0]!.formats).toEqual(["General", "yyyy-mm-dd"]);
    expect(found.sheets[0]!.format_of![0]).toEqual([0, 1, 0]);
    expect(found.sheets[1]).toMatchObject({ name: "Egna", values: [] });
    expect(found.names).toEqual({ U_varde: "Utfall!$C$3", U_bort: "Utfall!$C$4" });
    expect(found.active).toBe("Utfall");
  });

  test("a star asks for every sheet, and nothing asks for none", async () => {
    expect((await read(["*"])).sheets[1]!.values).toEqual([["eget"]]);
    expect((await read([])).sheets.map(({ values }) => values)).toEqual([[], []]);
  });

  test("a sheet that is too large for one answer is read in pieces", async () => {
    const large = sheet("Egna");
    for (let row = 1; row <= 9000; row++) {
      for (const column of "ABC") large.cells.set(`${column}${row}`, cell({ value: `${column}${row}` }));
    }
    host.faults.limit = 400_000;
    const { values } = (await read(["Egna"])).sheets[1]!;
    expect(values!.length).toBe(9000);
    expect(values![8999]).toEqual(["A9000", "B9000", "C9000"]);
  });

  test("somebody writing in a cell is told so", async () => {
    host.faults.cellEdit = true;
    expect((await refusal(read(["*"]))).todo).toContain("Enter");
  });
});

describe("writing", () => {
  test("texts stay texts whatever they look like, and null empties", async () => {
    const texts = ["=1+1", "+46 70", "-5", "@x", "2024-08-01", "'citat", "SANT", "1/2"];
    await change(put("F1:F8", ...texts.map((text) => [text])), put("B2", [null]));
    texts.forEach((text, i) => expect(at(`F${i + 1}`)).toMatchObject({ value: text, formula: null }));
    expect(at("B2").value).toBe(null);
  });

  test("all of it is one step to undo", async () => {
    const before = picture();
    await change(put("C3", [1]), { op: "formulas", sheet: "Utfall", address: "E1", formulas: [["=C3"]] });
    expect(at("E1").formula).toBe("=C3");
    model.undo();
    expect(picture()).toBe(before);
  });

  test("a formula is never replaced by a value", async () => {
    const before = picture();
    const problem = await refusal(change(put("C3:C4", [1], [2])));
    expect(problem.where).toBe("Utfall!C4");
    expect(picture()).toBe(before);
    await apply([put("C3:C4", [1], [2])], await read(["Utfall"]), true);
    expect(at("C4")).toMatchObject({ value: 2, formula: null });
  });

  test("a cell that changed since it was read is left alone, and so is all else", async () => {
    const before = await read(["Utfall"]);
    sheet("Utfall").cells.set("C3", cell({ value: 99 }));
    const now = picture();
    const problem = await refusal(apply([put("F1", ["x"]), put("C3", [1])], before));
    expect(problem.where).toBe("Utfall!C3");
    expect(picture()).toBe(now);
  });

  test("locked cells of a protected sheet are refused before anything is written", async () => {
    sheet("Utfall").protection.protected = true;
    await change(put("C3", [1]));
    expect(at("C3").value).toBe(1);
    const before = picture();
    const problem = await refusal(change(put("C3", [2]), put("B2", ["x"])));
    expect(problem.where).toBe("Utfall!B2");
    const look: Action = { op: "look", sheet: "Utfall", addresses: ["C3"], bold: true, borders: {} } as unknown as Action;
    await refusal(change(look));
    expect(picture()).toBe(before);
  });

  test("sheets and actions that are not known are refused", async () => {
    await refusal(apply([{ op: "values", sheet: "Nej", address: "A1", values: [[1]] }], await read([])));
    await refusal(change({ op: "delete_sheet", sheet: "Utfall" } as never));
    await refusal(change(put("A1:B1", [1])));
  });

  test("whichever sync breaks, and wherever in it, the workbook is as it was", async () => {
    const actions: Action[] = [
      put("F1:G2", ["=a", 1], ["b", 2]),
      put("C3", [77]),
      { op: "look", sheet: "Utfall", addresses: ["C3", "F1:G1"], fill: "#00FF00", bold: false, number_format: "0.0", borders: { top: "thin" } } as unknown as Action,
      { op: "look", sheet: "Utfall", addresses: ["C2"], fill: "", borders: {} } as unknown as Action,
      { op: "row_height", sheet: "Utfall", rows: [2, 3], height: 44 },
      { op: "column_width", sheet: "Utfall", columns: [2, 4], width: 60 },
      { op: "name", name: "U_varde", refers_to: "Utfall!$C$4" },
      { op: "name", name: "U_ny", refers_to: "Utfall!$C$4" },
      { op: "delete_name", name: "U_bort" },
      { op: "delete_name", name: "U_saknas" },
      { op: "mark", sheet: "Utfall", cells: [{ address: "C3", severity: "stoppar", text: "" }] },
    ];
    const snapshot = await read(["Utfall"]);
    const before = picture();
    const start = host.faults.syncs;
    await apply(actions, snapshot);
    const syncs = host.faults.syncs - start;
    expect(at("C3")).toMatchObject({ value: 77, format: "0.0" });
    expect(at("C3").look).toMatchObject({ fill: "#00FF00", bold: false });
    model.undo();
    expect(picture()).toBe(before);
    for (let n = 1; n <= syncs; n++) {
      for (const done of [0, 3, 12, 25, null]) {
        host.faults.afterFailure = "before";
        host.faults.breakSync(n, "GeneralException", done);
        await apply(actions, snapshot).catch((error: unknown) => error);
        host.faults.clear();
        if (picture() !== before) {
          expect(at("C3").value, `sync ${n}, ${done} operations done`).toBe(77);
          model.undo();
        }
        expect(picture(), `sync ${n}, ${done} operations done`).toBe(before);
      }
    }
  });

  test("a new sheet is written on, and is gone again whichever sync breaks", async () => {
    const actions: Action[] = [
      { op: "add_sheet", sheet: "Granskning" },
      { op: "values", sheet: "Granskning", address: "A1:B1", values: [["Allvar", "Regel"]] },
      { op: "column_width", sheet: "Granskning", columns: [1], width: 12 },
      { op: "select", sheet: "Granskning", address: "A1" },
    ];
    const snapshot = await read(["Utfall"]);
    const before = picture();
    const start = host.faults.syncs;
    await apply(actions, snapshot);
    const syncs = host.faults.syncs - start;
    const made = sheet("Granskning");
    expect(model.sheets.at(-1)).toBe(made);
    expect(made.cells.get("B1")?.value).toBe("Regel");
    expect(made.columnWidths.get(1)).toBe(66.75);
    await apply(actions, await read([]));
    expect(model.sheets.filter(({ name }) => name === "Granskning").length).toBe(1);
    for (let n = 1; n <= syncs; n++) {
      for (const done of [0, 1, null]) {
        model.sheets = model.sheets.filter(({ name }) => name !== "Granskning");
        model.activate("Utfall", "A1");
        host.faults.afterFailure = "before";
        host.faults.breakSync(n, "GeneralException", done);
        const failed = await apply(actions, snapshot).then(() => false, () => true);
        host.faults.clear();
        // All may have been written before the last sync, which Excel makes by itself.
        if (failed) expect(picture(), `sync ${n}, ${done} operations done`).toBe(before);
      }
    }
  });

  test("a large write goes in pieces, and a broken piece takes back the ones before", async () => {
    const rows = 20_000;
    const values = Array.from({ length: rows }, (_, i) => [`rad ${i} ${"x".repeat(90)}`]);
    const before = picture();
    const snapshot = await read(["Egna"]);
    const start = host.faults.syncs;
    const all: Action = { op: "values", sheet: "Egna", address: `C1:C${rows}`, values };
    await apply([all], snapshot);
    const syncs = host.faults.syncs - start;
    expect(sheet("Egna").cells.get(`C${rows}`)?.value).toBe(values[rows - 1]![0]);
    model.undo();
    host.faults.breakSync(syncs - 1);
    await refusal(apply([all], snapshot));
    expect(picture()).toBe(before);
  });
});

describe("marks", () => {
  const marks = (...addresses: string[]): Action => ({
    op: "mark", sheet: "Utfall", cells: addresses.map((address) => ({ address, severity: "varning", text: "se upp" })),
  });

  test("marks leave the cells' own formats alone, and all of them can be taken away", async () => {
    const before = picture();
    await change(marks("C3", "B2"));
    expect(at("C3").look.fill).toBe("#FF0000");
    expect(sheet("Utfall").conditionalFormats.length).toBe(1);
    await change({ op: "clear_marks" });
    expect(picture()).toBe(before);
  });

  test("the conditional formats of others stay", async () => {
    await Excel.run(async (context) => {
      const range = context.workbook.worksheets.getItem("Utfall").getRange("C3");
      range.conditionalFormats.add("Custom").custom.rule.formula = "=C3>1";
      await context.sync();
    });
    await change({ op: "clear_marks" }, marks("C3"));
    await change({ op: "clear_marks" });
    expect(sheet("Utfall").conditionalFormats.map(({ formula }) => formula)).toEqual(["=C3>1"]);
  });
});

test("one is taken to a cell, and told when its sheet is hidden or gone", async () => {
  await goTo("Egna", "B7");
  expect((await read([])).active).toBe("Egna");
  expect((await read([])).selection).toBe("B7");
  sheet("Utfall").visibility = "Hidden";
  expect((await refusal(goTo("Utfall", "A1"))).message).toContain("dolt");
  expect((await refusal(goTo("Borta", "A1"))).message).toContain("finns inte");
});
