/** The pane in a window of its own, beside desktop Excel: it shows what the desk does, and asks it. */
import "@fluentui/web-components/button.js";
import "@fluentui/web-components/progress-bar.js";
import "@fluentui/web-components/switch.js";
import * as desk from "./desk";
import { h } from "./dom";
import { Pane } from "./pane";
import "./pane.css";
import { button, empty } from "./parts";
import { asProblem, fromServer } from "./problem";
import { labelOf } from "./ribbon";
import { followTheme } from "./theme";
import type { DeskState } from "./types";

/** What the window is made for; a browser that was open already gives it a size of its own. */
const [WIDTH, HEIGHT] = [460, 900];
const RUNNING: readonly string[] = ["reading", "working", "writing"];

followTheme(() => undefined);
const name = h("span", { class: "name" });
const undo = button("", () => heed(desk.undo()), { appearance: "outline", runs: true });
undo.hidden = true;
const left = h("p", { class: "quiet", hidden: true });
document.body.append(h("section", { class: "book", "aria-label": "Arbetsbok" }, name, undo, left));
const pane = new Pane({
  go: (place) => heed(desk.go(place)),
  run: (command, given = {}) => heed(desk.call(command, given)),
  cancel: () => running() && heed(desk.cancel()),
  unlock: () => undefined,
});
pane.mount(document.body);

let now: DeskState | undefined;
let lost = false;

try {
  if (await desk.takeTicket()) fit();
  await desk.follow(show, (problem) => {
    lost = true;
    pane.fail(problem);
    pane.end();
  });
} catch (error) {
  pane.fail(asProblem(error));
}

function show(state: DeskState): void {
  if (state.elsewhere) return leave();
  if (lost) pane.unlocked();
  lost = false;
  const before = now;
  now = state;
  showBook(state);
  const fresh = state.call !== before?.call;
  const label = labelOf(state.command);
  // What another workbook gave says nothing of this one.
  if (fresh && before && state.book !== before.book) pane.clear();
  if (fresh && state.phase !== "idle") pane.begin(label);
  if (running()) {
    if (state.stopping) pane.stopping();
    else if (state.phase === "writing") pane.writing();
    else if (state.phase === "working") pane.progress(state);
  } else if (fresh || before?.phase !== state.phase) ended(state, label);
  if (state.show === "help" && state.shown !== (before?.shown ?? 0)) pane.help();
}

function ended({ command, arguments: given, phase, result, problem }: DeskState, label: string): void {
  if (phase === "done" && result) pane.show(command, result);
  else if (phase === "cancelled") pane.cancelled(label);
  else if (phase === "failed" && problem) {
    const again = command === "undo" ? desk.undo : () => desk.call(command, given);
    pane.fail(fromServer(problem), () => heed(again()));
  }
  pane.end();
}

/** Which workbook it is about, and what can be taken back in it. */
function showBook(state: DeskState): void {
  document.title = state.book ? `${state.book} – Ramkoll` : "Ramkoll";
  name.textContent = state.book || "Ingen arbetsbok än: välj en knapp på fliken Ramkoll i Excel.";
  undo.hidden = !state.undo;
  undo.textContent = `Ångra «${state.undo}»`;
  left.hidden = !state.undo || !state.left.length;
  left.textContent = `Kan inte ångras: ${state.left.join(" ")}`;
}

function running(): boolean {
  return now !== undefined && RUNNING.includes(now.phase);
}

/** What goes wrong is shown; how it goes is told by the desk. */
function heed(asked: Promise<void>): void {
  asked.catch((error: unknown) => {
    const problem = asProblem(error);
    if (running()) pane.say(`${problem.message} ${problem.todo}`);
    else pane.fail(problem);
  });
}

function fit(): void {
  if (!matchMedia("(display-mode: browser)").matches && outerWidth > 2 * WIDTH) resizeTo(WIDTH, HEIGHT);
}

/** Another window has been opened in front of this one. */
function leave(): void {
  close();
  const words = empty("Panelen är öppen i ett annat fönster.", "Du kan stänga det här.");
  document.body.replaceChildren(h("main", {}, words));
}
