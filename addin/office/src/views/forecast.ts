/** Forecast methods beside the own forecast, a row at a time. */
import { h } from "../dom";
import { button, choice, empty, figures, heading, placeLink } from "../parts";
import type { Acts } from "../parts";
import type { ForecastView } from "../types";

type Row = ForecastView["rows"][number];

export function forecastView(view: ForecastView, acts: Acts): HTMLElement {
  const title = heading("Prognosförslag");
  if (!view.rows.length) {
    return h("section", {}, title, empty("Det finns inga rader att ge förslag till.", "Öppna en controllerarbetsbok med prognosblad och försök igen."));
  }
  let current = Math.min(Math.max(view.current, 0), view.rows.length - 1);
  const card = h("div", { class: "card" });
  const draw = () => card.replaceChildren(...rowCard(view.rows[current]!, view.unit, acts));
  draw();
  const options = view.rows.map((row, i) => [String(i), row.label] as const);
  const chooser = choice("Rad", options, String(current), (value) => {
    current = Number(value);
    draw();
    const { at } = view.rows[current]!;
    if (at.sheet) acts.go(at);
  });
  chooser.classList.add("wide");
  return h("section", {}, title, chooser, card);
}

function rowCard(row: Row, unit: string, acts: Acts): Node[] {
  const numbers = [
    { label: "Egen prognos", value: row.own || "saknas" },
    ...row.figures,
    ...(row.bracket ? [{ label: "Spann", value: row.bracket }] : []),
  ];
  const table = h(
    "table",
    {},
    h("caption", { class: "hidden" }, `Förslag till ${row.label}`),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, "Metod"),
        h("th", { scope: "col", class: "number" }, "Förslag"),
        h("th", { scope: "col", class: "number" }, "Mot egen"),
        h("th", { scope: "col" }, h("span", { class: "hidden" }, "Använd")),
      ),
    ),
    h("tbody", {}, ...row.proposals.map((proposal) => proposalRow(row, proposal, acts))),
  );
  const parts: (Node | null)[] = [
    h("h3", {}, row.label),
    h("p", { class: "quiet" }, unit ? `${unit} · ` : "", placeLink(row.at, acts)),
    figures(numbers),
    row.why_not ? h("p", { class: "note" }, row.why_not) : null,
    table,
  ];
  return parts.filter((part) => part !== null);
}

function proposalRow(row: Row, proposal: Row["proposals"][number], acts: Acts): HTMLElement {
  const { method, name, value, difference, why, usable } = proposal;
  const use = () => acts.run("use_forecast", { line: row.line, method });
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, h("span", { class: "strong" }, method), ` ${name}`, why && h("span", { class: "why" }, why)),
    h("td", { class: "number" }, value || "–"),
    h("td", { class: "number" }, difference),
    h("td", {}, usable && !row.why_not && button("Använd", use, { appearance: "outline", runs: true, label: `Använd ${method} ${name}` })),
  );
}
