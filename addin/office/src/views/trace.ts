/** Where a figure comes from, as a tree: arrows walk it, Enter goes to the cell. */
import { h } from "../dom";
import { figures, fold, heading, verdict } from "../parts";
import type { Acts } from "../parts";
import type { TraceNode, TraceView } from "../types";

/** Deeper steps are closed to begin with, so that the first view fits a pane. */
const OPEN_LEVELS = 2;

export function traceView(view: TraceView, acts: Acts): HTMLElement {
  const files = figures(view.files);
  const tree = h("ul", { class: "tree", role: "tree", "aria-label": "Källor" }, ...items(view.top, 1, acts));
  unfold(tree);
  tree.querySelector("li")?.setAttribute("tabindex", "0");
  tree.addEventListener("keydown", (event) => walk(event, tree));
  tree.addEventListener("focusin", (event) => {
    for (const one of tree.querySelectorAll("[tabindex='0']")) one.setAttribute("tabindex", "-1");
    (event.target as Element).closest("li")?.setAttribute("tabindex", "0");
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

/** A node and those below it, in the order they are read. Levels say what is below what. */
function items(node: TraceNode, level: number, acts: Acts): HTMLElement[] {
  return [item(node, level, acts), ...node.children.flatMap((child) => items(child, level + 1, acts))];
}

function item(node: TraceNode, level: number, acts: Acts): HTMLElement {
  const inner = node.children.length > 0;
  const go = () => (node.at.sheet ? acts.go(node.at) : inner && toggle(element));
  const element = h(
    "li",
    {
      class: node.at.sheet ? "node goes" : "node",
      role: "treeitem",
      tabindex: -1,
      "aria-level": level,
      "aria-expanded": inner ? String(level <= OPEN_LEVELS) : null,
      onclick: (event: Event) => {
        if ((event.target as Element).closest(".twist")) toggle(element);
        else go();
        element.focus();
      },
      onkeydown: (event: Event) => {
        if ((event as KeyboardEvent).key !== "Enter") return;
        event.preventDefault();
        go();
      },
    },
    h("span", { class: inner ? "twist" : "leaf", "aria-hidden": "true" }),
    h("span", { class: "label" }, node.label),
    " ",
    h("span", { class: "value" }, node.value),
    " ",
    h("span", { class: "place" }, node.at.words),
    " ",
    node.formula && h("code", {}, node.formula),
    !node.agrees && verdict(false, "Stämmer inte"),
  );
  element.style.setProperty("--level", String(level - 1));
  return element;
}

function toggle(element: HTMLElement): void {
  const open = element.getAttribute("aria-expanded") === "true";
  element.setAttribute("aria-expanded", String(!open));
  if (element.parentElement) unfold(element.parentElement);
}

const levelOf = (one: Element) => Number(one.getAttribute("aria-level"));

/** Hide what lies below something closed. */
function unfold(tree: HTMLElement): void {
  let closedAt = Infinity;
  for (const one of tree.querySelectorAll<HTMLElement>("li")) {
    const level = levelOf(one);
    one.hidden = level > closedAt;
    if (!one.hidden) closedAt = one.getAttribute("aria-expanded") === "false" ? level : Infinity;
  }
}

function walk(event: KeyboardEvent, tree: HTMLElement): void {
  const here = (event.target as Element).closest<HTMLElement>("li");
  if (!here) return;
  const all = [...tree.querySelectorAll<HTMLElement>("li:not([hidden])")];
  const at = all.indexOf(here);
  const open = here.getAttribute("aria-expanded");
  const above = all.slice(0, at).findLast((one) => levelOf(one) < levelOf(here));
  const moves: Record<string, () => HTMLElement | undefined> = {
    ArrowDown: () => all[at + 1],
    ArrowUp: () => all[at - 1],
    Home: () => all[0],
    End: () => all.at(-1),
    ArrowRight: () => (open === "true" ? all[at + 1] : (open === "false" && toggle(here), undefined)),
    ArrowLeft: () => (open === "true" ? (toggle(here), undefined) : above),
  };
  const move = moves[event.key];
  if (!move) return;
  event.preventDefault();
  move()?.focus();
}
