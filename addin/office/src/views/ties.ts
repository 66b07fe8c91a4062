/** How the tables tie. */
import { h } from "../dom";
import { empty, heading, placeLink, verdict } from "../parts";
import type { Acts } from "../parts";
import type { TiesView } from "../types";

export function tiesView(view: TiesView, acts: Acts): HTMLElement {
  return h(
    "section",
    {},
    heading("Avstämning"),
    view.ties.length
      ? h("ul", { class: "rows" }, ...view.ties.map((tie) => tieRow(tie, acts)))
      : empty("Det finns inget att stämma av.", "Öppna regionstyrelsens arbetsbok, kör Sammanställ och försök igen."),
  );
}

function tieRow(tie: TiesView["ties"][number], acts: Acts): HTMLElement {
  const rows = [["Den ena", tie.one], ["Den andra", tie.other], ["Skillnad", tie.difference]] as const;
  return h(
    "li",
    { class: "row" },
    h("div", { class: "head" }, verdict(tie.agrees, tie.agrees ? "Stämmer" : "Stämmer inte"), placeLink(tie.at, acts)),
    h("p", { class: "strong" }, tie.label),
    h(
      "dl",
      { class: "figures" },
      ...rows.filter(([, value]) => value).map(([label, value]) => h("div", {}, h("dt", {}, label), h("dd", {}, value))),
    ),
    tie.note && h("p", { class: "note" }, tie.note),
  );
}
