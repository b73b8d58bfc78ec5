/** What is known of a beginning: how many draws go through it, and how many of them end right. */
export interface PrefixCount {
  drawn: number;
  right: number;
}

/** What was drawn at a place. Draws that end there take no part. */
export interface Choice {
  readonly before: PrefixCount;
  readonly taken: PrefixCount;
  readonly all: readonly PrefixCount[];
}

interface Branch extends PrefixCount {
  readonly below: Map<string, Branch>;
}

const branch = (): Branch => ({ drawn: 0, right: 0, below: new Map() });

/**
 * Draws that share their beginnings, by parts (steps or tokens): of every beginning the share that ends right is an
 * unbiased estimate of P(right | beginning) where the draws are independent.
 */
export class PrefixTree {
  readonly root: PrefixCount;
  readonly #root = branch();

  constructor() {
    this.root = this.#root;
  }

  add(parts: readonly string[], right: boolean): void {
    let at = this.#root;
    const count = (one: Branch) => {
      one.drawn++;
      if (right) one.right++;
    };
    count(at);
    for (const part of parts) {
      const next = at.below.get(part) ?? branch();
      at.below.set(part, next);
      count(next);
      at = next;
    }
  }

  /** Of each beginning of these parts, shortest first. */
  along(parts: readonly string[]): PrefixCount[] {
    const found: PrefixCount[] = [];
    let at: Branch | undefined = this.#root;
    for (const part of parts) {
      at = at?.below.get(part);
      if (at === undefined) break;
      found.push(at);
    }
    return found;
  }

  /** At each part: the beginning before it, it, and all parts that were drawn there. */
  choicesAlong(parts: readonly string[]): Choice[] {
    const found: Choice[] = [];
    let at: Branch = this.#root;
    for (const part of parts) {
      const taken = at.below.get(part);
      if (taken === undefined) break;
      found.push({ before: at, taken, all: [...at.below.values()] });
      at = taken;
    }
    return found;
  }

  /** Every beginning once, parents before children, with its parts. */
  *each(): Generator<{ readonly parts: readonly string[]; readonly count: PrefixCount }> {
    const open: { parts: readonly string[]; at: Branch }[] = [{ parts: [], at: this.#root }];
    for (let next = open.shift(); next !== undefined; next = open.shift()) {
      for (const [part, at] of next.at.below) {
        const parts = [...next.parts, part];
        yield { parts, count: at };
        open.push({ parts, at });
      }
    }
  }
}

export const shareRight = ({ right, drawn }: PrefixCount): number => right / drawn;

/** Standard error of a share, by Laplace's rule so that a few equal draws are not taken for certainty. */
export function standardError({ right, drawn }: PrefixCount): number {
  const p = (right + 1) / (drawn + 2);
  return Math.sqrt((p * (1 - p)) / (drawn + 2));
}
