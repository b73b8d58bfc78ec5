import type { Guessing } from "./guessing.ts";
import type { GuidedCompletion } from "./guided.ts";
import type { Overlap } from "./overlap.ts";

export { type Guessing, slotGuessing } from "./guessing.ts";
export { type GuidedCompletion, type GuidedSetup, guidedCompletion } from "./guided.ts";
export { CorpusOverlap, type Overlap } from "./overlap.ts";
export { rougeL } from "./rouge.ts";

/** What was found out about a set of problems: `contamination.json` of a run. */
export interface Contamination {
  /** File or name of the set, and the dataset that it is read as. */
  readonly source: string;
  readonly dataset: string;
  readonly problems: number;
  /** The model that was probed; null where only a corpus was read. */
  readonly model: string | null;
  readonly simulated: boolean;
  readonly corpus: readonly string[];
  readonly overlap: Overlap | null;
  readonly guided: GuidedCompletion | null;
  readonly guessing: Guessing | null;
}

export const contaminationFile = "contamination.json";
