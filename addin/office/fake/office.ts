/** The Office object of the fake host: start, ribbon, theme, what the host can do. */

import type { Faults } from "./faults";
import type { WorkbookModel } from "./model";

export interface Theme {
  readonly isDarkTheme: boolean;
  readonly bodyBackgroundColor: string;
  readonly bodyForegroundColor: string;
  readonly controlBackgroundColor: string;
  readonly controlForegroundColor: string;
}
export const LIGHT: Theme = {
  isDarkTheme: false,
  bodyBackgroundColor: "#FFFFFF",
  bodyForegroundColor: "#242424",
  controlBackgroundColor: "#FFFFFF",
  controlForegroundColor: "#242424",
};
export const DARK: Theme = {
  isDarkTheme: true,
  bodyBackgroundColor: "#1F1F1F",
  bodyForegroundColor: "#FFFFFF",
  controlBackgroundColor: "#292929",
  controlForegroundColor: "#FFFFFF",
};

export interface Options {
  readonly language?: string;
  readonly theme?: Theme;
  /** Requirement sets with their highest version; what is not here is not supported. */
  readonly requirements?: Readonly<Record<string, string>>;
  /** Milliseconds within which a command must have called event.completed(). */
  readonly patience?: number;
  /** Whether Excel.run understands mergeUndoGroup. */
  readonly mergesUndo?: boolean;
}

export const REQUIREMENTS: Readonly<Record<string, string>> = {
  ExcelApi: "1.20",
  SharedRuntime: "1.2",
  RibbonApi: "1.2",
  AddinCommands: "1.3",
  DialogApi: "1.2",
};

type Action = (event: { source: { id: string }; completed: () => void }) => unknown;

/** What a test or the demo does to the host from outside: clicks in the ribbon, shows the pane. */
export class Outside {
  readonly actions = new Map<string, Action>();
  /** Controls of the ribbon that the client has disabled, by id. */
  readonly disabled = new Set<string>();
  paneVisible = true;
  theme: Theme;
  private readonly paneListeners = new Set<(visible: boolean) => void>();

  constructor(
    readonly model: WorkbookModel,
    readonly faults: Faults,
    readonly options: Options,
  ) {
    this.theme = options.theme ?? LIGHT;
  }

  /** Runs what a ribbon button is associated with; rejects when it never says that it is done. */
  clickRibbon(functionName: string): Promise<void> {
    const action = this.actions.get(functionName);
    if (!action) return Promise.reject(new Error(`Ingen funktion heter ${functionName}.`));
    const patience = this.options.patience ?? 300_000;
    return new Promise((done, failed) => {
      let completed = 0;
      const watchdog = setTimeout(() => {
        failed(new Error(`${functionName} anropade aldrig event.completed().`));
      }, patience);
      const event = {
        source: { id: functionName },
        completed: () => {
          completed += 1;
          if (completed > 1) failed(new Error(`${functionName} anropade completed() två gånger.`));
          clearTimeout(watchdog);
          done();
        },
      };
      Promise.resolve()
        .then(() => action(event))
        .catch((error: unknown) => {
          clearTimeout(watchdog);
          failed(error as Error);
        });
    });
  }

  showPane(visible: boolean): void {
    if (this.paneVisible === visible) return;
    this.paneVisible = visible;
    for (const listener of this.paneListeners) listener(visible);
  }

  onPane(listener: (visible: boolean) => void): () => void {
    this.paneListeners.add(listener);
    return () => this.paneListeners.delete(listener);
  }
}

function atLeast(has: string, wanted: string): boolean {
  const [major = 0, minor = 0] = has.split(".").map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split(".").map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

/** The parts of Office that a task pane with a shared runtime uses. */
export function officeObject(outside: Outside): object {
  const { options } = outside;
  const info = { host: "Excel", platform: "OfficeOnline" };
  const requirements = {
    isSetSupported: (name: string, version = "1.1") =>
      atLeast((options.requirements ?? REQUIREMENTS)[name] ?? "0", version),
  };
  return only("Office", {
    onReady: (callback?: (found: typeof info) => unknown) =>
      new Promise((done) => setTimeout(done, 0)).then(() => {
        callback?.(info);
        return info;
      }),
    context: only("Office.context", {
      requirements,
      displayLanguage: options.language ?? "sv-SE",
      contentLanguage: options.language ?? "sv-SE",
      host: "Excel",
      platform: "OfficeOnline",
      diagnostics: { host: "Excel", platform: "OfficeOnline", version: "16.0" },
      get officeTheme() {
        return outside.theme;
      },
      document: only("Office.context.document", { url: outside.model.name }),
    }),
    actions: only("Office.actions", {
      associate: (name: string, action: Action) => void outside.actions.set(name, action),
    }),
    addin: only("Office.addin", {
      showAsTaskpane: async () => outside.showPane(true),
      hide: async () => outside.showPane(false),
      onVisibilityModeChanged: async (handler: (message: { visibilityMode: string }) => void) =>
        outside.onPane((visible) => handler({ visibilityMode: visible ? "Taskpane" : "Hidden" })),
      setStartupBehavior: async () => undefined,
      getStartupBehavior: async () => "None",
    }),
    ribbon: only("Office.ribbon", {
      requestUpdate: async (update: RibbonUpdate) => {
        for (const tab of update.tabs) {
          const grouped = (tab.groups ?? []).flatMap((group) => group.controls ?? []);
          for (const control of [...grouped, ...(tab.controls ?? [])]) {
            if (control.enabled === false) outside.disabled.add(control.id);
            else outside.disabled.delete(control.id);
          }
        }
        outside.model.tell("select");
      },
    }),
    HostType: { Excel: "Excel", Word: "Word" },
    PlatformType: { PC: "PC", OfficeOnline: "OfficeOnline", Mac: "Mac" },
    VisibilityMode: { hidden: "Hidden", taskpane: "Taskpane" },
    StartupBehavior: { none: "None", load: "Load" },
  });
}

interface RibbonControl {
  id: string;
  enabled?: boolean;
}
interface RibbonUpdate {
  tabs: { id: string; groups?: { controls?: RibbonControl[] }[]; controls?: RibbonControl[] }[];
}

/** An object that says so when it is asked for what it has not. */
export function only<T extends object>(name: string, members: T): T {
  return new Proxy(members, {
    get(target, key, receiver) {
      if (typeof key === "symbol" || key in target) return Reflect.get(target, key, receiver);
      if (key === "then" || key === "toJSON") return undefined;
      throw new Error(`${name}.${key}: not in the fake`);
    },
  });
}
