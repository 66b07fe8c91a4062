/** The ribbon, from the same source as Excel's: tab, groups, buttons, screentips, key tips. */

import source from "../../ribbon.toml";

export interface Button {
  readonly id: string;
  readonly label: string;
  readonly command: string;
  readonly kind: "command" | "pane";
  readonly screentip: string;
  readonly supertip: string;
  readonly keytip: string;
  readonly icon: string;
  readonly size: "large" | "small";
}
interface Group {
  readonly id: string;
  readonly label: string;
  readonly button: readonly Button[];
}
interface Source {
  readonly tab: { readonly label: string; readonly keytip: string };
  readonly group: readonly Group[];
}

export const RIBBON = source as unknown as Source;

const TIP_AFTER = 500;

function make<K extends keyof HTMLElementTagNameMap>(
  tag: K, name: string, text = "",
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = text;
  return element;
}

export class Ribbon {
  private readonly buttons = new Map<string, HTMLButtonElement>();
  private readonly tip = make("div", "screentip");
  private tipTimer = 0;
  private typed = "";
  private altAlone = false;

  constructor(
    private readonly bar: HTMLElement,
    tab: HTMLElement,
    private readonly click: (button: Button) => void,
  ) {
    this.tip.id = "screentip";
    this.tip.role = "tooltip";
    this.tip.hidden = true;
    document.body.append(this.tip);
    tab.append(make("span", "keytip", RIBBON.tab.keytip));
    for (const group of RIBBON.group) bar.append(this.group(group));
    bar.addEventListener("keydown", (event) => this.arrows(event));
    this.keyTips();
  }

  /** What the client has disabled cannot be clicked; it keeps its place and its focus. */
  disable(disabled: ReadonlySet<string>): void {
    for (const [id, button] of this.buttons) {
      const off = [...disabled].some((control) => control === id || control.endsWith(`.${id}`));
      button.setAttribute("aria-disabled", String(off));
    }
  }

  busy(id: string, on: boolean): void {
    this.buttons.get(id)?.classList.toggle("running", on);
  }

  private group({ id, label, button }: Group): HTMLElement {
    const section = make("div", "group");
    section.role = "group";
    const heading = make("div", "group-label", label);
    heading.id = `group-${id}`;
    section.setAttribute("aria-labelledby", heading.id);
    const row = make("div", "group-buttons");
    for (const each of button) row.append(this.button(each));
    section.append(row, heading);
    return section;
  }

  private button(one: Button): HTMLButtonElement {
    const button = make("button", `ribbon-button ${one.size}`);
    button.type = "button";
    const image = make("img", "");
    image.src = `icons/${one.icon}-32.png`;
    image.srcset = `icons/${one.icon}-32.png 1x, icons/${one.icon}-64.png 2x`;
    image.alt = "";
    image.width = image.height = 32;
    button.append(image, make("span", "label", one.label), make("span", "keytip", one.keytip));
    button.querySelector(".keytip")?.setAttribute("aria-hidden", "true");
    button.tabIndex = this.buttons.size === 0 ? 0 : -1;
    button.setAttribute("aria-keyshortcuts", `Alt+${RIBBON.tab.keytip}+${one.keytip}`);
    button.addEventListener("click", () => {
      this.hideTip();
      if (button.getAttribute("aria-disabled") !== "true") this.click(one);
    });
    // The focus stays in the sheet when a button is clicked with the mouse, as in Excel.
    button.addEventListener("mousedown", (event) => event.preventDefault());
    const show = (): void => {
      clearTimeout(this.tipTimer);
      this.tipTimer = window.setTimeout(() => this.showTip(button, one), TIP_AFTER);
    };
    button.addEventListener("pointerenter", show);
    button.addEventListener("focus", show);
    button.addEventListener("pointerleave", () => this.hideTip());
    button.addEventListener("blur", () => this.hideTip());
    this.buttons.set(one.id, button);
    return button;
  }

  private showTip(button: HTMLButtonElement, { screentip, supertip }: Button): void {
    this.tip.replaceChildren(make("strong", "", screentip), make("p", "", supertip));
    this.tip.hidden = false;
    button.setAttribute("aria-describedby", this.tip.id);
    const at = button.getBoundingClientRect();
    const left = Math.min(at.left, window.innerWidth - this.tip.offsetWidth - 8);
    this.tip.style.left = `${Math.max(8, left)}px`;
    this.tip.style.top = `${this.bar.getBoundingClientRect().bottom + 4}px`;
  }

  private hideTip(): void {
    clearTimeout(this.tipTimer);
    this.tip.hidden = true;
    for (const button of this.buttons.values()) button.removeAttribute("aria-describedby");
  }

  private arrows(event: KeyboardEvent): void {
    if (event.key === "Escape") this.hideTip();
    const all = [...this.buttons.values()];
    const now = all.indexOf(document.activeElement as HTMLButtonElement);
    const to = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined || now < 0) return;
    event.preventDefault();
    const next = all.at((to + all.length) % all.length);
    for (const each of all) each.tabIndex = each === next ? 0 : -1;
    next?.focus();
  }

  /** Alt alone shows the letters; then the tab's, then a button's. Escape or a click ends it. */
  private keyTips(): void {
    const { classList } = document.body;
    const end = (): void => {
      this.typed = "";
      classList.remove("tips-tab", "tips-buttons");
    };
    window.addEventListener("keyup", (event) => {
      if (event.key !== "Alt" || !this.altAlone) return;
      const on = classList.contains("tips-tab") || classList.contains("tips-buttons");
      end();
      if (!on) classList.add("tips-tab");
    });
    window.addEventListener(
      "keydown",
      (event) => {
        this.altAlone = event.key === "Alt";
        const level = classList.contains("tips-tab") ? "tab" : "buttons";
        if (!classList.contains(`tips-${level}`) || event.key === "Alt") return;
        event.preventDefault();
        event.stopPropagation();
        this.typed += event.key.toUpperCase();
        if (event.key === "Escape") return end();
        const choices = level === "tab" ? [RIBBON.tab.keytip] : RIBBON.group.flatMap((g) => g.button.map((b) => b.keytip));
        if (choices.includes(this.typed)) this.chosen(level, this.typed, end);
        else if (!choices.some((one) => one.startsWith(this.typed))) end();
      },
      { capture: true },
    );
    window.addEventListener("pointerdown", end, { capture: true });
    window.addEventListener("blur", end);
  }

  private chosen(level: "tab" | "buttons", typed: string, end: () => void): void {
    end();
    if (level === "tab") {
      document.body.classList.add("tips-buttons");
      return;
    }
    const one = RIBBON.group.flatMap((group) => group.button).find((each) => each.keytip === typed);
    if (one) this.buttons.get(one.id)?.click();
  }
}
