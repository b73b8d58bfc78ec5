import type { Problem } from "../../core/problem.ts";
import { Random } from "../../core/random.ts";
import { addLedgers, emptyLedger, type Ledger } from "../../core/usage.ts";
import type { JudgedMatch, TrialRecord } from "../records/record.ts";
import type { Judge } from "./judge-pick.ts";
import type { JudgeSpec } from "./schema.ts";

/** An arm's pick on one problem and seed. */
interface Player {
  readonly record: TrialRecord;
  readonly text: string;
  readonly matches: JudgedMatch[];
  usage: Ledger;
  spent: Ledger;
}

export interface Tournament {
  readonly judge: Judge;
  readonly spec: JudgeSpec;
  readonly signal?: AbortSignal;
}

/**
 * The arms' picks on one problem and seed against each other: all pairs, or a bracket drawn from the problem and the
 * seed, in which whoever loses is out (Varco Arena: Son et al. 2024, arXiv:2411.01281). The judge is asked in both
 * orders; after a tie, or a comparison that cannot be read, chance says who goes on. The winner is right: of the
 * bracket, or whoever is preferred in more than half of the pairs.
 */
export async function playTrial(
  picks: readonly { readonly record: TrialRecord; readonly text: string | null }[],
  problem: Problem,
  { judge, spec, signal }: Tournament,
): Promise<TrialRecord[]> {
  const able = picks.filter(({ record, text }) => text !== null && record.verdict !== "error");
  const isPlayed = (record: TrialRecord) => record.judged?.version === judge.version;
  if (able.length < 2 || able.every(({ record }) => isPlayed(record))) return picks.map(({ record }) => record);
  const players = new Map(
    able.map(({ record, text }): [string, Player] => [
      record.arm,
      { record, text: text ?? "", matches: [], usage: emptyLedger, spent: emptyLedger },
    ]),
  );
  const meet = async (a: Player, b: Player): Promise<number | null> => {
    const { score, usage, spent } = await judge.ask(problem, a.text, b.text, signal);
    a.usage = addLedgers(a.usage, usage);
    a.spent = addLedgers(a.spent, spent);
    if (score === null) return null;
    a.matches.push({ against: b.record.arm, score });
    b.matches.push({ against: a.record.arm, score: 1 - score });
    return score;
  };
  const { dataset, problem: id, seed } = picks[0]?.record ?? {};
  const random = new Random(`bracket/${dataset}/${id}/${seed}`);
  const all = [...players.values()];
  const champion = spec.tournament === "elimination" ? await bracket(all, meet, random) : await everyPair(all, meet);
  return picks.map(({ record }) => {
    const player = players.get(record.arm);
    return player === undefined ? record : outcomeOf(player, champion, { judge, spec });
  });
}

type Meet = (a: Player, b: Player) => Promise<number | null>;

async function bracket(players: readonly Player[], meet: Meet, random: Random): Promise<Player | null> {
  let left = random.shuffle(players);
  while (left.length > 1) {
    const next: Player[] = left.length % 2 === 1 ? [left[left.length - 1] as Player] : [];
    for (let i = 0; i + 1 < left.length; i += 2) {
      const [a, b] = [left[i] as Player, left[i + 1] as Player];
      const score = (await meet(a, b)) ?? 0.5;
      next.push(score > 0.5 || (score === 0.5 && random.uniform() < 0.5) ? a : b);
    }
    left = next;
  }
  return left[0] ?? null;
}

async function everyPair(players: readonly Player[], meet: Meet): Promise<null> {
  for (const [i, a] of players.entries()) for (const b of players.slice(i + 1)) await meet(a, b);
  return null;
}

function outcomeOf(
  { record, matches, usage, spent, ...player }: Player,
  champion: Player | null,
  { judge, spec }: Pick<Tournament, "judge" | "spec">,
): TrialRecord {
  const score = matches.length === 0 ? null : matches.reduce((sum, match) => sum + match.score, 0) / matches.length;
  const won = matches.filter((match) => match.score > 0.5).length;
  const reason = `won ${won} of ${matches.length} matches`;
  const isBest =
    spec.tournament === "elimination"
      ? champion?.text === player.text && champion.record.arm === record.arm
      : (score ?? 0) > 0.5;
  const label = record.label ?? record.verdict;
  return {
    ...record,
    label,
    verdict: score === null ? "undecided" : isBest ? "correct" : "incorrect",
    rule: `judge ${judge.name}: ${score === null ? "no comparison could be read" : reason}`,
    judged: {
      ...{ judge: judge.name, model: judge.model, version: judge.version, score, reason, matches },
      ...{ label: label === "undecided" ? null : label === "correct", usage, spent },
    },
  };
}
