import { InvalidOptionError } from "../core/errors.ts";
import { Random } from "../core/random.ts";

/**
 * Clusters dealt to two sides at random; all items of a cluster go to the same side. Both sides get at least one.
 * @throws InvalidOptionError with fewer than two clusters.
 */
export function splitByCluster<T extends { readonly cluster: string }>(
  items: readonly T[],
  heldOutShare: number,
  seed: string,
): { readonly train: readonly T[]; readonly heldOut: readonly T[] } {
  const clusters = [...new Set(items.map(({ cluster }) => cluster))].sort();
  if (clusters.length < 2) {
    throw new InvalidOptionError(
      "verifier train:",
      `needs at least 2 problems to hold one out, got ${clusters.length}.`,
    );
  }
  const count = Math.min(clusters.length - 1, Math.max(1, Math.round(heldOutShare * clusters.length)));
  const chosen = new Set(new Random(`split/${seed}`).shuffle(clusters).slice(0, count));
  return {
    train: items.filter(({ cluster }) => !chosen.has(cluster)),
    heldOut: items.filter(({ cluster }) => chosen.has(cluster)),
  };
}
