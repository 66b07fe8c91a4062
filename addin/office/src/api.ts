/** The server: commands are started, followed until they are done, and cancelled. */
import { Cancelled, fromServer, Problem } from "./problem";
import type { Answer, Arguments, CommandInfo, JobState, Snapshot, WireError } from "./types";

const BASE = "/api/v1";
const KEPT_AS = "ramkoll.nyckel";
/** A smaller body costs more to compress than to send over loopback. */
const GZIP_FROM = 64 * 1024;
/** To hand over a workbook, or to get a short answer. */
const ANSWER_MS = 30_000;
/** The server repeats a job's state when nothing happens, well within this. */
const SILENCE_MS = 20_000;
const POLL_MS = 400;
/** How often a server that does not answer is asked again before we say that it is gone. */
const POLL_TRIES = 5;
/** How long a cancelled job may take to stop before we let it be. */
const CANCEL_MS = 5_000;

let key = "";

/** Take the start code from the address, where it is removed, or from this session's memory. */
export function takeKey(): void {
  const given = /^#nyckel=(.+)$/.exec(location.hash)?.[1];
  if (given) {
    rememberKey(decodeURIComponent(given));
    history.replaceState(null, "", location.pathname + location.search);
  } else key = kept() ?? "";
}

export function hasKey(): boolean {
  return key !== "";
}

/** Use a start code from now on. People paste it with its spaces, or the whole address it came in. */
export function rememberKey(text: string): void {
  key = text.trim().replace(/^.*#nyckel=/, "");
  try {
    sessionStorage.setItem(KEPT_AS, key);
  } catch {
    // A browser without storage asks for the code again the next time; that is all.
  }
}

function kept(): string | null {
  try {
    return sessionStorage.getItem(KEPT_AS);
  } catch {
    return null;
  }
}

/** Every command with the sheets it reads. */
export async function commands(): Promise<CommandInfo[]> {
  return (await ask("/commands")).json() as Promise<CommandInfo[]>;
}

/**
 * Run a command to its end. ``told`` hears of each change of its state. When ``signal`` is aborted the
 * job is asked to stop, and Cancelled is thrown.
 */
export async function runCommand(
  id: string,
  workbook: Snapshot,
  given: Arguments,
  told: (state: JobState) => void,
  signal: AbortSignal,
): Promise<Answer> {
  if (signal.aborted) throw new Cancelled();
  const body = JSON.stringify({ workbook, arguments: given });
  const accepted = startJob(id, body);
  // However late the job is known: it is asked to stop.
  const cancel = () => void accepted.then((path) => ask(path, { method: "DELETE" })).catch(() => undefined);
  signal.addEventListener("abort", cancel, { once: true });
  try {
    const path = await unlessStopped(accepted, signal);
    return outcome(await unlessStopped(lastState(path, told), signal, CANCEL_MS));
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

async function startJob(id: string, body: string): Promise<string> {
  const more = { method: "POST", ...(await packed(body)) };
  const started = await ask(`/commands/${encodeURIComponent(id)}`, more);
  const { job } = (await started.json()) as { job: string };
  return `/jobs/${encodeURIComponent(job)}`;
}

/**
 * What is waited for, unless the user wants to stop: then Cancelled, at the latest after
 * ``patience`` milliseconds. What comes later is never used.
 */
export function unlessStopped<T>(coming: Promise<T>, signal: AbortSignal, patience = 0): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => setTimeout(() => reject(new Cancelled()), patience);
    signal.addEventListener("abort", giveUp, { once: true });
    if (signal.aborted) giveUp();
    // Once cancelled it stays cancelled, even when the job was quicker than the wish to stop it.
    coming.then(
      (found) => (signal.aborted ? reject(new Cancelled()) : resolve(found)),
      (error) => reject(signal.aborted ? new Cancelled() : error),
    );
  });
}

function outcome(state: JobState): Answer {
  if (state.state === "done" && state.answer) return state.answer;
  if (state.state === "cancelled") throw new Cancelled();
  if (state.error) throw fromServer(state.error);
  throw odd("Servern sa inte hur det gick.");
}

