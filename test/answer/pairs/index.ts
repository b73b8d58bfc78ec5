import { collections } from "./collections.ts";
import { constants } from "./constants.ts";
import { expressions } from "./expressions.ts";
import { fractions } from "./fractions.ts";
import { kinds } from "./kinds.ts";
import { numbers } from "./numbers.ts";
import { peers } from "./peers.ts";
import { relations } from "./relations.ts";
import type { Pair } from "./table.ts";
import { words } from "./words.ts";

/** The whole table, by subject. */
export const pairs: Readonly<Record<string, readonly Pair[]>> = {
  numbers,
  fractions,
  constants,
  expressions,
  collections,
  relations,
  words,
  kinds,
  peers,
};
