import { builtins } from "../../src/builtins.ts";
import type { RunEvent } from "../../src/core/events.ts";
import type { Sandbox } from "../../src/core/execution.ts";
import type { Question } from "../../src/core/question.ts";
import type { OutcomeVerifier, ProcessVerifier } from "../../src/core/verifier.ts";
import type { Verifiers } from "../../src/engine/scoring.ts";
import { solve } from "../../src/engine/solve.ts";
import { type ScriptEntry, scriptedPolicy } from "../../src/policy/scripted.ts";
import { tinyPython } from "../fakes/tiny-python.ts";

/** A solution in steps, the last of which boxes the answer. */
export const solution = (answer: string, ...steps: readonly string[]): string =>
  [...steps, `The answer is \\boxed{${answer}}.`].join("\n\n");

/** A program that returns this. */
export const program = (value: number): string =>
  `\`\`\`python\ndef solution():\n    x = ${value}\n    return x\n\`\`\``;

export interface Case {
  readonly says: string;
  readonly strategy: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly script: readonly ScriptEntry[];
  readonly teacher?: readonly ScriptEntry[];
  readonly verifiers?: Verifiers;
  readonly question?: Question;
  readonly sandbox?: Sandbox;
}

/**
 * What a case did: the calls in order, by purpose (with the prefix that was continued), every candidate and the answer.
 */
export interface Played {
  readonly calls: readonly string[];
  readonly candidates: readonly string[];
  readonly answer: string | null;
  readonly stopped: string;
  /** Answers of the script that nobody asked for. */
  readonly left: number;
}

const shortened = (text: string): string => JSON.stringify(text.length <= 60 ? text : `…${text.slice(-58)}`);

/** Plays a script through a strategy. */
export async function play({
  strategy,
  options,
  script,
  teacher,
  verifiers,
  question,
  sandbox,
}: Case): Promise<Played> {
  const policy = scriptedPolicy(script);
  const other = scriptedPolicy(teacher ?? [], { id: "teacher" });
  const events: RunEvent[] = [];
  const { candidates, answer, stopped } = await solve(question ?? "How many are left?", {
    strategy: builtins().strategies.get(strategy),
    options,
    policy,
    models: teacher && { teacher: other },
    verifiers,
    sandbox: sandbox ?? tinyPython(),
    onEvent: (event) => events.push(event),
  });
  const requests = [
    ...policy.requests.map((one) => ({ ...one, by: "" })),
    ...other.requests.map((one) => ({ ...one, by: " by the teacher" })),
  ];
  const made = events.flatMap((event) =>
    event.type === "call-end" ? [`${event.purpose}${event.model === "teacher" ? " by the teacher" : ""}`] : [],
  );
  const prefixes = requests.flatMap(({ purpose, prefix }) =>
    prefix === undefined ? [] : [`${purpose} from ${shortened(prefix)}`],
  );
  return {
    calls: [...made, ...prefixes],
    candidates: candidates.map(({ answer: read, notes = {} }) => {
      const { round, revises, accepted, why, wrongStep, chain } = notes;
      const place = chain === undefined ? `round ${round}` : `round ${round} of chain ${chain}`;
      const found = wrongStep === undefined ? "" : `, wrong step ${wrongStep}`;
      const fate =
        revises === undefined ? "" : `, revises ${revises}, ${accepted === true ? "accepted" : "rejected"}: ${why}`;
      return `${read?.text ?? "none"}: ${place}${found}${fate}`;
    }),
    answer,
    stopped,
    left: policy.left + other.left,
  };
}

/** An outcome verifier that gives answers these scores; null for all others. */
export function scoresOf(scores: Readonly<Record<string, number>>): Verifiers {
  const verifier: OutcomeVerifier = {
    score: async (_question, all) => all.map(({ answer }) => ({ value: scores[answer?.text ?? ""] ?? null })),
  };
  return { outcome: { name: "table", verifier } };
}

/** A process verifier that finds steps with these words wrong. */
export function wrongWhere(words: string): Verifiers {
  const verifier: ProcessVerifier = {
    scoreSteps: async (_question, paths) =>
      paths.map(({ steps }) => steps.map(({ text }) => ({ value: text.includes(words) ? 0.1 : 0.9 }))),
  };
  return { process: { name: "words", verifier }, aggregation: "min" };
}

/** A task of adding two numbers, with these tests in view. */
export const addition = (...visibleTests: readonly string[]): Question => ({
  ...{ id: "add", text: "Write add(a, b).", kind: "code" },
  code: { language: "python", entryPoint: "add", visibleTests },
});

export const adding = (body: string): string => `\`\`\`python\ndef add(a, b):\n    return ${body}\n\`\`\``;

/** Runs tests as the real sandbox reports them: programs that return `a + b` pass every test, others fail every one. */
export const addingSandbox: Sandbox = {
  id: "adding",
  run: async ({ source }) => {
    const tests = JSON.parse(
      /on_shown_tests\(ask_subject, ".*", (\[.*\]), \d+\)\s*$/.exec(source)?.[1] ?? "[]",
    ) as string[];
    const row = source.includes("return a + b") ? ["passed", ""] : ["failed", "expected 3, got 2"];
    return { verdict: "ok", value: JSON.stringify(tests.map(() => row)), stdout: "", error: "" };
  },
  dispose: async () => {},
};
