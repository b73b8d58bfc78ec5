import { VerifierError } from "../../src/core/errors.ts";
import type { Score } from "../../src/core/score.ts";
import { logit, type Probability, probability, share, shifted, sigmoid, softmax, squashed, value } from "./numbers.ts";
import type { Preset } from "./preset.ts";
import type { Row } from "./site.ts";

/**
 * A row as a score; an outcome score has the raw numbers in its reason. @throws VerifierError for numbers that are not
 * what the preset declares.
 */
export function scoreOfRow(preset: Preset, row: Row): Score {
  if ("none" in row) return { value: null, reason: row.none };
  const [good, bad] = numbersOf(preset, row);
  const { value: result } = probabilityOf(preset, good, bad, row);
  // The raw numbers of steps are in the trace, one event for a solution: a text for each step would cost more than its
  // score.
  if (preset.scores === "process") return { value: result, raw: good };
  const { kind } = preset.reading.number;
  const [first = good, second] = row.length <= 2 ? row : [good, bad];
  const reason = `raw ${short(first)}${second === undefined ? "" : ` ${short(second)}`} (${kind})`;
  return { value: result, reason, raw: good };
}

/** At most six decimals. */
const short = (x: number): string => `${Math.round(x * 1e6) / 1e6}`;

/** The good number and, where the row has two, the bad one. */
function numbersOf({ name, reading, scores }: Preset, row: readonly number[]): [number, number | undefined] {
  const { tokenIds, scale = 1 } = reading;
  if (row.length === 0) {
    const what = scores === "process" ? "a step" : "the text";
    throw new VerifierError(name, `sent no number for ${what}, at least one was expected.`);
  }
  if (tokenIds !== undefined && row.length > 2) {
    const [good, bad] = [row[tokenIds[0]], row[tokenIds[1]]];
    if (good === undefined || bad === undefined) {
      throw new VerifierError(name, `sent ${row.length} numbers, and token ${Math.max(...tokenIds)} was to be read.`);
    }
    return [good * scale, bad * scale];
  }
  if (
    reading.number.kind === "logit" &&
    reading.number.map === "sigmoid" &&
    row.length > 1 &&
    reading.good === undefined
  ) {
    return [(row.reduce((sum, x) => sum + x, 0) / row.length) * scale, undefined];
  }
  const place = Math.min(reading.good ?? row.length - 1, row.length - 1);
  const other = row.length === 2 ? row[1 - place] : undefined;
  return [(row[place] ?? Number.NaN) * scale, other === undefined ? undefined : other * scale];
}

function probabilityOf(preset: Preset, good: number, bad: number | undefined, row: readonly number[]): Probability {
  const { name, reading } = preset;
  const { number } = reading;
  const expected = (what: string) =>
    new VerifierError(name, `sent ${row.map(short).join(" ")}; ${what}. Is it the model that the preset describes?`);
  if (number.kind === "probability") {
    if (!(good >= -1e-6 && good <= 1 + 1e-6)) throw expected("a probability in [0, 1] was expected");
    if (bad !== undefined && Math.abs(good + bad - 1) > 0.01)
      throw expected("two probabilities that add up to 1 were expected");
    return probability(Math.min(1, Math.max(0, good)));
  }
  if (number.kind === "value") {
    if (!(good >= -1 - 1e-6 && good <= 1 + 1e-6)) throw expected("a value in [-1, 1] was expected");
    return shifted(value(Math.min(1, Math.max(-1, good))));
  }
  if (number.kind === "head") return shifted(squashed(logit(good)));
  if (number.map === "sigmoid") return sigmoid(logit(good));
  if (bad === undefined) throw expected("two logits, good and bad, were expected");
  const both = row.length === 2 && good >= 0 && bad >= 0 && Math.abs(good + bad - 1) < 1e-3;
  // A server that has applied the softmax already: the pair is then the answer itself.
  return (both ? share(probability(good), probability(bad)) : null) ?? softmax(logit(good), logit(bad));
}
