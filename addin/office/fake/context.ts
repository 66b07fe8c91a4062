/**
 * The machinery of the fake host: proxies whose reads and writes wait in a queue until sync, as
 * those of the real one do. What each kind of object can do is said in ``kinds_*.ts``.
 */

import type { Faults } from "./faults";
import type { WorkbookModel } from "./model";

/** The codes that the real host answers with, as far as the fake uses them. */
export type Code =
  | "AccessDenied"
  | "ApiNotFound"
  | "GeneralException"
  | "InvalidArgument"
  | "InvalidObjectPath"
  | "InvalidOperation"
  | "InvalidOperationInCellEditMode"
  | "ItemAlreadyExists"
  | "ItemNotFound"
  | "NetworkError"
  | "PropertyNotLoaded"
  | "RequestPayloadSizeLimitExceeded"
  | "ResponsePayloadSizeLimitExceeded";

export class HostError extends Error {
  override name = "OfficeExtension.Error";
  readonly debugInfo: { code: string; message: string; errorLocation: string };
  readonly traceMessages: string[] = [];
  readonly innerError = null;

  constructor(
    readonly code: Code,
    message: string,
    where = "",
  ) {
    super(`${code}: ${message}`);
    this.debugInfo = { code, message, errorLocation: where };
  }
}

export function fail(code: Code, message: string): never {
  throw new HostError(code, message);
}

export interface Scalar<T> {
  get(target: T, model: WorkbookModel): unknown;
  set?(target: T, value: unknown, model: WorkbookModel): void;
}

/**
 * What one class of the host can do. ``Real`` is its interface in @types/office-js, so that a name
 * that does not exist there is a type error; ``T`` is what stands behind it in the model.
 * ``finds`` are methods that give an object; a null from one is ItemNotFound, or a null object
 * when the name ends in OrNullObject.
 */
export interface Kind<Real, T> {
  readonly name: string;
  readonly scalars?: Partial<Record<keyof Real & string, Scalar<T>>>;
  readonly objects?: Partial<Record<keyof Real & string, Found<T>>>;
  readonly finds?: Partial<Record<keyof Real & string, Found<T>>>;
  readonly does?: Partial<
    Record<keyof Real & string, (target: T, args: never, model: WorkbookModel) => void>
  >;
  readonly gives?: Partial<
    Record<keyof Real & string, (target: T, args: never, model: WorkbookModel) => unknown>
  >;
  /** What is not queued at all: the addresses of events. */
  readonly now?: Partial<Record<keyof Real & string, (proxy: Proxied<T>) => unknown>>;
  readonly items?: { kind: () => AnyKind; list(target: T, model: WorkbookModel): unknown[] };
}
export interface Found<T> {
  kind(): AnyKind;
  find(target: T, args: never, model: WorkbookModel): unknown;
}
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- kinds of every class stand together
export type AnyKind = Kind<any, any>;

/** An object that a client holds: its target is known only once its place in the queue is past. */
export interface Proxied<T = unknown> {
  readonly kind: AnyKind;
  readonly context: Context;
  target: T | null;
  resolved: boolean;
  loaded: Map<string, unknown>;
  children: Map<string, object>;
  proxy: object;
}

const RAW = Symbol("the fake's side of a proxy");

export function raw(proxy: unknown): Proxied | null {
  return (proxy as { [RAW]?: Proxied } | null)?.[RAW] ?? null;
}

interface Waiting {
  readonly what: string;
  readonly bytes: number;
  readonly writes: boolean;
  /** Bytes that go back to the client. */
  run(): number;
}

const UTF8 = new TextEncoder();

export class Context {
  private queue: Waiting[] = [];
  /** Every write of a context with a merged undo group waits for the end to become one step. */
  merge = false;
  open = true;

  constructor(
    readonly model: WorkbookModel,
    readonly faults: Faults,
  ) {}

  add(what: string, args: unknown, writes: boolean, run: () => unknown): void {
    if (!this.open) fail("InvalidObjectPath", `${what}: Excel.run för objektet är slut.`);
    const bytes = 200 + size(args);
    this.queue.push({ what, bytes, writes, run: () => size(run()) });
  }

