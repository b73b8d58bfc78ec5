import type { SampleRequest } from "../../src/core/policy.ts";
import type { Question } from "../../src/core/question.ts";
import type { Solution } from "../../src/core/solution.ts";
import type { Strategy } from "../../src/core/strategy.ts";
import { type SolveSetup, solve } from "../../src/engine/solve.ts";
import { type ScriptEntry, type ScriptedOptions, scriptedPolicy } from "../../src/policy/scripted.ts";

export const QUESTION = "A baker fills 6 trays with 8 rolls each and sells 31 rolls. How many rolls are left?";

export interface Played {
  readonly solution: Solution;
  readonly requests: readonly SampleRequest[];
  /** Each request as "purpose ×n: beginning of its last message", the purpose alone where `describe` says nothing. */
  readonly calls: readonly string[];
  /** Answers of the script that nothing asked for. */
  readonly left: number;
}

/** Plays a strategy against a script of answers: what it asked for, in order, and what came of it. */
export async function play<Options>(
  strategy: Strategy<Options>,
  options: unknown,
  script: readonly ScriptEntry[],
  rest: Partial<SolveSetup> & { readonly question?: string | Question; readonly model?: ScriptedOptions } = {},
): Promise<Played> {
  const { question = QUESTION, model, ...setup } = rest;
  const policy = scriptedPolicy(script, model);
  const solution = await solve(
    typeof question === "string" ? { id: "question", text: question, kind: "number" } : question,
    {
      ...{ strategy: strategy as Strategy, options, policy, seed: 1, maxTokens: 256 },
      ...setup,
    },
  );
  return { solution, requests: policy.requests, calls: policy.requests.map(callOf), left: policy.left };
}

const callOf = ({ purpose, n, messages, prefix }: SampleRequest): string =>
  `${purpose} ×${n}: ${(prefix ?? messages.at(-1)?.content ?? "").replace(/\s+/g, " ").slice(-40)}`;

/** What the last turn of each request says. */
export const lastTurns = ({ requests }: Played): string[] =>
  requests.map(({ messages }) => messages.at(-1)?.content ?? "");
