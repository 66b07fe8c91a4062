/** Fluent's light or dark theme, as Office has it, else as the computer has it. */
import { webDarkTheme, webLightTheme } from "@fluentui/tokens";
import { setTheme } from "@fluentui/web-components/theme/set-theme.js";

const prefersDark = matchMedia("(prefers-color-scheme: dark)");

/** Follow the theme. Office tells nobody of a change, so it is asked when the pane is looked at. */
export function followTheme(officeIsDark: () => boolean | undefined): void {
  const show = () => {
    const dark = officeIsDark() ?? prefersDark.matches;
    document.documentElement.style.colorScheme = dark ? "dark" : "light";
    setTheme(dark ? webDarkTheme : webLightTheme);
  };
  show();
  prefersDark.addEventListener("change", show);
  addEventListener("focus", show);
  document.addEventListener("visibilitychange", show);
}
