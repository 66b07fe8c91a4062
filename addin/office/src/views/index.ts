/** A view by its kind. */
import { h } from "../dom";
import { empty, heading } from "../parts";
import type { Acts } from "../parts";
import type { View } from "../types";
import { changesView } from "./changes";
import { commentsView } from "./comments";
import { findingsView } from "./findings";
import { forecastView } from "./forecast";
import { reportView } from "./report";
import { tiesView } from "./ties";
import { traceView } from "./trace";
import { unitsView } from "./units";

/** The element of a view; null for one that shows nothing, so that what stands there may stay. */
export function draw(view: View, acts: Acts): HTMLElement | null {
  switch (view.kind) {
    case "findings":
      return findingsView(view, acts);
    case "comments":
      return commentsView(view, acts);
    case "forecast":
      return forecastView(view, acts);
    case "changes":
      return changesView(view, acts);
    case "units":
      return unitsView(view, acts);
    case "ties":
      return tiesView(view, acts);
    case "trace":
      return traceView(view, acts);
    case "report":
      return reportView(view, acts);
    case "none":
      return null;
  }
}

/** Before anything has been run. */
export function startView(): HTMLElement {
  return h(
    "section",
    {},
    heading("Börja här"),
    empty("Inget är kört än.", "Välj Kontrollera för att gå igenom den öppna arbetsboken, eller Mina avdelningar för att se läget i regionen."),
  );
}