  /** Does what has been queued. On a failure nothing more is done, and the queue is forgotten. */
  async sync<R>(through?: R): Promise<R> {
    const queue = this.queue;
    this.queue = [];
    await this.faults.beforeSync(queue.length);
    const sent = queue.reduce((sum, one) => sum + one.bytes, 0);
    if (sent > this.faults.limit) {
      fail("RequestPayloadSizeLimitExceeded", `${sent} byte i en sync; gränsen är 5 MB.`);
    }
    const mark = this.model.mark();
    const cuts: number[] = [];
    let what = "";
    try {
      let received = 0;
      for (const [n, one] of queue.entries()) {
        what = one.what;
        this.faults.beforeOperation(n, one.what);
        received += one.run();
        if (one.writes) cuts.push(this.model.mark());
      }
      what = "sync";
      if (received > this.faults.limit) {
        fail("ResponsePayloadSizeLimitExceeded", `${received} byte i svaret; gränsen är 5 MB.`);
      }
      this.faults.afterSync();
    } catch (error) {
      if (this.faults.afterFailure === "nothing") this.model.rollback(mark);
      else if (!this.merge) this.model.commit(cuts);
      if (error instanceof HostError) error.debugInfo.errorLocation ||= what;
      throw error;
    }
    if (!this.merge) this.model.commit(cuts);
    return through as R;
  }
}

function size(value: unknown): number {
  if (value === undefined) return 0;
  const text = JSON.stringify(value);
  return text === undefined ? 0 : UTF8.encode(text).length;
}

/** A client's object of a kind. ``find`` is run when the queue has come to it. */
export function proxied(
  kind: AnyKind,
  context: Context,
  what: string,
  find: () => unknown,
  orNull: boolean,
  args: unknown = [],
): object {
  const self = bare(kind, context);
  context.add(what, args, false, () => {
    const target = find();
    if (target === null && !orNull) fail("ItemNotFound", `${what} finns inte.`);
    self.target = target;
    self.resolved = true;
  });
  return self.proxy;
}

function bare(kind: AnyKind, context: Context): Proxied {
  const self: Proxied = {
    kind,
    context,
    target: null,
    resolved: false,
    loaded: new Map(),
    children: new Map(),
    proxy: {},
  };
  self.proxy = new Proxy({}, {
    get: (_, key) => (typeof key === "symbol" ? (key === RAW ? self : undefined) : read(self, key)),
    set: (_, key, value) => write(self, String(key), value),
    has: (_, key) => typeof key === "string" && knows(kind, key),
  });
  return self;
}

export function known(kind: AnyKind, context: Context, target: unknown): object {
  const self = bare(kind, context);
  self.target = target;
  self.resolved = true;
  return self.proxy;
}

function knows(kind: AnyKind, key: string): boolean {
  const has = (table: object | undefined): boolean => table !== undefined && key in table;
  return (
    ["context", "load", "isNullObject", "set", "toJSON", "track", "untrack"].includes(key) ||
    (key === "items" && kind.items !== undefined) ||
    [kind.scalars, kind.objects, kind.finds, kind.does, kind.gives, kind.now].some(has)
  );
}

function read(self: Proxied, key: string): unknown {
  const { kind, context } = self;
  const what = `${kind.name}.${key}`;
  const scalars = kind.scalars as Record<string, Scalar<unknown>> | undefined;
  if (key === "then") return undefined; // so that a proxy may be awaited, as the real one may
  if (key === "context") return context;
  if (key === "track" || key === "untrack") return () => self.proxy;
  if (key === "load") return (wanted?: unknown) => load(self, wanted);
  if (key === "toJSON") return () => Object.fromEntries(self.loaded);
  if (key === "set") {
    return (values: object) => {
      for (const [name, value] of Object.entries(values)) assignDeep(self, name, value);
    };
  }
  if (key === "isNullObject") {
    if (!self.resolved) throw new HostError("PropertyNotLoaded", `${what} lästes före sync.`);
    return self.target === null;
  }
  if (key === "items" || scalars?.[key]) {
    if (self.loaded.has(key)) return self.loaded.get(key);
    if (self.resolved && self.target === null) return undefined;
    throw new HostError("PropertyNotLoaded", `${what} är inte laddad: load och sync saknas.`);
  }
  const object = kind.objects?.[key];
  if (object) {
    let child = self.children.get(key);
    if (!child) {
      const find = (): unknown =>
        self.target === null ? null : object.find(self.target as never, [] as never, context.model);
      child = proxied(object.kind(), context, what, find, true);
      self.children.set(key, child);
    }
    return child;
  }
  const found = kind.finds?.[key] as Found<unknown> | undefined;
  if (found) {
    return (...args: never[]) => {
      const orNull = key.endsWith("OrNullObject");
      const find = (): unknown => {
        if (self.target === null && orNull) return null;
        return found.find(there(self, what), args.map(bareArgument) as never, context.model);
      };
      return proxied(found.kind(), context, what, find, orNull, args);
    };
  }
  const does = kind.does?.[key];
  if (does) {
    return (...args: never[]) =>
      context.add(what, args, true, () =>
        void does(there(self, what) as never, args.map(bareArgument) as never, context.model),
      );
  }
  const gives = kind.gives?.[key];
  if (gives) {
    return (...args: never[]) => {
      const result = new Result(what);
      context.add(what, args, false, () => {
        return (result.settled = gives(there(self, what) as never, args as never, context.model));
      });
      return result;
    };
  }
  const now = kind.now?.[key];
  if (now) return now(self as never);
  throw new Error(`${what}: not in the fake`);
}

