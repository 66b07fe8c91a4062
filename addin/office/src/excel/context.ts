/** How Excel is spoken to: in batches, and what it says when one fails is worded. */
import { worded } from "./words";

export type Context = Excel.RequestContext;

/** Whether Excel has a requirement set. */
export function supports(version: string, set = "ExcelApi"): boolean {
  return Office.context.requirements.isSetSupported(set, version);
}

/** Run a batch; what Excel says when it fails is worded. */
export async function run<T>(batch: (context: Context) => Promise<T>, writes = false): Promise<T> {
  try {
    return writes && supports("1.20")
      ? await Excel.run({ mergeUndoGroup: true }, batch)
      : await Excel.run(batch);
  } catch (error) {
    throw worded(error);
  }
}
