/**
 * Chance that `more` further samples change the winner of a vote, at most (a union bound over the challengers).
 *
 * The shares of the answers have a Dirichlet posterior with weight votes + 1 for each answer seen and 1 for one unseen.
 * How many of the samples go to the leader or a challenger c is beta-binomial, and so is how those are divided between
 * the two. A tie counts as a change, because it may be broken either way. As `more` grows this tends to
 * Σ_c P(p_c > p_leader), which for a single challenger is Adaptive-Consistency's probability.
 *
 * @param votes of each answer, most first; empty before the first answer (then 1, unless nothing more comes).
 */
export function changeProbability(votes: readonly number[], more: number): number {
  const [leader, ...others] = votes;
  if (more <= 0) return 0;
  if (leader === undefined) return 1;
  const total = votes.reduce((sum, count) => sum + count + 1, 1);
  const alike = new Map<number, number>([[0, 1]]);
  for (const count of others) alike.set(count, (alike.get(count) ?? 0) + 1);
  let chance = 0;
  for (const [count, times] of alike) {
    const [own, challenger] = [leader + 1, count + 1];
    const toEither = betaBinomial(more, own + challenger, total - own - challenger);
    for (const [either, p] of toEither.entries()) {
      const needed = Math.ceil((either + leader - count) / 2);
      if (p > 0 && needed <= either) chance += times * p * sumFrom(betaBinomial(either, challenger, own), needed);
    }
  }
  return Math.min(1, chance);
}

const sumFrom = (chances: readonly number[], from: number): number =>
  chances.slice(from).reduce((sum, p) => sum + p, 0);

/** chances[k]: k of n draws, where the chance of a draw is Beta(a, b); all of them where b is 0. */
export function betaBinomial(n: number, a: number, b: number): number[] {
  if (b === 0) return Array.from({ length: n + 1 }, (_, k) => (k === n ? 1 : 0));
  const grows = (k: number) => ((n - k) / (k + 1)) * ((a + k) / (b + n - k - 1));
  let p = 1;
  for (let i = 0; i < n; i++) p *= (b + i) / (a + b + i);
  if (p < leastFirst) return byLogarithms(n, a, b, grows);
  const chances = [p];
  for (let k = 0; k < n; k++) {
    p *= grows(k);
    chances.push(p);
  }
  return chances;
}

/** A first chance below this has lost digits, or all of them, and so would every one that is made of it. */
const leastFirst = 1e-290;

function byLogarithms(n: number, a: number, b: number, grows: (k: number) => number): number[] {
  let log = 0;
  for (let i = 0; i < n; i++) log += Math.log((b + i) / (a + b + i));
  const chances = [Math.exp(log)];
  for (let k = 0; k < n; k++) {
    log += Math.log(grows(k));
    chances.push(Math.exp(log));
  }
  return chances;
}
