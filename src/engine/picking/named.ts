import type { Selection } from "../../core/strategy.ts";
import {
  best,
  bestElseLast,
  bestOrMajority,
  bestValue,
  complexityMajority,
  first,
  last,
  majority,
  weighted,
  weightedByValue,
} from "./selections.ts";
import { tournament } from "./tournament.ts";

/** Selections by the names that configurations use. */
export const selections: Readonly<Record<string, (keep?: number) => Selection>> = {
  majority,
  best,
  weighted,
  "complexity-majority": complexityMajority,
  first,
  last,
  "best-value": bestValue,
  "weighted-by-value": weightedByValue,
  "best-else-last": bestElseLast,
  "best-or-majority": bestOrMajority,
  tournament: () => tournament(),
};
