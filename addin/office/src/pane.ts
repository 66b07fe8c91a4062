/** The pane itself: commands, what is going on, and the latest answer. Nothing of it is modal. */
import { h } from "./dom";
import { button, enable, heading, severity } from "./parts";
import type { Acts } from "./parts";
import type { Problem } from "./problem";
import { GROUPS } from "./ribbon";
import type { RibbonButton } from "./ribbon";
import type { Result, View } from "./types";
import { draw, startView } from "./views";
import { helpView } from "./views/help";

export interface PaneActs extends Acts {
  cancel(): void;
  unlock(key: string): void;
}

export type Progress = { done: number; total: number; what: string };

/** Commands after which the list is the same one, so that the reader's place in it is kept. */
const STAYS = new Set(["acknowledge", "withdraw", "clear_marks", "use_forecast"]);

export class Pane {
  private readonly status = h("p", { id: "status", role: "status" });
  private readonly step = h("span", { class: "what" });
  private readonly bar = h("fluent-progress-bar", { role: "progressbar", "aria-label": "Framsteg" });
  private readonly stop = button("Avbryt", () => this.acts.cancel(), { appearance: "outline" });
  private readonly progressRow = h("div", { class: "progress", hidden: true }, this.bar, h("div", { class: "foot" }, this.step, this.stop));
  private readonly trouble = h("div", { class: "trouble", role: "alert" });
  private readonly main = h("main", { id: "svar", "aria-label": "Svar" });
  private last: View | undefined;

  constructor(private readonly acts: PaneActs) {}

  /** Put the pane in the page. */
  mount(root: HTMLElement): void {
    root.append(
      h("header", {}, h("h1", { class: "hidden" }, "Ramkoll"), commandBar(this.acts, () => this.help())),
      h("section", { class: "state", "aria-label": "Läge" }, this.status, this.progressRow),
      this.trouble,
      this.main,
    );
    this.main.append(startView());
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) this.acts.cancel();
    });
  }

  say(words: string): void {
    this.status.textContent = words;
  }

  begin(label: string): void {
    this.say(`${label} körs …`);
    this.leave(this.trouble);
    this.trouble.replaceChildren();
    document.body.setAttribute("aria-busy", "true");
    this.progress({ done: 0, total: 0, what: "Läser arbetsboken" });
    enable([this.stop], true);
    this.progressRow.hidden = false;
    enable(document.querySelectorAll("[data-runs]"), false);
  }

  progress = ({ done, total, what }: Progress): void => {
    const count = total ? `${done} av ${total}` : "";
    this.step.textContent = [count, what].filter(Boolean).join(" · ");
    const bar = { value: done, max: total, "aria-valuenow": done, "aria-valuemax": total, "aria-valuetext": count };
    for (const [name, value] of Object.entries(bar)) {
      if (total) this.bar.setAttribute(name, String(value));
      else this.bar.removeAttribute(name);
    }
  };

  stopping(): void {
    this.step.textContent = "Avbryter …";
    enable([this.stop], false);
  }

  /** From here on it is all or nothing. */
  writing(): void {
    this.progress({ done: 0, total: 0, what: "Skriver i arbetsboken" });
    enable([this.stop], false);
  }

  /** Another workbook than the one that was shown: nothing is known of it yet. */
  clear(): void {
    this.last = undefined;
    this.say("");
    this.trouble.replaceChildren();
    this.drawLast(true);
  }

  /** Nothing runs any more, however it went. */
  end(): void {
    this.leave(this.progressRow);
    this.progressRow.hidden = true;
    document.body.removeAttribute("aria-busy");
    enable(document.querySelectorAll("[data-runs]"), true);
  }

  show(command: string, { message, view }: Result): void {
    this.say(message);
    const { last } = this;
    const marked = last?.kind === "findings" && last.marked;
    if (view.kind === "findings" && STAYS.has(command)) this.last = { ...view, marked };
    else if (view.kind !== "none") this.last = view;
    else if (command === "clear_marks" && last?.kind === "findings") this.last = { ...last, marked: false };
    this.drawLast(!STAYS.has(command));
  }

  cancelled(label: string): void {
    this.say(`${label} avbröts. Inget har ändrats.`);
    this.drawLast(false);
  }

  fail(problem: Problem, again?: () => void): void {
    this.say("");
    this.drawLast(false);
    const { message, where, expected, todo, id } = problem;
    const close = () => {
      this.leave(this.trouble);
      this.trouble.replaceChildren();
    };
    this.trouble.replaceChildren(
      h("h2", {}, severity("stoppar", message)),
      ...facts([["Var", where], ["Väntat", expected], ["Gör så här", todo]]),
      h("p", { class: "quiet" }, "Fel-id ", h("code", {}, id)),
      h(
        "div",
        { class: "buttons" },
        again && button("Försök igen", again, { appearance: "primary", runs: true }),
        button("Stäng", close, { appearance: "subtle" }),
      ),
    );
  }

  /** Ask for the start code; what was to be done is done when it is right. */
  askKey(problem: Problem, again?: () => void): void {
    this.say("");
    this.trouble.replaceChildren();
    // After a wrong code there is still the same to do.
    this.waiting = again ?? this.waiting;
    const field = h("input", { type: "password", autocomplete: "off", spellcheck: "false", required: true });
    const send = () => {
      if (field.readOnly || !field.value.trim()) return;
      // Until the server has answered: what is typed meanwhile would be lost with this form.
      field.readOnly = true;
      this.say("Prövar startkoden …");
      this.acts.unlock(field.value);
    };
    field.addEventListener("keydown", (event) => event.key === "Enter" && send());
    this.replace(
      h(
        "section",
        { class: "key" },
        heading("Startkod"),
        h("p", { class: "strong", role: "alert" }, problem.message),
        h("p", {}, problem.todo),
        h("label", {}, h("span", {}, "Startkod"), field),
        h("div", { class: "buttons" }, button("Fortsätt", send, { appearance: "primary" })),
      ),
    );
  }

  unlocked(): void {
    this.say("Panelen har kontakt med Ramkoll.");
    this.trouble.replaceChildren();
    this.drawLast(true);
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.();
  }

  help(): void {
    this.trouble.replaceChildren();
    this.replace(helpView(() => this.drawLast(true)));
    scrollTo({ top: 0 });
  }

  private waiting: (() => void) | undefined;

  private drawLast(fromTop: boolean): void {
    const { scrollY } = window;
    this.replace((this.last && draw(this.last, this.acts)) ?? startView());
    scrollTo({ top: fromTop ? 0 : scrollY });
  }

  /** Show another view. The focus is moved only when what had it is gone, and then to the heading. */
  private replace(view: HTMLElement): void {
    const inside = this.main.contains(document.activeElement);
    this.main.replaceChildren(view);
    if (inside) this.focusAnswer();
  }

  /** Before a part goes away: when it has the focus, the answer gets it, and else it stays where it is. */
  private leave(part: HTMLElement): void {
    if (part.contains(document.activeElement)) this.focusAnswer();
  }

  private focusAnswer(): void {
    this.main.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
  }
}

