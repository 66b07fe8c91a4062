/** The demo's own routes. The start code is the pane's: the same address, the same storage. */

export interface StyleJson {
  format?: string;
  locked?: boolean;
  fill?: string;
  colour?: string;
  font?: string;
  size?: number;
  bold?: boolean;
  italic?: boolean;
  underline?: boolean;
  wrap?: boolean;
  horizontal?: string;
  vertical?: string;
  indent?: number;
  borders?: Record<string, [string, string]>;
}
export type ValueJson = number | string | boolean | null | { error: string };
export type CellJson = [number, number, ValueJson, string | null, number | null];
export interface SheetJson {
  name: string;
  visibility: string;
  cells: CellJson[];
  widths: Record<string, number>;
  heights: Record<string, number>;
  defaultHeight: number;
  hiddenRows: number[];
  hiddenColumns: number[];
  freeze: [number, number];
  gridlines: boolean;
  merged: string[];
  protected: boolean;
  allow: { allowFormatCells: boolean; allowFormatRows: boolean; allowFormatColumns: boolean };
  tables: { name: string; address: string }[];
  charts: { name: string; series: { name: string; labels: string; values: string }[] }[];
  lists: [string, string[]][];
}
export interface BookJson {
  name: string;
  names: Record<string, string>;
  date1904: boolean;
  active: string;
  sheets: SheetJson[];
  styles: StyleJson[];
}
export interface Listed {
  name: string;
  title: string;
}
/** What a cell is to hold: as a person typed it, or as a command wrote it. */
export type Content = { typed: string } | { value: ValueJson } | { formula: string };
export type Edit = [string, string, Content];
export interface Recalculated {
  typed: { sheet: string; address: string; value: ValueJson; formula: string | null; format: string | null }[];
  cells: [string, string, ValueJson][];
}

const KEPT_AS = "ramkoll.nyckel";

/** Takes the start code from the address, as the pane does, and leaves it for the pane. */
export function takeKey(): string {
  const given = /^#nyckel=(.+)$/.exec(location.hash)?.[1];
  if (given) {
    sessionStorage.setItem(KEPT_AS, decodeURIComponent(given));
    history.replaceState(null, "", location.pathname + location.search);
  }
  return sessionStorage.getItem(KEPT_AS) ?? "";
}

export function rememberKey(text: string): void {
  sessionStorage.setItem(KEPT_AS, text.trim().replace(/^.*#nyckel=/, ""));
}

/** Something to tell the user, in Swedish and in whole sentences. */
export class Said extends Error {
  constructor(
    message: string,
    readonly status = 0,
  ) {
    super(message);
  }
}

async function ask(path: string, body?: unknown): Promise<Response> {
  const headers: Record<string, string> = {
    Authorization: `Bearer ${sessionStorage.getItem(KEPT_AS) ?? ""}`,
  };
  const init: RequestInit = { headers };
  if (body !== undefined) {
    init.method = "POST";
    init.body = JSON.stringify(body);
    headers["Content-Type"] = "application/json";
  }
  let answer: Response;
  try {
    answer = await fetch(`/demo/api${path}`, init);
  } catch {
    throw new Said("Servern svarar inte. Kontrollera att ramkoll serve --demo är igång.");
  }
  if (!answer.ok) throw await refusal(answer);
  return answer;
}

async function refusal(answer: Response): Promise<Said> {
  try {
    const { error } = (await answer.json()) as { error: Record<string, string | undefined> };
    const facts = [error.what, error.expected && `Väntat: ${error.expected}.`, error.todo];
    return new Said(facts.filter(Boolean).join(" "), answer.status);
  } catch {
    return new Said(`Servern svarade med fel ${answer.status}. Försök igen.`, answer.status);
  }
}

export async function workbooks(): Promise<Listed[]> {
  return ((await (await ask("/workbooks")).json()) as { workbooks: Listed[] }).workbooks;
}

export async function workbook(name: string): Promise<BookJson> {
  return (await (await ask(`/workbooks/${encodeURIComponent(name)}`)).json()) as BookJson;
}

export async function recalculate(name: string, edits: Edit[]): Promise<Recalculated> {
  return (await (await ask("/recalculate", { workbook: name, edits })).json()) as Recalculated;
}

export async function save(name: string, edits: Edit[]): Promise<Blob> {
  return (await ask("/save", { workbook: name, edits })).blob();
}
