/** The desk (ramkoll desktop), which has the open Excel in its hand: asked, and followed. */
import { ask, NoAnswer, rememberKey, streamed, takeKey } from "./api";
import { Problem } from "./problem";
import type { Arguments, DeskState, Place } from "./types";

/** How often a desk that does not answer is asked before we say that it is gone; and then. */
const TRIES = 4;
const SOON_MS = 500;
const SELDOM_MS = 3_000;
const AGAIN = "Välj Panel på fliken Ramkoll i Excel, så öppnas ett nytt fönster.";

/** Exchange the ticket that the window was opened with for the secret. True for a new window. */
export async function takeTicket(): Promise<boolean> {
  const ticket = /^#biljett=(.+)$/.exec(location.hash)?.[1];
  if (!ticket) {
    takeKey();
    return false;
  }
  history.replaceState(null, "", location.pathname);
  const sent = { method: "POST", headers: JSON_BODY, body: JSON.stringify({ ticket }) };
  const { secret } = (await (await ask("/biljett", sent, "")).json()) as { secret: string };
  rememberKey(secret);
  return true;
}

/** Run a command in the workbook that the desk was asked about last. */
export async function call(command: string, given: Arguments): Promise<void> {
  await post("/desk/calls", { command, arguments: given });
}

export async function cancel(): Promise<void> {
  await asked("/desk/calls", { method: "DELETE" });
}

export async function undo(): Promise<void> {
  await post("/desk/undo", {});
}

export async function go({ sheet, address }: Place): Promise<void> {
  await post("/desk/go", { sheet, address });
}

/**
 * Follow where the desk stands, for as long as this window is the one that does. ``lost`` is told when
 * the desk has gone; it may come back.
 */
export async function follow(told: (state: DeskState) => void, lost: (problem: Problem) => void): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      for await (const state of streamed<DeskState>("/desk/events")) {
        tries = 0;
        told(state);
        if (state.elsewhere) return;
      }
    } catch (error) {
      if (error instanceof Problem && error.locked) return lost(shutOut());
    }
    if (tries === TRIES) lost(gone());
    await new Promise((resolve) => setTimeout(resolve, tries < TRIES ? SOON_MS : SELDOM_MS));
  }
}

const JSON_BODY = { "Content-Type": "application/json" };

async function post(path: string, body: object): Promise<void> {
  await asked(path, { method: "POST", headers: JSON_BODY, body: JSON.stringify(body) });
}

async function asked(path: string, more: RequestInit): Promise<void> {
  try {
    await ask(path, more);
  } catch (error) {
    if (error instanceof NoAnswer) throw gone();
    throw error instanceof Problem && error.locked ? shutOut() : error;
  }
}

function gone(): Problem {
  return new Problem("Ramkoll är inte igång längre på datorn.", {
    todo: `${AGAIN} Händer inget: logga ut från datorn och in igen, eller be IT starta ramkoll desktop.`,
  });
}

function shutOut(): Problem {
  return new Problem("Fönstret får inte längre tala med Ramkoll.", { todo: AGAIN });
}
