import type { ScoredCandidate } from "../../../src/core/candidate.ts";
import type { Message } from "../../../src/core/policy.ts";
import type { Run } from "../../../src/core/run.ts";
import type { Pick, Selection } from "../../../src/core/strategy.ts";

export interface MutualConsistencyOptions {
  /** The task that the second model completes solutions of. */
  readonly messages: (run: Run) => readonly Message[];
  /** Beginnings of each solution that are completed. */
  readonly prefixes: number;
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
 * completions reach its answer. The answer with the largest sum of its share of the interim weight and its survival
 * rate (survivors / solutions with that answer) wins; when nothing survives, the interim pick stands.
 *
 * The published discriminator looks at the reference answer (it gives up where no survivor is right); this one sees the
 * question alone. Equal texts are tried once. The second model is the one named "discriminator", else the policy. Cost:
 * at most `prefixes · most` calls, drawn at temperature 1; none where one answer has nearly all the weight. Ties: the
 * heavier answer, then the earlier.
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
      return decide(candidates, run, interim, tried) ?? interim;
    },
  };
}

interface Tried {
  readonly candidate: ScoredCandidate;
  readonly survives: boolean;
}

async function survivals(
  candidates: readonly ScoredCandidate[],
  run: Run,
  interim: Pick,
  options: MutualConsistencyOptions,
): Promise<Tried[]> {
  const place = new Map(interim.tally.map(({ answer }, i) => [answer, i]));
  const order = ({ answer }: ScoredCandidate) => place.get(answer?.text ?? "") ?? place.size;
  const seen = new Set<string>();
  const distinct = candidates.filter(({ text, answer }) => {
    if (answer === null || answer.text.length > longestAnswer || seen.has(text)) return false;
    seen.add(text);
    return true;
  });
  distinct.sort((a, b) => order(a) - order(b) || a.index - b.index);
  const chosen = distinct.slice(0, options.most);
  return await Promise.all(
    chosen.map(async (candidate) => ({ candidate, survives: await survives(run, candidate, options) })),
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
        model: "discriminator",
      });
      return sample === undefined ? null : (run.extract(prefix + sample.text)?.text ?? null);
    }),
  );
  const [own, ...others] = run.classes([candidate.answer?.text ?? null, ...completed]);
  return others.filter((other) => other === own).length >= Math.max(1, Math.floor(prefixes.length / 2));
}

/** Beginnings of a text, cut after 20 to 50 % of its words, evenly spaced; each has at least one word. */
export function beginnings(text: string, prefixes: number): string[] {
  const [from, to] = [0.2, 0.5];
  const words = [...text.matchAll(/\S+\s*/g)];
  return Array.from({ length: prefixes }, (_, i) => {
    const share = prefixes === 1 ? from : from + ((to - from) * i) / (prefixes - 1);
    const last = words[Math.max(1, Math.floor(share * words.length)) - 1];
    return last === undefined ? "" : text.slice(0, last.index + last[0].length);
  });
}

function decide(candidates: readonly ScoredCandidate[], run: Run, interim: Pick, tried: readonly Tried[]): Pick | null {
  if (!tried.some(({ survives }) => survives)) return null;
  const answers = interim.tally.map(({ answer }) => answer);
  const total = interim.tally.reduce((sum, { weight }) => sum + weight, 0);
  const classes = run.classes([...answers, ...tried.map(({ candidate }) => candidate.answer?.text ?? null)]);
  const rows = interim.tally.map((row, i) => {
    const members = tried.filter((_, j) => classes[answers.length + j] === classes[i]);
    const passed = members.filter(({ survives }) => survives);
    const rate = members.length === 0 ? 0 : passed.length / members.length;
    const best = passed[0]?.candidate ?? members[0]?.candidate;
    return {
      row,
      rate,
      best,
      weight: (total > 0 ? row.weight / total : 0) + rate,
      passed: passed.length,
      of: members.length,
    };
  });
  const ranked = [...rows].sort((a, b) => b.weight - a.weight);
  const [winner, second] = ranked;
  if (winner === undefined) return null;
  const index = winner.best?.index ?? candidates.find(({ answer }) => answer?.text === winner.row.answer)?.index;
  if (index === undefined) return null;
  const sum = rows.reduce((all, { weight }) => all + weight, 0);
  return {
    index,
    answer: winner.row.answer,
    support: sum > 0 ? winner.weight / sum : null,
    tally: ranked.map(({ row, weight }) => ({ ...row, weight })),
    tied: second !== undefined && second.weight === winner.weight,
    reason: `${winner.passed} of ${winner.of} solutions with this answer survive completion by a second model`,
  };
}
