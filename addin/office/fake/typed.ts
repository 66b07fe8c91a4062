/** What Excel makes of a value that is put into a cell: the same as if somebody had typed it. */

import type { Value } from "./model";

export interface Typed {
  readonly value: Value;
  readonly formula: string | null;
  /** A number format that comes with the input, when the cell had General. */
  readonly format: string | null;
}

const NUMBER = /^[-−+]?(\d{1,3}([ \u00a0\u202f,]\d{3})+|\d+)?([.,]\d+)?(e[-+]?\d+)?$/i;
const ERRORS = ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"];

/** A written value as a cell's content. ``format`` is the number format the cell has. */
export function typed(written: unknown, format: string): Typed {
  if (typeof written === "number" || typeof written === "boolean") return plain(written);
  const text = String(written);
  if (text === "") return plain(null);
  if (format === "@") return plain(text);
  if (text.startsWith("'")) return plain(text.slice(1));
  if (/^=./.test(text)) return { value: 0, formula: text, format: null };
  if (/^(true|sant)$/i.test(text)) return plain(true);
  if (/^(false|falskt)$/i.test(text)) return plain(false);
  if (ERRORS.includes(text.toUpperCase())) return plain({ error: text.toUpperCase() });
  return asDate(text) ?? asNumber(text) ?? plain(text);
}

function plain(value: Value): Typed {
  return { value, formula: null, format: null };
}

function asNumber(text: string): Typed | null {
  const trimmed = text.trim();
  const percent = trimmed.endsWith("%");
  const bare = (percent ? trimmed.slice(0, -1) : trimmed).trim();
  if (!/\d/.test(bare) || !NUMBER.test(bare)) return null;
  const thousands = bare.replace(/[ \u00a0\u202f]/g, "").replace("−", "-");
  const decimal = /,\d{3}(,|\.|$)/.test(thousands)
    ? thousands.replaceAll(",", "")
    : thousands.replace(",", ".");
  const number = Number(decimal);
  if (Number.isNaN(number)) return null;
  return {
    value: percent ? number / 100 : number,
    formula: null,
    format: percent ? (Number.isInteger(number) ? "0%" : "0.00%") : null,
  };
}

function asDate(text: string): Typed | null {
  const iso = /^(\d{4})[-/](\d{1,2})(?:[-/](\d{1,2}))?$/.exec(text);
  if (iso) return date(Number(iso[1]), Number(iso[2]), Number(iso[3] ?? 1), iso[3] === undefined);
  const short = /^(\d{1,2})[-/](\d{1,2})$/.exec(text);
  if (short) return date(new Date().getFullYear(), Number(short[1]), Number(short[2]), false);
  return null;
}

function date(year: number, month: number, day: number, onlyMonth: boolean): Typed | null {
  const at = new Date(Date.UTC(year, month - 1, day));
  if (at.getUTCMonth() !== month - 1 || at.getUTCDate() !== day) return null;
  const serial = Math.round(at.getTime() / 86_400_000) + 25_569;
  return { value: serial, formula: null, format: onlyMonth ? "mmm-yy" : "yyyy-mm-dd" };
}
