import { isDeepStrictEqual } from "node:util";

/** One thing that a part must do. `run` throws an error that says what it does instead. */
export interface ContractCheck {
  readonly title: string;
  run(): Promise<void>;
}

export const check = (title: string, run: () => unknown): ContractCheck => ({
  title,
  run: async () => {
    await run();
  },
});

/** @throws Error with the sentence where the value does not hold. */
export function holds(value: boolean, sentence: string): void {
  if (!value) throw new Error(sentence);
}

export function same(found: unknown, expected: unknown, what: string): void {
  holds(isDeepStrictEqual(found, expected), `${what}: ${shown(found)} is not ${shown(expected)}`);
}

export const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 200) ?? String(value);

/** The error of an act. @throws Error with the sentence where it has none. */
export async function failureOf(act: () => unknown, sentence: string): Promise<Error> {
  try {
    await act();
  } catch (error) {
    return error as Error;
  }
  throw new Error(sentence);
}
