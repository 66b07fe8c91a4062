/** The ribbon's groups and buttons, as addin/ribbon.toml has them. */
import ribbon from "../../ribbon.toml";

export interface RibbonButton {
  id: string;
  label: string;
  command: string;
  kind: "command" | "pane";
  screentip: string;
  supertip: string;
  keytip: string;
  icon: string;
}

export interface RibbonGroup {
  id: string;
  label: string;
  button: RibbonButton[];
}

export const GROUPS = (ribbon as { group: RibbonGroup[] }).group;
export const BUTTONS = GROUPS.flatMap(({ button }) => button);

/** What a command is called; those that are no button of the ribbon have a name of their own. */
export function labelOf(command: string): string {
  return OTHERS[command] ?? BUTTONS.find((one) => one.command === command)?.label ?? command;
}

const OTHERS: Record<string, string> = {
  acknowledge: "Kvittera",
  withdraw: "Ångra kvittering",
  use_forecast: "Använd förslaget",
  undo: "Ångra",
};
