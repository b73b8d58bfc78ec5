import { judgeProgram } from "../../../src/code/judging.ts";
import type { Sandbox } from "../../../src/core/execution.ts";
import type { Trick } from "./trick.ts";

/** What became of tricks: their verdicts, and those that got what they wanted. */
export interface Swept {
  readonly tricks: number;
  readonly verdicts: Readonly<Record<string, number>>;
  readonly accepted: readonly string[];
  readonly undecided: readonly string[];
}

const undecided = ["broken-tests", "sandbox-error", "environment"];

/** Judges every trick, `atOnce` at a time. */
export async function sweepTricks(
  sandbox: Sandbox,
  tricks: readonly Trick[],
  atOnce: number,
  wallMs = 10_000,
): Promise<Swept> {
  const verdicts: Record<string, number> = {};
  const [accepted, open]: [string[], string[]] = [[], []];
  const waiting = [...tricks];
  const judgeNext = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      const { verdict, detail } = await judgeProgram(sandbox, one.language, one, { wallMs });
      verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
      if (verdict === "accepted") accepted.push(`${one.name}\n${one.answer}`);
      if (undecided.includes(verdict)) open.push(`${one.name}: ${verdict} ${detail}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, judgeNext));
  return { tricks: tricks.length, verdicts, accepted, undecided: open };
}
