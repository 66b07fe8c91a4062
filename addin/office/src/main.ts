/** The task pane starts here. */
import "@fluentui/web-components/button.js";
import "@fluentui/web-components/progress-bar.js";
import "@fluentui/web-components/switch.js";
import { hasKey, takeKey } from "./api";
import { makeRunner, noKey } from "./commands";
import { associate, officeIsDark, ready, showPane } from "./excel";
import { Pane } from "./pane";
import "./pane.css";
import { BUTTONS } from "./ribbon";
import { followTheme } from "./theme";

takeKey();
await ready();
followTheme(officeIsDark);

const pane = new Pane({
  go: (place) => runner.go(place),
  run: (command, given) => void runner.run(command, given),
  cancel: () => runner.cancel(),
  unlock: (key) => void runner.unlock(key),
});
const runner = makeRunner(pane);
pane.mount(document.body);
if (!hasKey()) pane.askKey(noKey());

for (const { command } of BUTTONS) {
  associate(command, async () => {
    // The answer is seen in the pane, so it is opened, and nothing waits for that.
    showPane().catch(() => undefined);
    if (command === "help") pane.help();
    else if (command !== "panel") await runner.run(command);
  });
}
