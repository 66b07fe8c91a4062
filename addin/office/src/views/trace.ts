/** Where a figure comes from, as a tree: arrows walk it, Enter goes to the cell. */
import { h } from "../dom";
import { figures, fold, heading, verdict } from "../parts";
import type { Acts } from "../parts";
import type { TraceNode, TraceView } from "../types";

/** Deeper steps are closed to begin with, so that the first view fits a pane. */
const OPEN_LEVELS = 2;

export function traceView(view: TraceView, acts: Acts): HTMLElement {
  const files = figures(view.files);
  const tree = h("ul", { class: "tree", role: "tree", "aria-label": "Källor" }, item(view.top, 1, acts));
  tree.querySelector("[role=treeitem]")?.setAttribute("tabindex", "0");
  tree.addEventListener("keydown", (event) => walk(event, tree));
  tree.addEventListener("focusin", (event) => {
    const now = (event.target as Element).closest("[role=treeitem]");
    for (const one of tree.querySelectorAll("[role=treeitem][tabindex='0']")) one.setAttribute("tabindex", "-1");
    now?.setAttribute("tabindex", "0");
  });
  return h(
    "section",
    {},
    heading("Källa"),
    h("p", { class: "conclusion" }, verdict(view.agrees, view.conclusion)),
    tree,
    files && fold(`Filer (${view.files.length})`, files),
  );
}

function item(node: TraceNode, level: number, acts: Acts): HTMLElement {
  const inner = node.children.length > 0;
  const open = inner && level <= OPEN_LEVELS;
  const go = () => node.at.sheet && acts.go(node.at);
  const element = h(
    "li",
    {
      role: "treeitem",
      tabindex: -1,
      "aria-level": level,
      "aria-expanded": inner ? String(open) : null,
      "aria-label": [node.label, node.value, node.at.words, node.agrees ? "" : "stämmer inte"].filter(Boolean).join(", "),
      onclick: (event: Event) => {
        event.stopPropagation();
        const twist = (event.target as Element).closest(".twist");
        if (twist || (inner && !node.at.sheet)) toggle(element);
        else go();
        element.focus();
      },
      onkeydown: (event: Event) => {
        if ((event as KeyboardEvent).key !== "Enter" || event.target !== element) return;
        event.preventDefault();
        if (node.at.sheet) go();
        else if (inner) toggle(element);
      },
    },
    h(
      "div",
      { class: node.at.sheet ? "node goes" : "node" },
      h("span", { class: inner ? "twist" : "leaf", "aria-hidden": "true" }),
      h("span", { class: "label" }, node.label),
      h("span", { class: "value" }, node.value),
      h("span", { class: "place" }, node.at.words),
      node.formula && h("code", {}, node.formula),
      !node.agrees && verdict(false, "Stämmer inte"),
    ),
    inner && h("ul", { role: "group" }, ...node.children.map((child) => item(child, level + 1, acts))),
  );
  return element;
}

function toggle(element: Element): void {
  const open = element.getAttribute("aria-expanded") === "true";
  element.setAttribute("aria-expanded", String(!open));
}

function walk(event: KeyboardEvent, tree: HTMLElement): void {
  const here = (event.target as Element).closest<HTMLElement>("[role=treeitem]");
  if (!here) return;
  const all = [...tree.querySelectorAll<HTMLElement>("[role=treeitem]")].filter(
    (one) => !one.parentElement?.closest("[aria-expanded=false]"),
  );
  const open = here.getAttribute("aria-expanded");
  const at = all.indexOf(here);
  const parent = here.parentElement?.closest<HTMLElement>("[role=treeitem]");
  const moves: Record<string, () => HTMLElement | null | undefined> = {
    ArrowDown: () => all[at + 1],
    ArrowUp: () => all[at - 1],
    Home: () => all[0],
    End: () => all.at(-1),
    ArrowRight: () => (open === "true" ? all[at + 1] : (open === "false" && toggle(here), null)),
    ArrowLeft: () => (open === "true" ? (toggle(here), null) : parent),
  };
  const move = moves[event.key];
  if (!move) return;
  event.preventDefault();
  move()?.focus();
}
