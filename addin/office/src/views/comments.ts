/** The cells that need a comment, one at a time, with the figures beside. */
import { h } from "../dom";
import { button, empty, figures, heading, placeLink, verdict } from "../parts";
import type { Acts } from "../parts";
import type { CommentsView } from "../types";

export function commentsView(view: CommentsView, acts: Acts): HTMLElement {
  const title = heading("Att kommentera");
  if (!view.cells.length) {
    return h("section", {}, title, empty("Ingen cell behöver en kommentar.", "Gå vidare med Prognosförslag, eller kör Kontrollera innan du lämnar in."));
  }
  const last = view.cells.length - 1;
  let current = Math.min(Math.max(view.current, 0), last);
  const card = h("div", { class: "card" });
  const count = h("span", { class: "count", role: "status" });
  const step = (by: number) => () => {
    current = Math.min(Math.max(current + by, 0), last);
    draw();
    acts.go(view.cells[current]!.at);
  };
  const back = button("Föregående", step(-1), { appearance: "outline" });
  const next = button("Nästa", step(1), { appearance: "primary" });
  const draw = () => {
    const cell = view.cells[current]!;
    count.textContent = `${current + 1} av ${view.cells.length}`;
    for (const [one, stop] of [[back, current === 0], [next, current === last]] as const) {
      one.toggleAttribute("disabled-focusable", stop);
      one.setAttribute("aria-disabled", String(stop));
    }
    card.replaceChildren(
      h("h3", {}, cell.label),
      h("p", { class: "quiet" }, cell.heading ? `${cell.heading} · ` : "", placeLink(cell.at, acts)),
      h("p", {}, cell.why),
      ...[figures(cell.figures)].filter((node) => node !== null),
      verdict(cell.written, cell.written ? "Kommentar finns" : "Kommentar saknas"),
      ...(cell.text ? [h("blockquote", {}, cell.text)] : []),
    );
  };
  draw();
  return h("section", {}, title, h("div", { class: "step" }, back, count, next), card);
}
