/** What a person is told when something cannot be done: cause, place, next step and an id. */
import type { WireError } from "./types";

export class Problem extends Error {
  readonly id: string;
  readonly where: string;
  readonly expected: string;
  readonly todo: string;
  /** The start code is missing or wrong, so that the pane asks for it. */
  readonly locked: boolean;

  constructor(
    what: string,
    more: { todo: string; where?: string; expected?: string; id?: string; locked?: boolean },
  ) {
    super(what);
    this.id = more.id || newId();
    this.where = more.where ?? "";
    this.expected = more.expected ?? "";
    this.todo = more.todo;
    this.locked = more.locked ?? false;
  }
}

/** The user has asked a command to stop. Nothing has been written. */
export class Cancelled extends Error {}

/** What the server says went wrong. */
export function fromServer(error: WireError, locked = false): Problem {
  const { id, where, expected, todo } = error;
  return new Problem(error.what, { id, where, expected, todo, locked });
}

/** A Problem of whatever was thrown. What is not foreseen is our own fault, and is said to be. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const problem = new Problem("Ett fel som Ramkoll inte känner till inträffade i panelen.", {
    todo: "Försök igen. Händer det igen: lämna fel-id till den som sköter Ramkoll.",
  });
  // Excel's own code says what happened, and holds no cell value as its message may.
  const code = (error as { code?: unknown } | null)?.code;
  const stack = error instanceof Error && code === undefined ? error.stack : undefined;
  console.error(`Ramkoll ${problem.id}`, code ?? stack ?? typeof error);
  return problem;
}

function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(4));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
