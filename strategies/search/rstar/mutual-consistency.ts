import type { ScoredCandidate } from "../../../src/core/candidate.ts";
import type { Message } from "../../../src/core/policy.ts";
import type { Run } from "../../../src/core/run.ts";
import type { Pick, Selection } from "../../../src/core/strategy.ts";

export interface MutualConsistencyOptions {
  /** The task that the second model completes solutions of. */
  readonly messages: (run: Run) => readonly Message[];
  /** Beginnings of each solution that are completed. */
  readonly prefixes: number;
  /** The second model's part. */
  readonly discriminator: string;
  /** Solutions tried at most, heaviest answers first. */
  readonly most: number;
  /** Picks while the search runs, and where no solution survives. Its tally weighs the answers. */
  readonly interim: Selection;
}

/** Answers longer than this are taken for a failure to answer. */
const longestAnswer = 100;
/** An answer with this share of the weight needs no test. */
const certain = 0.999;

/**
 * Mutual consistency (rStar: Qi et al. 2024, arXiv:2408.06195, section 3.3): of every solution, the beginning is given
 * to a second model, once for each of a few lengths; the solution survives when at least half (rounded down) of the
 * completions reach its answer. Among the answers with a surviving solution the one with the largest sum wins of two
 * shares: the rewards of its survivors / the number of all survivors, and its survivors / all its solutions. When
 * nothing survives, the interim pick stands.
 *
 * The published discriminator looks at the reference answer (it gives up where no survivor is right); this one sees the
 * question alone. A solution's reward is its value; where nothing was valued, 1. Equal texts are tried once and count
 * as often as they were sampled. The second model is the one named "discriminator", else the policy. Cost: at most
 * `prefixes · most` calls, drawn at temperature 1; none where one answer has nearly all the weight. Ties: the earlier
 * answer.
 */
export function mutualConsistency(options: MutualConsistencyOptions): Selection {
  return {
    name: "mutual-consistency",
    usesScores: options.interim.usesScores,
    interim: options.interim,
    pick: async (candidates, run) => {
      const interim = await options.interim.pick(candidates, run);
      if (interim === null || (interim.support ?? 0) > certain || candidates.length < 2) return interim;
      const tried = await survivals(candidates, run, interim, options);
      return decide(tried, (answers) => run.classes(answers)) ?? interim;
    },
  };
}

/** A solution text, the candidates that have it, and whether it survives. */
export interface Tried {
  readonly members: readonly ScoredCandidate[];
  readonly survives: boolean;
}

async function survivals(
  candidates: readonly ScoredCandidate[],
  run: Run,
  interim: Pick,
  options: MutualConsistencyOptions,
): Promise<Tried[]> {
  const heaviest = interim.tally.map(({ answer }) => answer);
  const classes = run.classes([...heaviest, ...candidates.map(({ answer }) => answer?.text ?? null)]);
  const place = new Map(heaviest.map((_, i) => [classes[i], i] as const).reverse());
  const orders = new Map(
    candidates.map(({ index }, i) => [index, place.get(classes[heaviest.length + i]) ?? heaviest.length] as const),
  );
  const order = ({ index }: ScoredCandidate) => orders.get(index) ?? heaviest.length;
  const byText = new Map<string, ScoredCandidate[]>();
  for (const candidate of candidates) {
    const { text, answer } = candidate;
    if (answer === null || answer.text.length > longestAnswer) continue;
    byText.set(text, [...(byText.get(text) ?? []), candidate]);
  }
  const distinct = [...byText.values()].flatMap((members) => {
    const [head] = members;
    return head === undefined ? [] : [{ head, members }];
  });
  const chosen = [...distinct].sort((a, b) => order(a.head) - order(b.head) || a.head.index - b.head.index);
  const tried = chosen.slice(0, options.most);
  return await Promise.all(
    distinct
      .filter((solution) => tried.includes(solution))
      .map(async ({ head, members }) => ({ members, survives: await survives(run, head, options) })),
  );
}

async function survives(run: Run, candidate: ScoredCandidate, options: MutualConsistencyOptions): Promise<boolean> {
  const prefixes = beginnings(candidate.text, options.prefixes);
  const completed = await Promise.all(
    prefixes.map(async (prefix) => {
      const [sample] = await run.sample({
        messages: options.messages(run),
        prefix,
        temperature: 1,
        purpose: "discriminate",
        model: options.discriminator,
      });
      return sample === undefined ? null : (run.extract(prefix + sample.text)?.text ?? null);
    }),
  );
  const [own, ...others] = run.classes([candidate.answer?.text ?? null, ...completed]);
  return others.filter((other) => other === own).length >= Math.max(1, Math.floor(prefixes.length / 2));
}

/** Beginnings of a text, cut after 20 to 50 % of its words (rounded up), evenly spaced. Words are split at spaces. */
export function beginnings(text: string, prefixes: number): string[] {
  const [from, to] = [0.2, 0.5];
  const interval = prefixes === 1 ? 0 : (to - from) / (prefixes - 1);
  const words = text.split(" ");
  return Array.from({ length: prefixes }, (_, i) => {
    const share = from + i * interval;
    return words.slice(0, Math.ceil(words.length * share)).join(" ");
  });
}

/** The answer that wins among those with a survivor; null when nothing survives. */
export function decide(
  tried: readonly Tried[],
  classesOf: (answers: readonly string[]) => readonly number[],
): Pick | null {
  const all = tried.flatMap(({ members, survives }) => members.map((candidate) => ({ candidate, survives })));
  const classes = classesOf(all.map(({ candidate }) => candidate.answer?.text ?? ""));
  const survivors = all.filter(({ survives }) => survives);
  if (survivors.length === 0) return null;
  const values = all.map(({ candidate }) => candidate.value).filter((value) => value !== undefined);
  const usual = values.length === 0 ? 1 : values.reduce((a, b) => a + b, 0) / values.length;
  const rows = [...new Set(survivors.map((one) => classes[all.indexOf(one)]))].map((id) => {
    const of = all.filter((_, i) => classes[i] === id);
    const passed = of.filter(({ survives }) => survives);
    const reward = passed.reduce((sum, { candidate }) => sum + (candidate.value ?? usual), 0);
    return { passed, of: of.length, weight: reward / survivors.length + passed.length / of.length };
  });
  const ranked = [...rows].sort((a, b) => b.weight - a.weight);
  const [winner, second] = ranked;
  const head = winner?.passed[0]?.candidate;
  if (winner === undefined || head === undefined) return null;
  const sum = rows.reduce((total, { weight }) => total + weight, 0);
  return {
    index: head.index,
    answer: head.answer?.text ?? null,
    support: sum > 0 ? winner.weight / sum : null,
    tally: ranked.map(({ passed, of, weight }) => ({
      ...{ answer: passed[0]?.candidate.answer?.text ?? "", votes: of, weight },
    })),
    tied: second !== undefined && second.weight === winner.weight,
    reason: `${winner.passed.length} of ${winner.of} solutions with this answer survive completion by a second model`,
  };
}