function ended({ state }: JobState): boolean {
  return state === "done" || state === "failed" || state === "cancelled";
}

/** Follow the stream of a job; when the stream breaks or falls silent, ask until it has ended. */
async function lastState(path: string, told: (state: JobState) => void): Promise<JobState> {
  try {
    for await (const state of streamed<JobState>(`${path}/events`)) {
      told(state);
      if (ended(state)) return state;
    }
  } catch (error) {
    if (error instanceof Problem && error.locked) throw error;
  }
  for (let failures = 0; ; ) {
    try {
      const state = (await (await ask(path)).json()) as JobState;
      failures = 0;
      told(state);
      if (ended(state)) return state;
    } catch (error) {
      if (!(error instanceof NoAnswer) || ++failures >= POLL_TRIES) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Each line of a stream. Throws when it falls silent; it ends when the server ends it. */
export async function* streamed<T>(path: string): AsyncGenerator<T> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  try {
    const response = await ask(path, { signal: silence.signal });
    if (!response.body) return;
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = ""; ; ) {
      const { value, done } = await reader.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
      const lines = (rest + value).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.trim()) yield JSON.parse(line) as T;
    }
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}

async function packed(body: string): Promise<{ body: BodyInit; headers: Record<string, string> }> {
  const headers = { "Content-Type": "application/json" };
  if (body.length < GZIP_FROM || typeof CompressionStream === "undefined") return { body, headers };
  const stream = new Blob([body]).stream().pipeThrough(new CompressionStream("gzip"));
  const bytes = await new Response(stream).arrayBuffer();
  return { body: bytes, headers: { ...headers, "Content-Encoding": "gzip" } };
}

/** No answer came, and one may come if asked again. */
export class NoAnswer extends Problem {}

/** Ask the server. Throws a Problem for all but a good answer; NoAnswer when none came. */
export async function ask(path: string, more: RequestInit = {}, base = BASE): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(base + path, {
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      signal: AbortSignal.timeout(ANSWER_MS),
      ...more,
      headers: { Authorization: `Bearer ${key}`, ...more.headers },
    });
  } catch (error) {
    throw unanswered(error);
  }
  if (response.ok) return response;
  throw await refused(response);
}

function unanswered(error: unknown): Problem {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "TimeoutError") {
    return new NoAnswer("Servern svarade inte i tid. Inget har ändrats.", {
      todo: "Vänta en stund och försök igen. Händer det igen: starta om Ramkolls server.",
    });
  }
  if (!navigator.onLine && !["localhost", "127.0.0.1", "[::1]"].includes(location.hostname)) {
    return new NoAnswer("Datorn har ingen nätverksanslutning. Inget har ändrats.", {
      todo: "Anslut till nätverket och försök igen.",
    });
  }
  return new NoAnswer("Ramkolls server svarar inte. Inget har ändrats.", {
    where: location.origin,
    todo: "Kontrollera att Ramkoll är startat («ramkoll serve»), och försök igen.",
  });
}

async function refused(response: Response): Promise<Problem> {
  const locked = response.status === 401;
  const body = (await response.json().catch(() => null)) as { error?: WireError } | null;
  if (typeof body?.error?.what === "string") return fromServer(body.error, locked);
  if (locked) {
    return new Problem("Startkoden saknas eller gäller inte längre.", {
      todo: "Klistra in den startkod som visas där Ramkoll startades.",
      locked,
    });
  }
  if (response.status === 413) {
    return new Problem("Arbetsboken är för stor för att skickas till servern.", {
      todo: "Ta bort blad som inte hör till uppföljningen och försök igen.",
    });
  }
  return odd(`Servern svarade med kod ${response.status}.`);
}

function odd(what: string): Problem {
  return new Problem(what, {
    todo: "Försök igen. Händer det igen: lämna fel-id till den som sköter Ramkoll.",
  });
}