class Result {
  settled: unknown = undefined;
  constructor(private readonly what: string) {}
  get value(): unknown {
    if (this.settled === undefined) {
      throw new HostError("PropertyNotLoaded", `${this.what}: värdet lästes före sync.`);
    }
    return this.settled;
  }
}

/** A proxy given as an argument stands for its target. */
function bareArgument(argument: unknown): unknown {
  const self = argument !== null && typeof argument === "object" ? raw(argument) : null;
  if (!self) return argument;
  if (self.target === null) fail("ItemNotFound", `${self.kind.name} finns inte.`);
  return self.target;
}

function there(self: Proxied, what: string): unknown {
  if (self.target === null) fail("ItemNotFound", `${what}: objektet finns inte.`);
  return self.target;
}

function write(self: Proxied, key: string, value: unknown): boolean {
  const what = `${self.kind.name}.${key}`;
  const scalar = self.kind.scalars?.[key] as Scalar<unknown> | undefined;
  if (!scalar) throw new Error(`${what}: not in the fake`);
  const set = scalar.set;
  if (!set) throw new TypeError(`${what} kan bara läsas.`);
  self.loaded.set(key, value);
  self.context.add(what, value, true, () =>
    void set.call(scalar, there(self, what), value, self.context.model),
  );
  return true;
}

function assignDeep(self: Proxied, key: string, value: unknown): void {
  if (self.kind.objects?.[key]) {
    const child = raw(read(self, key)) as Proxied;
    for (const [name, inner] of Object.entries(value as object)) assignDeep(child, name, inner);
  } else write(self, key, value);
}

/** What ``load`` was asked for, as a tree: «items/name, format/fill/color» or the object form. */
type Wanted = Map<string, Wanted>;

function wantedTree(wanted: unknown, tree: Wanted = new Map()): Wanted {
  if (typeof wanted === "string") {
    for (const path of wanted.split(",")) {
      let at = tree;
      for (const step of path.trim().split("/").filter(Boolean)) {
        const next = at.get(step) ?? new Map<string, Wanted>();
        at.set(step, next);
        at = next as Wanted;
      }
    }
  } else if (Array.isArray(wanted)) {
    for (const one of wanted) wantedTree(one, tree);
  } else if (wanted !== null && typeof wanted === "object") {
    for (const [key, inner] of Object.entries(wanted)) {
      if (inner === false || key === "$top" || key === "$skip") continue;
      const next: Wanted = tree.get(key) ?? new Map();
      tree.set(key, next);
      if (typeof inner === "object") wantedTree(inner, next);
    }
  }
  return tree;
}

function load(self: Proxied, wanted: unknown): object {
  const tree = wantedTree(wanted);
  if (wanted === undefined) {
    for (const key of Object.keys(self.kind.scalars ?? {})) tree.set(key, new Map());
    if (self.kind.items) tree.set("items", new Map());
  }
  self.context.add(`${self.kind.name}.load`, wanted, false, () => fetch(self, tree));
  return self.proxy;
}

function fetch(self: Proxied, tree: Wanted): unknown[] {
  const { kind, target, context } = self;
  if (target === null) return [];
  const sent: unknown[] = [];
  const { items } = kind;
  if (items && (tree.size === 0 || [...tree.keys()].some((key) => !kind.scalars?.[key]))) {
    // «name» on a collection means «items/name».
    const inner: Wanted = new Map(tree.get("items") ?? []);
    for (const [key, deeper] of tree) if (key !== "items" && !kind.scalars?.[key]) inner.set(key, deeper);
    const list = items.list(target, context.model).map((one) => {
      const proxy = known(items.kind(), context, one);
      sent.push(fetch(raw(proxy) as Proxied, inner));
      return proxy;
    });
    self.loaded.set("items", list);
  }
  for (const [key, inner] of tree) {
    const scalar = kind.scalars?.[key] as Scalar<unknown> | undefined;
    const object = kind.objects?.[key];
    if (key === "isNullObject" || (items && !scalar)) continue;
    if (scalar) {
      const value = scalar.get(target, context.model);
      self.loaded.set(key, value);
      sent.push(value);
    } else if (object) {
      let child = self.children.get(key);
      if (!child) {
        child = known(object.kind(), context, object.find(target as never, [] as never, context.model));
        self.children.set(key, child);
      }
      sent.push(fetch(raw(child) as Proxied, inner));
    } else fail("InvalidArgument", `${kind.name} har ingen egenskap «${key}» som går att ladda.`);
  }
  return sent;
}
