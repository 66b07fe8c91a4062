/** A command from the click to the answer in the pane: read, ask, write, show. */
import { commands, hasKey, rememberKey, runCommand, unlessStopped } from "./api";
import * as excel from "./excel";
import type { Pane } from "./pane";
import { asProblem, Cancelled, Problem } from "./problem";
import { BUTTONS, labelOf } from "./ribbon";
import type { Arguments, Place } from "./types";

export interface Runner {
  /** Run a command to its end. Never rejects: what goes wrong is shown in the pane. */
  run(command: string, given?: Arguments): Promise<void>;
  /** Ask the command that runs to stop. */
  cancel(): void;
  go(place: Place): void;
  /** Use a start code, and ask the server whether it is right. */
  unlock(key: string): Promise<void>;
}

export function makeRunner(pane: Pane): Runner {
  let running: { command: string; stop: AbortController } | undefined;
  let reads: Promise<Map<string, string[]>> | undefined;

  async function sheetsOf(command: string): Promise<string[]> {
    if (!hasKey()) throw noKey();
    reads ??= commands().then((list) => new Map(list.map(({ id, reads: names }) => [id, names])));
    try {
      const found = (await reads).get(command);
      if (found) return found;
    } catch (error) {
      reads = undefined;
      throw error;
    }
    throw new Problem(`Servern har inget kommando «${labelOf(command)}».`, {
      todo: "Stäng panelen och öppna den igen; den kan vara nyare eller äldre än servern.",
    });
  }

  async function run(command: string, given: Arguments = {}): Promise<void> {
    if (running) return pane.say(`${labelOf(running.command)} körs redan. Vänta, eller välj Avbryt.`);
    const stop = new AbortController();
    running = { command, stop };
    // Before anything is awaited: the one who clicked sees at once that it was heard.
    pane.begin(labelOf(command));
    void excel.enableRibbon(ribbonIds, false);
    try {
      const wanted = await unlessStopped(sheetsOf(command), stop.signal);
      const workbook = await excel.read(wanted);
      pane.progress({ done: 0, total: 0, what: "Väntar på svar" });
      const answer = await runCommand(command, workbook, given, pane.progress, stop.signal);
      if (stop.signal.aborted) throw new Cancelled();
      if (answer.actions.length) pane.writing();
      await excel.apply(answer.actions, workbook, answer.over_formulas);
      pane.show(command, answer.result);
    } catch (error) {
      if (error instanceof Cancelled) pane.cancelled(labelOf(command));
      else fail(asProblem(error), () => void run(command, given));
    } finally {
      running = undefined;
      pane.end();
      void excel.enableRibbon(ribbonIds, true);
    }
  }

  function fail(problem: Problem, again?: () => void): void {
    if (problem.locked) pane.askKey(problem, again);
    else pane.fail(problem, again);
  }

  return {
    run,
    cancel() {
      if (!running || running.stop.signal.aborted) return;
      running.stop.abort();
      pane.stopping();
    },
    go(place) {
      excel.goTo(place.sheet, place.address).catch((error: unknown) => fail(asProblem(error)));
    },
    async unlock(key) {
      rememberKey(key);
      reads = undefined;
      try {
        await sheetsOf("check");
        pane.unlocked();
      } catch (error) {
        fail(asProblem(error));
      }
    },
  };
}

const ribbonIds = BUTTONS.filter(({ kind }) => kind === "command").map(({ id }) => id);

export function noKey(): Problem {
  return new Problem("Panelen behöver en startkod för att få tala med Ramkoll.", {
    todo: "Klistra in startkoden som visas där Ramkoll startades.",
    locked: true,
  });
}