function facts(rows: readonly (readonly [string, string])[]): HTMLElement[] {
  return rows
    .filter(([, words]) => words)
    .map(([label, words]) => h("p", {}, h("span", { class: "strong" }, `${label}: `), words));
}

/** The same commands as the ribbon has, in its order. */
function commandBar(acts: Acts, help: () => void): HTMLElement {
  const press = (one: RibbonButton) => () => (one.command === "help" ? help() : acts.run(one.command));
  const groups = GROUPS.map(({ label, button: buttons }) =>
    h(
      "div",
      { class: "group", role: "group", "aria-label": label },
      h("span", { class: "caption", "aria-hidden": "true" }, label),
      ...buttons
        .filter(({ command }) => command !== "panel")
        .map((one) =>
          button(one.label, press(one), {
            appearance: "subtle",
            icon: one.icon,
            title: one.screentip,
            runs: one.kind === "command",
          }),
        ),
    ),
  );
  const folded = h("details", { class: "commands", open: kept() !== FOLDED }, h("summary", {}, "Kommandon"), ...groups);
  folded.addEventListener("toggle", () => keep(folded.open ? "" : FOLDED));
  return h("nav", { "aria-label": "Kommandon" }, folded);
}

/** Those who use the ribbon fold the commands away; that is remembered where the browser lets us. */
const KEPT_AS = "ramkoll.kommandon";
const FOLDED = "dolda";

function kept(): string | null {
  try {
    return localStorage.getItem(KEPT_AS);
  } catch {
    return null;
  }
}

function keep(state: string): void {
  try {
    localStorage.setItem(KEPT_AS, state);
  } catch {
    // Not remembered, then.
  }
}
