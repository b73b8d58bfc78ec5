import type { ClockValue, DateValue } from "./moments.ts";
import type { Rational } from "./rational.ts";
import type { Scalar } from "./scalars.ts";

export type Relation = "=" | "<" | "<=" | ">" | ">=" | "!=";

/** What an answer is, read once from its text. Brackets of a sequence are as written: "(" "[" ")" "]". */
export type Value =
  | Scalar
  | { readonly type: "sequence"; readonly open: string; readonly close: string; readonly items: readonly Value[] }
  /**
   * A bare list "1, 2", what ± stands for, "x = 1 or x = 2": unordered. `joined` by "or", by "and", or by signs only;
   * "{1, 2}" in braces, which LaTeX does not show.
   */
  | {
      readonly type: "list";
      readonly items: readonly Value[];
      readonly joined: "or" | "and" | "comma" | "braces";
      /** As written. */
      readonly text?: string;
    }
  /** "5/7 ≈ 0.714": a value and what it comes to. */
  | { readonly type: "approximate"; readonly value: Value; readonly tail: Value }
  | { readonly type: "set"; readonly items: readonly Value[] }
  | { readonly type: "union"; readonly pieces: readonly Value[]; readonly without: readonly Value[] }
  | { readonly type: "everything" }
  | { readonly type: "matrix"; readonly rows: readonly (readonly Value[])[]; readonly bars: boolean }
  /** `name` is set where the left side is only a name for the right side. */
  | { readonly type: "equation"; readonly left: Value; readonly right: Value; readonly name: string | null }
  /** sides[0] relations[0] sides[1] relations[1] sides[2] …; no "=" among them unless beside an inequality. */
  | { readonly type: "inequality"; readonly sides: readonly Value[]; readonly relations: readonly Relation[] }
  | { readonly type: "based"; readonly digits: string; readonly base: number; readonly value: Rational }
  | { readonly type: "ratio"; readonly terms: readonly Rational[]; readonly clock: ClockValue | null }
  | { readonly type: "date"; readonly date: DateValue }
  | { readonly type: "clock"; readonly clock: ClockValue }
  | { readonly type: "words"; readonly key: string; readonly text: string }
  /** Neither prose nor a formula that the readers know. */
  | { readonly type: "unknown"; readonly text: string };

export type Of<Type extends Value["type"]> = Extract<Value, { type: Type }>;
