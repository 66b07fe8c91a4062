/** Findings: as sorted by the engine, filtered by sheet and severity, with acknowledgement in place. */
import { h } from "../dom";
import { button, choice, empty, fold, heading, placeLink, severity, SEVERITY_WORDS } from "../parts";
import type { Acts } from "../parts";
import type { AcknowledgedRow, FindingRow, FindingsView } from "../types";

const ALL = "";
/** Kept when the view is drawn anew, so that an acknowledgement does not undo the filter. */
const filter = { sheet: ALL, severity: ALL };

export function findingsView(view: FindingsView, acts: Acts): HTMLElement {
  const list = h("div", {});
  const sheets = [...new Set(view.findings.map(({ at }) => at.sheet))].filter(Boolean);
  const kinds = [...new Set(view.findings.map((finding) => finding.severity))];
  if (!sheets.includes(filter.sheet)) filter.sheet = ALL;
  if (!kinds.some((kind) => kind === filter.severity)) filter.severity = ALL;
  const shown = h("p", { class: "quiet", role: "status" });
  const draw = () => {
    const rows = view.findings.filter(
      (finding) =>
        (filter.sheet === ALL || finding.at.sheet === filter.sheet) &&
        (filter.severity === ALL || finding.severity === filter.severity),
    );
    const all = rows.length === view.findings.length;
    shown.textContent = all ? "" : `Visar ${rows.length} av ${view.findings.length} fynd`;
    list.replaceChildren(findingList(rows, acts));
  };
  draw();
  const filters = h(
    "div",
    { class: "filters", role: "group", "aria-label": "Filter" },
    choice("Blad", [[ALL, "Alla blad"], ...sheets.map((name) => [name, name] as const)], filter.sheet, (value) => {
      filter.sheet = value;
      draw();
    }),
    choice("Allvar", [[ALL, "Alla"], ...kinds.map((kind) => [kind, SEVERITY_WORDS[kind] ?? kind] as const)], filter.severity, (value) => {
      filter.severity = value;
      draw();
    }),
  );
  return h(
    "section",
    {},
    heading("Fynd"),
    view.findings.length > 0 && filters,
    view.findings.length > 0 && markSwitch(view.marked, acts),
    shown,
    view.findings.length ? list : empty("Inga fynd.", "Arbetsboken klarar reglerna. Lämna in den, eller gå vidare med Nästa att kommentera."),
    view.acknowledged.length > 0 &&
      fold(
        `Kvitterade (${view.acknowledged.length})`,
        h("ul", { class: "rows" }, ...view.acknowledged.map((row) => acknowledgedRow(row, acts))),
      ),
    view.not_run.length > 0 &&
      fold(
        `Regler som inte kördes (${view.not_run.length})`,
        h("ul", { class: "plain" }, ...view.not_run.map((why) => h("li", {}, why))),
      ),
  );
}

/** Findings without filters, as other views show them. */
export function findingList(findings: readonly FindingRow[], acts: Acts): HTMLElement {
  return h("ul", { class: "rows" }, ...findings.map((finding) => findingRow(finding, acts)));
}

function findingRow(finding: FindingRow, acts: Acts): HTMLElement {
  const foot = h("div", { class: "foot" });
  const row = h("li", { class: "row" }, findingHead(finding, acts), details(finding, acts), foot);
  foot.append(
    h(
      "span",
      { class: "quiet" },
      finding.effect && h("span", { class: "effect" }, finding.effect),
      `${finding.effect && " · "}${finding.rule} ${finding.title}`,
    ),
  );
  if (finding.can_acknowledge) {
    const open = button("Kvittera", () => foot.replaceWith(form), { appearance: "outline", runs: true });
    const close = () => {
      form.replaceWith(foot);
      open.focus();
    };
    const form = reasonForm((reason) => acts.run("acknowledge", { finding: finding.id, reason }), close);
    open.addEventListener("click", () => form.querySelector("input")?.focus());
    foot.append(open);
  }
  return row;
}

function findingHead(finding: FindingRow, acts: Acts): HTMLElement {
  const { at } = finding;
  const inside = [
    h("span", { class: "head" }, severity(finding.severity), h("span", { class: "place" }, at.words)),
    h("span", { class: "message" }, finding.message),
  ];
  if (!at.sheet) return h("div", { class: "go" }, ...inside);
  const go = () => acts.go(at);
  return h("button", { type: "button", class: "go", title: "Gå till cellen", onclick: go }, ...inside);
}

function details(finding: FindingRow, acts: Acts): HTMLElement | null {
  const related = finding.related.flatMap((place, i) => [i ? ", " : "Se även ", placeLink(place, acts)]);
  if (!finding.tip && !related.length) return null;
  return h(
    "div",
    { class: "details" },
    finding.tip && h("p", {}, finding.tip),
    related.length > 0 && h("p", {}, ...related),
  );
}

/** Nothing modal: the reason is asked for where the button was. Enter sends it, Esc closes it. */
function reasonForm(send: (reason: string) => void, close: () => void): HTMLElement {
  const field = h("input", { type: "text", required: true, maxlength: 500, autocomplete: "off" });
  const warning = h("p", { class: "warning", role: "alert" });
  const submit = () => {
    const reason = field.value.trim();
    if (reason) return send(reason);
    warning.textContent = "Skriv varför fyndet är i sin ordning.";
    field.setAttribute("aria-invalid", "true");
    field.focus();
  };
  const keyed = (event: Event) => {
    const { key, isComposing } = event as KeyboardEvent;
    if (isComposing) return;
    if (key === "Escape") {
      event.stopPropagation();
      close();
    }
    if (key === "Enter" && event.target === field) {
      event.preventDefault();
      submit();
    }
  };
  return h(
    "div",
    { class: "reason", role: "group", "aria-label": "Kvittera fyndet", onkeydown: keyed },
    h("label", {}, h("span", {}, "Skäl"), field),
    warning,
    h(
      "div",
      { class: "buttons" },
      button("Spara kvittering", submit, { appearance: "primary", runs: true }),
      button("Stäng", close, { appearance: "subtle" }),
    ),
  );
}

function acknowledgedRow(row: AcknowledgedRow, acts: Acts): HTMLElement {
  const { finding } = row;
  return h(
    "li",
    { class: "row" },
    findingHead(finding, acts),
    h("p", { class: "details" }, `«${row.reason}»`),
    h(
      "div",
      { class: "foot" },
      h("span", { class: "quiet" }, [row.who, row.when].filter(Boolean).join(", ")),
      button("Ångra kvittering", () => acts.run("withdraw", { finding: finding.id }), {
        appearance: "outline",
        runs: true,
      }),
    ),
  );
}

function markSwitch(marked: boolean, acts: Acts): HTMLElement {
  const control = h("fluent-switch", {
    role: "switch",
    id: "markera",
    checked: marked,
    "aria-checked": String(marked),
    "aria-labelledby": "markera-ord",
    "data-runs": true,
    onchange: () => {
      const on = (control as HTMLElement & { checked: boolean }).checked;
      control.setAttribute("aria-checked", String(on));
      if (on) acts.run("check", { mark: true });
      else acts.run("clear_marks");
    },
  });
  return h("div", { class: "switch" }, control, h("label", { id: "markera-ord", for: "markera" }, "Markera i arbetsboken"));
}
