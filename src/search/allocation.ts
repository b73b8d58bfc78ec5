/** Keeps an exact quotient that floating point pushed a hair above an integer from being rounded up to the next. */
const epsilon = 1e-9;

/**
 * REBASE's balanced apportionment (Wu et al. 2024, arXiv:2408.00724, section 3.2, as in the authors' code): `budget` continuations over
 * nodes in proportion to softmax(reward / temperature), counts[i] for rewards[i].
 *
 * By reward, highest first (ties: lower index), each node takes the rounded-up share of what is left, so that exactly `budget` is
 * handed out whenever there is a node. Departures: 1e-9 is taken off before rounding up (in the published code three equal rewards
 * and a budget of 4 give 2, 2, 0 instead of 2, 1, 1), and where the remaining weight underflows to 0, what is left goes to the next node.
 */
export function apportion(rewards: readonly number[], budget: number, temperature = 0.2): number[] {
  const counts = rewards.map(() => 0);
  const order = rewards.map((_, index) => index).sort((a, b) => (rewards[b] ?? 0) - (rewards[a] ?? 0) || a - b);
  const highest = rewards[order[0] ?? 0] ?? 0;
  const weights = rewards.map((reward) => Math.exp((reward - highest) / temperature));
  // Sums of what is left, added up from the light end: subtracting from the total would lose the small ones.
  const left = new Map<number, number>();
  let sum = 0;
  for (const index of [...order].reverse()) {
    sum += weights[index] ?? 0;
    left.set(index, sum);
  }
  let remaining = budget;
  for (const index of order) {
    const total = left.get(index) ?? 0;
    const share = total > 0 ? (remaining * (weights[index] ?? 0)) / total : remaining;
    const count = Math.min(remaining, Math.max(0, Math.ceil(share - epsilon)));
    counts[index] = count;
    remaining -= count;
  }
  return counts;
}

/** `total` over `parts` as evenly as integers allow, the first ones taking the remainder: 10 over 4 is 3, 3, 2, 2. */
export function evenly(total: number, parts: number): number[] {
  const each = Math.floor(total / parts);
  return Array.from({ length: parts }, (_, index) => each + (index < total - each * parts ? 1 : 0));
}
