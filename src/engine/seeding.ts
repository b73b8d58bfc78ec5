import { seedOf } from "../core/random.ts";
import type { SampleSpec } from "../core/run.ts";
import { sha256 } from "../core/sha256.ts";
import { Beginning } from "./beginning.ts";

/** What makes two draws draws of the same prompt: all of the request but how many, how long and whose. */
export function promptKey(spec: SampleSpec): string {
  const { n: _n, from: _from, maxTokens: _maxTokens, logprobs: _logprobs, ...identity } = spec;
  return sha256(JSON.stringify(identity, Object.keys(identity).sort().concat("role", "content")), "base64url");
}

/**
 * Hands out sample seeds: from (run seed, question, prompt, index), so that a draw depends on what it is a draw of and
 * not on when. Each prompt counts its own draws; strategies of one solve that ask for the same prompt get the same
 * samples.
 */
export class SeedBook {
  readonly #prefix: string;
  readonly #drawn = new Map<string, number>();

  constructor(seed: string | number, questionId: string) {
    this.#prefix = `${seed}/${questionId}`;
  }

  next(key: string, n: number, from?: number): number[] {
    const drawn = this.#drawn.get(key) ?? 0;
    const first = from ?? drawn;
    this.#drawn.set(key, Math.max(drawn, first + n));
    return Array.from({ length: n }, (_, i) => seedOf(this.#prefix, key, first + i));
  }
}

/**
 * Seeds of one plan of a pipelined walk. What is drawn as the plan is made shares the solve's counts; what follows from
 * those draws is counted by itself, so that it does not depend on what other plans draw meanwhile.
 */
export class PlanSeeds extends SeedBook {
  readonly #shared: SeedBook;
  readonly #beginning = new Beginning();

  constructor(shared: SeedBook, seed: string | number, questionId: string, plan: number) {
    super(seed, `${questionId}/plan ${plan}`);
    this.#shared = shared;
  }

  begin<T>(draw: () => T): T {
    return this.#beginning.during(draw);
  }

  override next(key: string, n: number, from?: number): number[] {
    return this.#beginning.isNow ? this.#shared.next(key, n, from) : super.next(key, n, from);
  }
}
