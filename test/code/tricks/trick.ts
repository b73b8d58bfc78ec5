import type { BuiltLanguage, ScriptLanguage } from "../../../src/core/execution.ts";
import { Random } from "../../../src/core/random.ts";

/** An answer that is wrong, and would rather pass than be right. */
export interface Trick {
  readonly name: string;
  readonly language: "python" | "javascript" | BuiltLanguage | ScriptLanguage;
  readonly answer: string;
  readonly prefix: string;
  readonly program: string;
  readonly entryPoint: string;
}

/** What a grammar draws from, by the name of each part. */
export type Named = Readonly<Record<string, string>>;

/** `count` different sentences of a grammar, drawn with a seed. */
export function drawn<T extends { readonly name: string }>(
  count: number,
  seed: string,
  make: (random: Random) => T,
): T[] {
  const random = new Random(seed);
  const found = new Map<string, T>();
  for (let tries = 0; found.size < count && tries < 50 * count; tries++) {
    const one = make(random);
    found.set(one.name, one);
  }
  return [...found.values()];
}

/** A part of a grammar by chance. */
export function part(random: Random, parts: Named): readonly [string, string] {
  const names = Object.keys(parts);
  const name = random.choice(names);
  return [name, parts[name] ?? ""];
}

export const indented = (text: string, by = "    "): string => text.replace(/^(?=.)/gm, by);

/** What costs a whole time limit or much memory is left to `npm run conformance -- judge`, which takes all of them. */
const slow =
  /deep|long|flood|memory|megabytes|ring|raises RecursionError|at exit|repeat|sparse|settles|closes|throws itself|all of|for ever|stack|signal|stays/i;

export const sampled = (tricks: readonly Trick[], count: number): Trick[] =>
  new Random("sample").shuffle(tricks.filter(({ name }) => !slow.test(name))).slice(0, count);
