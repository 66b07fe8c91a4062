/** Marks: conditional formats of ours, so that the cells' own formats are untouched. */
import type { Context } from "./context";

const TAG = /"Ramkoll-markering (\w+)"/;
/** A mark is told by the line of its frame too, never by colour alone. */
const MARKS: Record<string, { fill: string; line: string; style: "Continuous" | "Dash" | "Dot" }> = {
  stoppar: { fill: "#FDE7E9", line: "#B10E1C", style: "Continuous" },
  varning: { fill: "#FFF4CE", line: "#8A6100", style: "Dash" },
  upplysning: { fill: "#E1EFFA", line: "#115EA3", style: "Dot" },
  // A text to read again, since its amounts have changed.
  kontrollera: { fill: "#F0E6FA", line: "#6B2FA0", style: "Dash" },
};

export interface OurMark {
  item: Excel.ConditionalFormat;
  sheet: string;
  address: string;
  severity: string;
}

export function addMark(sheet: Excel.Worksheet, address: string, severity: string): void {
  const kind = MARKS[severity] ?? MARKS.upplysning!;
  const range = address.includes(",") ? sheet.getRanges(address) : sheet.getRange(address);
  const { rule, format } = range.conditionalFormats.add("Custom").custom;
  // Always true, and known again by its text.
  rule.formula = `=LEN("Ramkoll-markering ${severity}")>0`;
  format.fill.color = kind.fill;
  format.font.color = "#1A1A1A";
  for (const edge of ["EdgeTop", "EdgeBottom", "EdgeLeft", "EdgeRight"] as const) {
    const border = format.borders.getItem(edge);
    border.style = kind.style;
    border.color = kind.line;
  }
}

export async function ourMarks(context: Context): Promise<OurMark[]> {
  const sheets = context.workbook.worksheets.load("items/name");
  await context.sync();
  const formats = sheets.items.map((sheet) => sheet.getRange().conditionalFormats.load("items/type"));
  await context.sync();
  const custom = formats.flatMap(({ items }, i) =>
    items
      .filter(({ type }) => type === "Custom")
      .map((item) => ({
        item,
        sheet: sheets.items[i]!.name,
        rule: item.custom.rule.load("formula"),
        areas: item.getRanges().load("address"),
      })),
  );
  if (custom.length) await context.sync();
  return custom.flatMap(({ item, sheet, rule, areas }) => {
    const severity = TAG.exec(rule.formula)?.[1];
    const address = areas.address.split(",").map((one) => one.slice(one.lastIndexOf("!") + 1)).join(",");
    return severity ? [{ item, sheet, address, severity }] : [];
  });
}
