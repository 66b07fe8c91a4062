/** Numbers as a Swedish Excel shows them. For the demo's grid only: the pane shows ready text. */

import type { Value } from "../fake/model";

const MINUS = "\u2212";
const SPACE = "\u00a0";
const MONTHS = ["jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec"];
const ERRORS: Record<string, string> = {
  "#N/A": "#SAKNAS!",
  "#DIV/0!": "#DIVISION/0!",
  "#VALUE!": "#VÄRDEFEL!",
  "#REF!": "#REFERENS!",
  "#NAME?": "#NAMN?",
  "#NUM!": "#OGILTIGT!",
  "#NULL!": "#SKÄRNING!",
};

export interface Shown {
  readonly text: string;
  /** Where the text stands when the cell's own format does not say. */
  readonly side: "left" | "right" | "center";
  readonly colour?: string;
}

/** A value in a cell with this number format. */
export function shown(value: Value, format: string): Shown {
  if (value === null) return { text: "", side: "left" };
  if (typeof value === "boolean") return { text: value ? "SANT" : "FALSKT", side: "center" };
  if (typeof value === "object") return { text: ERRORS[value.error] ?? value.error, side: "center" };
  if (typeof value === "string") return { text: value, side: "left" };
  return { ...number(value, format), side: "right" };
}

function number(value: number, format: string): { text: string; colour?: string } {
  if (format === "General" || format === "@" || format === "") return { text: general(value) };
  const sections = split(format);
  const negative = value < 0 && sections.length > 1;
  const section = sections[negative ? 1 : value === 0 && sections.length > 2 ? 2 : 0] ?? "General";
  const colour = /\[(Red|Röd)\]/i.test(section) ? { colour: "#C00000" } : {};
  const bare = section.replace(/\[[^\]]*\]/g, "");
  if (/general/i.test(bare)) return { text: general(value), ...colour };
  if (isDate(bare)) return { text: date(value, bare), ...colour };
  return { text: digits(negative ? -value : value, bare), ...colour };
}

function split(format: string): string[] {
  return format.match(/(?:"[^"]*"|\\.|[^;])+|(?<=;)(?=;)/g) ?? [format];
}

function isDate(section: string): boolean {
  return /[ymdhs]/i.test(section.replace(/"[^"]*"|\\./g, ""));
}

/** As a cell without a format: eleven digits at most, no thousands. */
function general(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e11 || size < 1e-9)) {
    return value.toExponential(5).replace(/\.?0+e/, "E").replace(".", ",").replace("-", MINUS);
  }
  const whole = String(Math.trunc(size)).length;
  const text = String(Number(value.toFixed(Math.max(0, Math.min(10 - whole, 9)))));
  return text.replace(".", ",").replace("-", MINUS);
}

/** Half away from zero on the decimal digits, as Excel rounds what it shows. */
export function rounded(value: number, decimals: number): string {
  const size = Number(Math.abs(value).toPrecision(15));
  const [digit = "0", power = "0"] = String(size).split("e");
  const shifted = Math.round(Number(`${digit}e${Number(power) + decimals}`));
  const text = String(shifted).padStart(decimals + 1, "0");
  return decimals ? `${text.slice(0, -decimals)}.${text.slice(-decimals)}` : text;
}

function digits(value: number, section: string): string {
  const place = /[#0?](?:[#0?,. ]*[#0?])?/.exec(section.replace(/"[^"]*"|\\./g, (t) => " ".repeat(t.length)));
  if (!place) return literal(section);
  const pattern = place[0];
  const before = section.slice(0, place.index);
  const after = section.slice(place.index + pattern.length);
  const percent = /%/.test(after.replace(/"[^"]*"/g, ""));
  const [whole = "", fraction = ""] = pattern.split(".");
  const scaled = percent ? value * 100 : value;
  const text = rounded(scaled, fraction.replace(/[^#0?]/g, "").length);
  let [integer = "0", decimals = ""] = text.split(".");
  integer = integer.padStart((whole.match(/0/g) ?? []).length, "0");
  if (whole.includes(",")) integer = integer.replace(/\B(?=(\d{3})+$)/g, SPACE);
  const needed = (fraction.match(/0/g) ?? []).length;
  while (decimals.length > needed && decimals.endsWith("0")) decimals = decimals.slice(0, -1);
  const isZero = !/[1-9]/.test(text);
  const sign = value < 0 && !isZero ? MINUS : "";
  return sign + literal(before) + integer + (decimals ? `,${decimals}` : "") + literal(after, percent);
}

/** What stands around the digits: quoted text, and what Excel takes as it is. */
function literal(text: string, percent = false): string {
  const plain = text
    .replace(/"([^"]*)"/g, "$1")
    .replace(/\\(.)/g, "$1")
    .replace(/_./g, SPACE)
    .replace(/\*./g, "")
    .replace(/-/g, MINUS);
  return percent ? plain.replace(/^\s*%/, `${SPACE}%`) : plain;
}

function date(serial: number, section: string): string {
  const at = new Date(Math.round((serial - 25_569) * 86_400_000));
  const two = (n: number): string => String(n).padStart(2, "0");
  const minutes = /h/i.test(section);
  return section.replace(/"([^"]*)"|\\(.)|y+|m+|d+|h+|s+/gi, (code, quoted?: string, escaped?: string) => {
    if (quoted !== undefined) return quoted;
    if (escaped !== undefined) return escaped;
    const key = code.toLowerCase();
    if (key.startsWith("y")) return key.length > 2 ? String(at.getUTCFullYear()) : two(at.getUTCFullYear() % 100);
    if (key.startsWith("d")) return two(at.getUTCDate());
    if (key.startsWith("h")) return two(at.getUTCHours());
    if (key.startsWith("s")) return two(at.getUTCSeconds());
    if (minutes && key === "mm") return two(at.getUTCMinutes());
    return key.length > 2 ? (MONTHS[at.getUTCMonth()] ?? "") : two(at.getUTCMonth() + 1);
  });
}

/** A value as it stands in the formula bar, to be edited: full precision, decimal comma. */
export function editable(value: Value, formula: string | null, format: string): string {
  if (formula !== null) return formula;
  if (typeof value === "number") {
    if (format !== "General" && isDate(format.replace(/\[[^\]]*\]/g, ""))) return date(value, "yyyy-mm-dd");
    if (/%/.test(format)) return `${plain(value * 100)} %`;
    return plain(value);
  }
  return shown(value, format).text;
}

function plain(value: number): string {
  return String(Number(value.toPrecision(15))).replace(".", ",").replace("-", MINUS);
}
