import { groupAnswers } from "../answer/classes.ts";
import { extractAnswer } from "../answer/extract.ts";
import { extractProgram } from "../code/programs.ts";
import type { Sandbox } from "../core/execution.ts";
import type { Policy } from "../core/policy.ts";
import type { AnswerKind } from "../core/question.ts";
import { type Asked, type Asking, asUser, type Drawn } from "./asking.ts";

/** One attempt at a question. */
export interface Response {
  readonly by: "chain" | "program";
  readonly policy: string;
  readonly seed: number;
  readonly key: string;
  readonly prompt: string;
  /** Null where it was cut. */
  readonly text: string | null;
  readonly answer: string | null;
  /** Of a program: how it ended. */
  readonly verdict?: string;
}

/** What stands for a question's answer, or why nothing does. */
export interface Decision {
  readonly answer: string | null;
  readonly reason: string | null;
  /** right[i]: does responses[i] give the answer? */
  readonly right: readonly boolean[];
  /** Share of the chains, and number of the programs, that do. */
  readonly agreement: number;
  readonly confirmed: number;
}

export interface Bars {
  readonly agreement: number;
  readonly confirm: number;
}

export const chainAsked = (question: string, n: number, temperature: number, maxTokens: number): Asked => ({
  messages: asUser(`${question}\n\nReason step by step, and put the final answer within \\boxed{}.`),
  ...{ n, temperature, maxTokens, purpose: "solve" },
});

export const programAsked = (question: string, n: number, temperature: number, maxTokens: number): Asked => ({
  messages: asUser(
    `${question}\n\nWrite a Python function solution() without parameters that computes and returns the answer. Give one ` +
      "```python block and nothing else.",
  ),
  ...{ n, temperature, maxTokens, purpose: "program" },
});

/** Chains and programs of every solver. Cost: `chains + programs` samples a solver, one sandbox run a program. */
export async function respond(
  asking: Asking,
  solvers: readonly Policy[],
  asked: { readonly chain: Asked; readonly program: Asked | null; readonly kind: AnswerKind },
  sandbox: Sandbox,
  signal?: AbortSignal,
): Promise<Response[]> {
  const all = await Promise.all(
    solvers.map(async (policy) => {
      const chains = (await asking.ask(policy, asked.chain)).map((drawn) => chainResponse(drawn, asked.kind));
      const programs = asked.program === null ? [] : await asking.ask(policy, asked.program);
      return [...chains, ...(await Promise.all(programs.map((drawn) => programResponse(drawn, sandbox, signal))))];
    }),
  );
  return all.flat();
}

function chainResponse({ text, ...drawn }: Drawn, kind: AnswerKind): Response {
  return { by: "chain", ...drawn, text, answer: text === null ? null : (extractAnswer(text, { kind })?.text ?? null) };
}

async function programResponse({ text, ...drawn }: Drawn, sandbox: Sandbox, signal?: AbortSignal): Promise<Response> {
  const source = text === null ? null : extractProgram(text, "def solution");
  if (source === null) return { by: "program", ...drawn, text, answer: null, verdict: "no program" };
  const { verdict, value } = await sandbox.run(
    { language: "python", source, result: { call: "solution" } },
    { limits: { wallMs: 10_000 }, signal },
  );
  const answer = verdict === "ok" && value !== null && value.trim() !== "" ? value.trim() : null;
  return { by: "program", ...drawn, text, answer, verdict };
}

/** What is held against the answers: a program's own run, or the reference of the problem that was translated. */
export interface Expected {
  readonly answer: string;
  readonly otherwise: string;
}

/**
 * The answer of most chains, where enough of all chains end in it (those without an answer count against it), enough
 * programs give it, no other answer has as many programs, and it is the expected one where one is expected. A tie of
 * chains decides nothing.
 */
export function decide(
  responses: readonly Response[],
  { agreement: least, confirm }: Bars,
  kind: AnswerKind,
  expected: Expected | null,
): Decision {
  const answers = responses.map(({ answer }) => answer);
  const classOf = groupAnswers([...answers, expected?.answer ?? null], kind);
  const votes = (by: Response["by"], of: number): number =>
    responses.filter((response, i) => response.by === by && classOf[i] === of).length;
  const classes = [...new Set(classOf)].filter((one) => one >= 0);
  const ranked = classes.map((one) => ({ one, chains: votes("chain", one), programs: votes("program", one) }));
  ranked.sort((a, b) => b.chains - a.chains);
  const [best, second] = ranked;
  const chains = responses.filter(({ by }) => by === "chain").length;
  const agreement = (best?.chains ?? 0) / chains;
  const confirmed = best?.programs ?? 0;
  const right = classOf.slice(0, -1).map((one) => one >= 0 && one === best?.one);
  const reason = ((): string | null => {
    if (best === undefined || best.chains === 0) return "no chain has an answer";
    if (best.chains === second?.chains || agreement < least) return "chains disagree";
    if (expected !== null && classOf.at(-1) !== best.one) return expected.otherwise;
    if (confirm > 0 && responses.every(({ by, answer }) => by === "chain" || answer === null)) return "no program ran";
    if (
      confirmed < confirm ||
      ranked.some(({ one, programs }) => one !== best.one && programs > 0 && programs >= confirmed)
    )
      return "programs disagree";
    return null;
  })();
  const answer = reason === null ? (answers[right.indexOf(true)] ?? null) : null;
  return { answer, reason, right, agreement, confirmed };
}
