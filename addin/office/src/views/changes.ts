/** Cells that hold another value than they did, and the comments to read again for it. */
import { h } from "../dom";
import { empty, heading, placeLink } from "../parts";
import type { Acts } from "../parts";
import type { ChangeRow, ChangesView } from "../types";

export function changesView(view: ChangesView, acts: Acts): HTMLElement {
  return h(
    "section",
    {},
    heading(view.heading || "Ändringar"),
    view.check_texts.length > 0 &&
      h("section", {}, h("h3", {}, `Kontrollera texten (${view.check_texts.length})`), list(view.check_texts, acts)),
    view.check_texts.length > 0 && view.changes.length > 0 && h("h3", {}, `Ändrade belopp (${view.changes.length})`),
    view.changes.length > 0 && list(view.changes, acts),
    !view.changes.length && !view.check_texts.length && empty("Inget skiljer sig.", "Du behöver inte göra något."),
  );
}

function list(changes: readonly ChangeRow[], acts: Acts): HTMLElement {
  return h("ul", { class: "rows" }, ...changes.map((change) => changeRow(change, acts)));
}

function changeRow(change: ChangeRow, acts: Acts): HTMLElement {
  return h(
    "li",
    { class: "row" },
    h("div", { class: "head" }, h("span", { class: "strong" }, change.label), placeLink(change.at, acts)),
    h(
      "dl",
      { class: "figures" },
      figure("Före", change.before),
      figure("Efter", change.after),
      change.difference ? figure("Skillnad", change.difference) : null,
    ),
    change.note && h("p", { class: "note" }, change.note),
  );
}

function figure(label: string, value: string): HTMLElement {
  return h("div", {}, h("dt", {}, label), h("dd", {}, value || "tom"));
}
