import { at, mean } from "../numeric/arrays.ts";

/** wins[i][j]: how often i won against j; a tie is half a win of each. */
export type Wins = readonly (readonly number[])[];

const steps = 10_000;

/**
 * Strengths under Bradley and Terry's model (1952), P(i beats j) = s_i / (s_i + s_j), by maximum likelihood with the
 * minorisation of Hunter (2004), as log-strengths in Elo's unit: 400 · log10, shifted to a mean of `centre`. Null where
 * no maximum exists: some arms never won or tied against the rest, or were never compared with them (Ford 1957).
 */
export function bradleyTerry(wins: Wins, centre = 1000): number[] | null {
  const n = wins.length;
  if (n === 0 || !isConnected(wins)) return null;
  let strengths = new Array<number>(n).fill(1);
  const total = wins.map((row, i) => row.reduce((sum, won, j) => (i === j ? sum : sum + won), 0));
  const games = wins.map((row, i) => row.map((won, j) => (i === j ? 0 : won + at(wins[j] ?? [], i))));
  for (let step = 0; step < steps; step++) {
    const next = strengths.map((own, i) => {
      const shared = games[i]?.reduce((sum, count, j) => sum + (count === 0 ? 0 : count / (own + at(strengths, j))), 0);
      return at(total, i) / (shared ?? 1);
    });
    const scale = Math.exp(mean(next.map(Math.log)));
    const scaled = next.map((one) => one / scale);
    const moved = Math.max(...scaled.map((one, i) => Math.abs(Math.log(one / at(strengths, i)))));
    strengths = scaled;
    if (moved < 1e-10) break;
  }
  return strengths.map((one) => centre + 400 * Math.log10(one));
}

/** Can every arm be reached from every other along wins? */
function isConnected(wins: Wins): boolean {
  const reaches = (beats: (i: number, j: number) => boolean): boolean => {
    const seen = new Set([0]);
    for (const i of seen) for (const j of wins.keys()) if (beats(i, j)) seen.add(j);
    return seen.size === wins.length;
  };
  return reaches((i, j) => at(wins[i] ?? [], j) > 0) && reaches((i, j) => at(wins[j] ?? [], i) > 0);
}
