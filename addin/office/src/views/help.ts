/** Help: what each button does, in the ribbon's own words, and what to do when something fails. */
import { h } from "../dom";
import { button, heading } from "../parts";
import { GROUPS } from "../ribbon";

const ADVICE = [
  ["Inget svar", "Kontrollera att Ramkoll är startat på datorn och att startkoden är den som visades när det startade."],
  ["Jag ångrar mig", "Ctrl+Z tar tillbaka det som ett kommando skrev. Avbryt stoppar ett kommando som körs, och då ändras inget."],
  ["Cellen är låst", "Ramkoll tar aldrig bort ett skydd och ersätter aldrig en formel med ett värde."],
  ["Ett fel visas", "Läs vad som står under Gör så här. Fel-id hjälper den som sköter Ramkoll att hitta orsaken."],
] as const;

export function helpView(back: () => void): HTMLElement {
  return h(
    "section",
    { class: "help" },
    h("div", { class: "head" }, heading("Hjälp"), button("Tillbaka", back, { appearance: "outline" })),
    ...GROUPS.flatMap(({ label, button }) => [
      h("h3", {}, label),
      h("dl", {}, ...button.map((one) => h("div", {}, h("dt", {}, one.label), h("dd", {}, one.supertip)))),
    ]),
    h("h3", {}, "När något inte går"),
    h("dl", {}, ...ADVICE.map(([what, todo]) => h("div", {}, h("dt", {}, what), h("dd", {}, todo)))),
  );
}
