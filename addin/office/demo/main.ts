/** The demo page: everything that Excel is to Ramkoll, on the example workbooks. */

import { DARK, LIGHT } from "../fake/office";
import type { Host } from "../fake/install";
import { makeHost } from "../fake/install";
import type { BookJson } from "./api";
import { Said, rememberKey, save, takeKey, workbook, workbooks } from "./api";
import { openBook } from "./book";
import { Grid } from "./grid";
import { Ribbon } from "./ribbon";
import { Workbench } from "./workbench";

declare global {
  interface Window {
    /** The fake host, for the pane's frame and for tests. */
    ramkollDemo?: Host;
  }
}

function part<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`demo.html has no ${id}`);
  return found as T;
}

const chooser = part<HTMLSelectElement>("workbook");
const pane = part<HTMLIFrameElement>("pane");
const aside = part("aside");
const undo = part<HTMLButtonElement>("undo");
const redo = part<HTMLButtonElement>("redo");
const surface = part("surface");
const grid = new Grid(part("grid"));
let bench: Workbench | null = null;
let sayTimer = 0;

function say(message: string, kind: "info" | "error"): void {
  const box = part("message");
  box.textContent = message;
  box.className = `message ${kind}`;
  box.hidden = false;
  clearTimeout(sayTimer);
  sayTimer = window.setTimeout(() => (box.hidden = true), kind === "error" ? 12_000 : 5_000);
}

function told(error: unknown): string {
  if (!(error instanceof Said)) console.error(error);
  return error instanceof Said ? error.message : "Något gick fel på sidan. Ladda om den.";
}

// ---- theme: the page's own, told to the pane as Office tells it

function theme(dark: boolean): void {
  document.documentElement.dataset["theme"] = dark ? "dark" : "light";
  part("theme").setAttribute("aria-pressed", String(dark));
  localStorage.setItem("ramkoll.demo.theme", dark ? "dark" : "light");
  const host = window.ramkollDemo;
  if (host) host.theme = dark ? DARK : LIGHT;
  // The pane asks Office for its theme when it gets the focus.
  pane.contentWindow?.dispatchEvent(new Event("focus"));
}

function isDark(): boolean {
  const kept = localStorage.getItem("ramkoll.demo.theme");
  return kept ? kept === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

// ---- the ribbon

const ribbon = new Ribbon(part("ribbon"), part("ribbon-tab"), (button) => {
  const host = window.ramkollDemo;
  if (!host) return;
  if (button.id === "panel" || button.id === "help") showPane(true);
  if (!host.actions.has(button.command)) {
    say("Panelen har inte startat än. Vänta en stund och försök igen.", "info");
    return;
  }
  ribbon.busy(button.id, true);
  host
    .clickRibbon(button.command)
    .catch(() => say("Kommandot avslutades inte som det ska. Ladda om sidan.", "error"))
    .finally(() => ribbon.busy(button.id, false));
});

// ---- the pane: the same page as in Excel, in a frame of its own

function showPane(visible: boolean): void {
  aside.hidden = !visible;
  part("resizer").hidden = !visible;
  window.ramkollDemo?.showPane(visible);
}

function resizePane(width: number): void {
  const most = Math.max(280, Math.min(640, window.innerWidth - 480));
  const kept = Math.round(Math.min(Math.max(width, 280), most));
  aside.style.width = `${kept}px`;
  const handle = part("resizer");
  handle.setAttribute("aria-valuenow", String(kept));
  handle.setAttribute("aria-valuemax", String(most));
}

function paneHandle(): void {
  const handle = part("resizer");
  handle.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    document.body.classList.add("resizing");
  });
  handle.addEventListener("pointermove", (event) => {
    if (handle.hasPointerCapture(event.pointerId)) resizePane(window.innerWidth - event.clientX);
  });
  handle.addEventListener("lostpointercapture", () => document.body.classList.remove("resizing"));
  handle.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: 24, ArrowRight: -24 }[event.key];
    if (by) resizePane(aside.offsetWidth + by);
  });
}

// ---- the workbook

function buttons(): void {
  const host = window.ramkollDemo;
  if (!host) return;
  undo.disabled = host.model.undoSteps === 0;
  redo.disabled = host.model.redoSteps === 0;
  ribbon.disable(host.disabled);
}

function show(json: BookJson): void {
  bench?.close();
  const book = openBook(json);
  const host = makeHost(book.model, { theme: isDark() ? DARK : LIGHT });
  window.ramkollDemo = host;
  host.onPane((visible) => showPane(visible));
  bench = new Workbench(book, {
    grid,
    surface,
    editor: part<HTMLTextAreaElement>("editor"),
    choices: part<HTMLDataListElement>("choices"),
    choiceBox: part<HTMLInputElement>("choice"),
    formula: part<HTMLInputElement>("formula"),
    nameBox: part<HTMLInputElement>("name-box"),
    tabs: part("tabs"),
    status: part("status"),
    sums: part("sums"),
    spoken: part("spoken"),
    say,
    changed: buttons,
  });
  document.title = `${json.name} – Ramkoll`;
  // The pane starts anew with each workbook, as it does in Excel.
  pane.src = "demo-pane.html";
  buttons();
}

async function open(name: string): Promise<void> {
  part("status").textContent = name.startsWith("regionstyrelsen")
    ? "Avdelningarna sammanställs, det tar ungefär en kvart minut första gången …"
    : `Öppnar ${name} …`;
  document.body.classList.add("opening");
  chooser.disabled = true;
  try {
    show(await workbook(name));
    part("status").textContent = "Klar";
    localStorage.setItem("ramkoll.demo.workbook", name);
  } catch (error) {
    say(told(error), "error");
    part("status").textContent = "Arbetsboken öppnades inte";
  } finally {
    document.body.classList.remove("opening");
    chooser.disabled = false;
  }
}

async function download(): Promise<void> {
  const host = window.ramkollDemo;
  if (!host || !bench) return;
  try {
    const blob = await save(host.model.name, bench.calculator.edits());
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = host.model.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    say(`${host.model.name} är sparad bland dina hämtade filer.`, "info");
  } catch (error) {
    say(told(error), "error");
  }
}

async function start(): Promise<void> {
  const listed = await workbooks();
  chooser.replaceChildren(
    ...listed.map(({ name, title }) => new Option(title ? `${name} · ${title}` : name, name)),
  );
  const first = listed[0];
  if (first) await open(first.name);
  surface.focus({ preventScroll: true });
}

function askForKey(): void {
  const dialog = part<HTMLDialogElement>("key-dialog");
  dialog.addEventListener("close", () => {
    rememberKey(part<HTMLInputElement>("key").value);
    location.reload();
  });
  dialog.showModal();
}

takeKey();
theme(isDark());
paneHandle();
resizePane(360);
chooser.addEventListener("change", () => void open(chooser.value));
undo.addEventListener("click", () => window.ramkollDemo?.model.undo());
redo.addEventListener("click", () => window.ramkollDemo?.model.redo());
part("save").addEventListener("click", () => void download());
part("theme").addEventListener("click", () => theme(!isDark()));
part("pane-close").addEventListener("click", () => {
  showPane(false);
  surface.focus();
});
pane.addEventListener("load", () => theme(isDark()));
window.addEventListener("resize", () => resizePane(aside.offsetWidth || 360));
start().catch((error: unknown) => {
  if (error instanceof Said && error.status === 401) askForKey();
  else say(told(error), "error");
});
