/** What a consolidation wrote, and what it found on the way. */
import { h } from "../dom";
import { figures, heading } from "../parts";
import type { Acts } from "../parts";
import type { ReportView } from "../types";
import { findingList } from "./findings";

export function reportView(view: ReportView, acts: Acts): HTMLElement {
  return h(
    "section",
    {},
    heading("Sammanställningen"),
    figures(view.lines),
    view.findings.length > 0 && h("h3", {}, `Fynd (${view.findings.length})`),
    view.findings.length > 0 && findingList(view.findings, acts),
  );
}
