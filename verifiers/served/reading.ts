import { VerifierError } from "../../src/core/errors.ts";
import { orderKeeping, type Score } from "../../src/core/score.ts";
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

/** Numbers from a head without bounds that all lie in [0, 1] came through an activation: so many are no chance. */
const TOO_MANY = 4;
/** By server, model and preset: how many numbers came so far, and whether one lay outside [0, 1]. */
const seen = new Map<string, { inside: number; outside: boolean }>();

/**
 * Are these the raw numbers that the preset declares? One number a step or text only: a pair shows by its sum what it
 * is.
 * @throws VerifierError where a whole batch, or the batches so far, stay in [0, 1].
 */
export function checkRaw(preset: Preset, place: string, rows: readonly Row[]): void {
  const { kind } = preset.reading.number;
  if (kind === "probability" || kind === "value") return;
  const numbers = rows.flatMap((row) => ("none" in row || row.length !== 1 ? [] : row));
  const key = `${place}\u0000${preset.name}`;
  const before = seen.get(key) ?? { inside: 0, outside: false };
  const outside = before.outside || numbers.some((x) => x < 0 || x > 1);
  const inside = before.inside + numbers.length;
  seen.set(key, { inside: outside ? 0 : inside, outside });
  if (outside || (numbers.length < TOO_MANY && inside < 2 * TOO_MANY)) return;
  seen.delete(key);
  const recipe = preset.recipe === undefined ? "" : ` A command that serves it so: ${preset.recipe}`;
  throw new VerifierError(
    preset.name,
    `sent ${inside} numbers, all in [0, 1], where ${kind === "logit" ? "logits" : "rewards without bounds"} were expected: the server has put a sigmoid or softmax on them, which lets high ones tie. Have it send raw numbers (vLLM: "use_activation": false in the request or in --pooler-config; TEI: raw_scores), or write a preset of your own whose number is a probability.${recipe}`,
  );
}

/** At most six decimals. */
const short = (x: number): string => `${Math.round(x * 1e6) / 1e6}`;

/** The good number and, where the row has two, the bad one. */
function numbersOf(preset: Preset, row: readonly number[]): [number, number | undefined] {
  const { name, reading, scores } = preset;
  const { tokenIds, scale = 1, width, good: place = row.length - 1 } = reading;
  if (row.length === 0) {
    const what = scores === "process" ? "a step" : "the text";
    throw new VerifierError(name, `sent no number for ${what}, at least one was expected.`);
  }
  if (tokenIds !== undefined && row.length > 2) return verdictLogits(preset, tokenIds, row);
  if (width !== undefined && row.length !== width) {
    const what = `${width} ${width === 1 ? "number" : "numbers"}`;
    throw new VerifierError(
      name,
      `sent ${row.length} numbers where ${what} were expected. Is it the model that the preset describes?`,
    );
  }
  if (
    reading.number.kind === "logit" &&
    reading.number.map === "sigmoid" &&
    row.length > 1 &&
    reading.good === undefined
  ) {
    return [(row.reduce((sum, x) => sum + x, 0) / row.length) * scale, undefined];
  }
  const good = row[place];
  if (good === undefined) {
    throw new VerifierError(name, `sent ${row.length} numbers, and number ${place + 1} was to be read.`);
  }
  const other = row.length === 2 ? row[1 - place] : undefined;
  return [good * scale, other === undefined ? undefined : other * scale];
}

/** @throws VerifierError for a row that is shorter than the vocabulary: hidden dimensions, and no logits. */
function verdictLogits({ name, reading, recipe }: Preset, ids: readonly [number, number], row: readonly number[]) {
  const { scale = 1, vocabulary = Math.max(...ids) + 1 } = reading;
  const [good, bad] = [row[ids[0]], row[ids[1]]];
  if (row.length >= vocabulary && good !== undefined && bad !== undefined) {
    return [good * scale, bad * scale] as [number, number];
  }
  throw new VerifierError(
    name,
    `sent ${row.length} numbers for a token, and the vocabulary has ${vocabulary}: they are hidden dimensions, no logits of its tokens ${ids.join(" and ")}.${recipe === undefined ? "" : ` Serve it with: ${recipe}`}`,
  );
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
  if (number.kind === "reward") return probability(orderKeeping(good));
  if (number.kind === "head") return shifted(squashed(logit(good)));
  if (number.map === "sigmoid") return sigmoid(logit(good));
  if (bad === undefined) throw expected("two logits, good and bad, were expected");
  const both = row.length === 2 && good >= 0 && bad >= 0 && Math.abs(good + bad - 1) < 1e-3;
  // A server that has applied the softmax already: the pair is then the answer itself.
  return (both ? share(probability(good), probability(bad)) : null) ?? softmax(logit(good), logit(bad));
}
