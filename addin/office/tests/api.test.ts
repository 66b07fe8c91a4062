import { afterEach, beforeEach, expect, test, vi } from "vitest";

import * as api from "../src/api";
import { Cancelled, Problem } from "../src/problem";
import type { JobState, Snapshot } from "../src/types";

const BOOK: Snapshot = { name: "616.xlsx", sheets: [], active: "", selection: "A1", date_1904: false };
const STATE: JobState = { id: "j1", state: "running", done: 0, total: 0, what: "", answer: null, error: null };
const ANSWER = { command: "check", result: { message: "klart", view: { kind: "none" as const } }, actions: [], lines: [], over_formulas: false };

type Route = (request: Request) => Response | Promise<Response>;
let routes: Record<string, Route>;
let asked: Request[];

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
const lines = (...states: JobState[]) => new Response(states.map((state) => `${JSON.stringify(state)}\n`).join(""));

beforeEach(() => {
  asked = [];
  routes = {
    "POST /commands/check": () => json({ job: "j1" }, 202),
    "GET /jobs/j1/events": () => lines({ ...STATE, done: 1, total: 2 }, { ...STATE, state: "done", answer: ANSWER }),
    "DELETE /jobs/j1": () => json(STATE, 202),
  };
  vi.stubGlobal("location", { hash: "#nyckel=hemlig%20kod", pathname: "/", search: "", hostname: "127.0.0.1", origin: "https://127.0.0.1" });
  vi.stubGlobal("history", { replaceState: vi.fn() });
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const request = new Request(new URL(path, "https://127.0.0.1"), init);
    asked.push(request);
    const route = routes[`${request.method} ${path.replace("/api/v1", "")}`];
    if (!route) throw new TypeError("Failed to fetch");
    return route(request);
  });
  api.takeKey();
});
afterEach(() => vi.unstubAllGlobals());

const run = (told: (state: JobState) => void = () => undefined, signal = new AbortController().signal, book = BOOK) =>
  api.runCommand("check", book, {}, told, signal);

async function thrown(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(() => undefined, (error: unknown) => error);
}

test("a command is started, followed and answered, and the start code goes in a header only", async () => {
  const told: number[] = [];
  expect(await run((state) => told.push(state.done))).toEqual(ANSWER);
  expect(told).toEqual([1, 0]);
  expect(history.replaceState).toHaveBeenCalledWith(null, "", "/");
  for (const request of asked) {
    expect(request.headers.get("Authorization")).toBe("Bearer hemlig kod");
    expect(request.url).not.toContain("hemlig");
  }
});

test("a large workbook is compressed", async () => {
  const name = "x".repeat(200_000);
  let sent: unknown;
  routes["POST /commands/check"] = async (request) => {
    expect(request.headers.get("Content-Encoding")).toBe("gzip");
    sent = await new Response(request.body!.pipeThrough(new DecompressionStream("gzip"))).json();
    return json({ job: "j1" }, 202);
  };
  await run(undefined, undefined, { ...BOOK, name });
  expect(sent).toEqual({ workbook: { ...BOOK, name }, arguments: {} });
});

test("when the stream breaks the job is asked for until it has ended", async () => {
  let times = 0;
  routes["GET /jobs/j1/events"] = () => lines({ ...STATE, done: 1, total: 2 });
  routes["GET /jobs/j1"] = () => json(++times < 2 ? STATE : { ...STATE, state: "done", answer: ANSWER });
  expect(await run()).toEqual(ANSWER);
  expect(times).toBe(2);
});

test("a server that is gone in the middle is told of, with what to do", async () => {
  routes["GET /jobs/j1/events"] = () => lines(STATE);
  const problem = (await thrown(run())) as Problem;
  expect(problem).toBeInstanceOf(Problem);
  expect(problem.message).toContain("svarar inte");
  expect(problem.todo).toContain("ramkoll serve");
  expect(problem.id).toMatch(/^[0-9a-f]{8}$/);
});

test("what the server says went wrong is said on, with its id", async () => {
  const error = { id: "0123abcd", what: "Utdraget saknas.", where: "mappen", expected: "en fil", todo: "Beställ det." };
  routes["GET /jobs/j1/events"] = () => lines({ ...STATE, state: "failed", error });
  const { what: message, ...rest } = error;
  expect(await thrown(run())).toMatchObject({ message, ...rest });
  routes["POST /commands/check"] = () => json({ error }, 422);
  expect(await thrown(run())).toMatchObject({ id: "0123abcd", locked: false });
  routes["POST /commands/check"] = () => new Response("<h1>Bad Gateway</h1>", { status: 502 });
  expect((await thrown(run())) as Problem).toMatchObject({ message: "Servern svarade med kod 502." });
  routes["POST /commands/check"] = () => json({ error }, 401);
  expect(await thrown(run())).toMatchObject({ locked: true });
});

test("cancelling asks the job to stop, and its answer is never used", async () => {
  const stop = new AbortController();
  routes["GET /jobs/j1/events"] = () => {
    stop.abort();
    return lines({ ...STATE, state: "done", answer: ANSWER });
  };
  expect(await thrown(run(undefined, stop.signal))).toBeInstanceOf(Cancelled);
  expect(asked.map(({ method }) => method)).toContain("DELETE");
});

test("a pasted start code may be the whole address it stood in", async () => {
  api.rememberKey("  https://127.0.0.1:8000/#nyckel=abc \n");
  routes["GET /commands"] = () => json([{ id: "check", reads: ["*"] }]);
  await api.commands();
  expect(asked[0]!.headers.get("Authorization")).toBe("Bearer abc");
});
