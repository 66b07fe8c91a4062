/** Every unit that is to hand in: its state, version and worst finding. */
import { h } from "../dom";
import { empty, fold, heading, severity } from "../parts";
import type { Acts } from "../parts";
import type { UnitRow, UnitsView } from "../types";
import { findingList } from "./findings";

export function unitsView(view: UnitsView, acts: Acts): HTMLElement {
  return h(
    "section",
    {},
    heading(view.period ? `Mina avdelningar, ${view.period}` : "Mina avdelningar"),
    view.units.length
      ? h("ul", { class: "rows" }, ...view.units.map((unit) => unitRow(unit, acts)))
      : empty("Inga avdelningar är inlagda.", "Be den som sköter Ramkoll att lägga in dem i registret."),
  );
}

function unitRow(unit: UnitRow, acts: Acts): HTMLElement {
  return h(
    "li",
    { class: "row" },
    h("div", { class: "head" }, h("h3", {}, `${unit.code} ${unit.name}`.trim()), severity(unit.state, unit.state_words)),
    unit.worst && h("p", {}, unit.worst),
    h("p", { class: "quiet" }, [unit.counts, unit.version, unit.file].filter(Boolean).join(" · ")),
    unit.findings.length > 0 && fold(`Fynd (${unit.findings.length})`, findingList(unit.findings, acts)),
  );
}
