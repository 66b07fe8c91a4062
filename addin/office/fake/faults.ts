/** What can go wrong in a host, made to go wrong on purpose, and how it then behaves. */

import { fail } from "./context";
import type { Code } from "./context";

export const FIVE_MB = 5 * 1024 * 1024;

export class Faults {
  /** Syncs from now on that fail, counted from 1, and with what. */
  private breaks = new Map<number, Code>();
  /** Milliseconds that each sync takes. */
  delay = 0;
  offline = false;
  /** Somebody is typing in a cell: the host refuses everything. */
  cellEdit = false;
  /** Bytes that one sync may send, or receive. */
  limit = FIVE_MB;
  /** The real host may have done what stood before the operation that failed. */
  afterFailure: "nothing" | "before" = "nothing";
  /** In a sync that is broken: how many operations are done before it fails; null is all but the answer. */
  breakAt: number | null = 0;
  syncs = 0;
  operations = 0;
  private breaking: Code | null = null;

  /** Breaks the n-th sync from now (1 is the next). */
  breakSync(n: number, code: Code = "GeneralException", at: number | null = 0): void {
    this.breaks.set(this.syncs + n, code);
    this.breakAt = at;
  }

  clear(): void {
    this.breaks.clear();
    this.delay = 0;
    this.offline = false;
    this.cellEdit = false;
    this.afterFailure = "nothing";
  }

  async beforeSync(operations: number): Promise<void> {
    this.syncs += 1;
    this.operations += operations;
    const now = this.syncs;
    await new Promise((done) => setTimeout(done, this.delay));
    this.breaking = this.breaks.get(now) ?? null;
    this.breaks.delete(now);
    if (this.offline) fail("NetworkError", "Värden svarar inte.");
    if (this.cellEdit) fail("InvalidOperationInCellEditMode", "En cell redigeras.");
    if (this.breaking && operations === 0) this.afterSync();
  }

  beforeOperation(n: number, what: string): void {
    if (this.breaking && this.breakAt !== null && n >= this.breakAt) this.break(what);
  }

  afterSync(): void {
    if (this.breaking) this.break("sync");
  }

  private break(what: string): never {
    const code = this.breaking ?? "GeneralException";
    this.breaking = null;
    return fail(code, `${what} gick sönder med flit.`);
  }
}
