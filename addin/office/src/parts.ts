/** The small parts that views are made of. */
import { drawing, h } from "./dom";
import type { Arguments, Figure, Place } from "./types";

/** What a view may ask for. */
export interface Acts {
  /** Go to a cell of the open workbook. */
  go(place: Place): void;
  /** Run a command. */
  run(command: string, given?: Arguments): void;
}

interface ButtonOptions {
  appearance?: "primary" | "subtle" | "outline" | "transparent";
  icon?: string;
  title?: string;
  /** Runs a command: not to be pressed while another one runs. */
  runs?: boolean;
  label?: string;
}

/**
 * A button of Fluent. Its role is said in the page too, for those who cannot see the inside of a
 * component, and when it is not to be pressed it keeps the focus.
 */
export function button(text: string, act: () => void, options: ButtonOptions = {}): HTMLElement {
  const { appearance, icon, title, runs, label } = options;
  const pressed = () => {
    if (element.getAttribute("aria-disabled") !== "true") act();
  };
  const element = h(
    "fluent-button",
    {
      role: "button",
      size: "small",
      appearance,
      title,
      "aria-label": label,
      "data-runs": runs,
      onclick: pressed,
    },
    icon ? h("img", { slot: "start", src: `icons/${icon}-16.png`, srcset: `icons/${icon}-32.png 2x`, alt: "", width: 16, height: 16 }) : null,
    text,
  );
  return element;
}

/** Let buttons be pressed, or not. */
export function enable(buttons: Iterable<Element>, enabled: boolean): void {
  for (const one of buttons) {
    one.toggleAttribute("disabled-focusable", !enabled);
    if (enabled) one.removeAttribute("aria-disabled");
    else one.setAttribute("aria-disabled", "true");
  }
}

const SIGNS: Record<string, string[]> = {
  // An octagon, a triangle, a disc with an i, a disc with a tick, an empty ring: told by shape alone.
  stoppar: ["M5 1h6l4 4v6l-4 4H5l-4-4V5z", "M8 4v5M8 11v1.2"],
  varning: ["M8 1.5 15.3 14.5H.7z", "M8 6v4M8 11.6v1.2"],
  upplysning: ["M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1z", "M8 7v5M8 4v1.2"],
  klar: ["M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1z", "M4.7 8.3 7 10.6 11.4 5.8"],
  saknas: ["M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13z"],
};
export const SEVERITY_WORDS: Record<string, string> = {
  stoppar: "Stoppar",
  varning: "Varning",
  upplysning: "Upplysning",
};

/** How much something matters: a shape and a word, and a colour for those who see it. */
export function severity(kind: string, words = SEVERITY_WORDS[kind] ?? kind): HTMLElement {
  return h("span", { class: `severity ${kind}` }, drawing(kind, ...(SIGNS[kind] ?? SIGNS.upplysning!)), words);
}

/** That something is as it should be, or not. */
export function verdict(good: boolean, words: string): HTMLElement {
  return severity(good ? "klar" : "varning", words);
}

/** A place in words; a button that goes there when it is in the open workbook. */
export function placeLink(place: Place, acts: Acts): HTMLElement {
  if (!place.sheet) return h("span", { class: "place" }, place.words);
  return h(
    "button",
    { type: "button", class: "place link", title: "Gå till cellen", onclick: () => acts.go(place) },
    place.words,
  );
}

/** Figures with their headings. */
export function figures(list: readonly Figure[]): HTMLElement | null {
  if (!list.length) return null;
  return h(
    "dl",
    { class: "figures" },
    ...list.map(({ label, value }) => h("div", {}, h("dt", {}, label), h("dd", {}, value))),
  );
}

/** A list that may be opened, closed to begin with. */
export function fold(words: string, ...children: Node[]): HTMLElement {
  return h("details", { class: "fold" }, h("summary", {}, words), ...children);
}

/** What to do when there is nothing to show. */
export function empty(words: string, todo: string): HTMLElement {
  return h("div", { class: "empty" }, h("p", { class: "strong" }, words), h("p", {}, todo));
}

/** A choice among words, with its heading. */
export function choice(
  label: string,
  options: readonly (readonly [value: string, words: string])[],
  chosen: string,
  changed: (value: string) => void,
): HTMLElement {
  const select = h(
    "select",
    { onchange: () => changed(select.value) },
    ...options.map(([value, words]) => h("option", { value, selected: value === chosen }, words)),
  );
  return h("label", { class: "choice" }, h("span", {}, label), select);
}

/** A heading that the focus can be moved to when what had it is gone. */
export function heading(text: string): HTMLElement {
  return h("h2", { tabindex: -1 }, text);
}
