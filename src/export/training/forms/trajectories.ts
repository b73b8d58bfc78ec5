import { z } from "zod";
import { defineForm, type FormContext, type Graded, graded, reasons, sourceSchema } from "../form.ts";
import { type SolutionStep, sourceOf, stepsOf } from "../pool.ts";
import type { Message } from "../wording.ts";

const options = z.strictObject({
  reward: z
    .enum(["outcome", "score"])
    .default("outcome")
    .describe("1 for right and 0 for wrong, or the verifier's score"),
  role: z.enum(["tool", "user"]).default("tool").describe("who says what a program printed"),
  rows: z
    .enum(["unpaired", "pairs"])
    .default("unpaired")
    .describe("a row a trajectory, or right over wrong (multi-turn DPO)"),
  most: z.int().min(1).default(4).describe("pairs of a problem at most"),
  iteration: z.int().min(0).default(0).describe("number of the round of training, written in each row"),
});
type Options = z.output<typeof options>;

const turn = z.strictObject({ role: z.string(), content: z.string() });
const mask = z.array(z.union([z.literal(0), z.literal(1)])).describe("1: trained on; 0 for questions and printed text");
const unpaired = z.strictObject({
  messages: z.array(turn).min(2),
  loss_mask: mask,
  rewards: z.array(z.number()).describe("one a message: the terminal reward at the last, else 0"),
  reward: z.number(),
  label: z.boolean().describe("right"),
  programs: z.int().min(0),
  iteration: z.int().min(0),
  source: sourceSchema,
});
const paired = z.strictObject({
  prompt: z.array(turn).min(1),
  chosen: z.array(turn).min(1),
  rejected: z.array(turn).min(1),
  chosen_loss_mask: mask,
  rejected_loss_mask: mask,
  iteration: z.int().min(0),
  chosen_source: sourceSchema,
  rejected_source: sourceSchema,
});

interface Dialogue {
  readonly candidate: Graded;
  readonly turns: readonly Message[];
  readonly mask: (0 | 1)[];
}

/** Solutions as turns of the policy and of its tools. */
export const trajectories = defineForm({
  name: "trajectories",
  summary: "turns of the policy and of its tools, with the terminal reward and a mask on what tools said",
  papers: "multi-turn DPO and KTO 2409.02392, OREO 2412.16145, goal-conditioned rewards 2407.13887",
  loads: "verl multi-turn SFT (messages); OpenRLHF --multiturn --input_key messages; TRL DPOTrainer (rows=pairs)",
  options,
  row: z.union([unpaired, paired]),
  *rows(pool, given, context) {
    const { leave } = context;
    const all = graded(pool.candidates, context).flatMap((candidate): Dialogue[] => {
      const steps = stepsOf(candidate);
      if (steps === null) leave(reasons.steps);
      return steps === null ? [] : [{ candidate, ...turnsOf(steps, given.role) }];
    });
    if (given.rows === "pairs") yield* pairRows(all, given, leave);
    else
      for (const { candidate, turns, mask: own } of all) {
        const reward = given.reward === "outcome" ? Number(candidate.right) : candidate.traced.score;
        if (reward === null) {
          leave(reasons.score);
          continue;
        }
        const before = candidate.messages;
        const messages = [...before, ...turns];
        yield {
          messages,
          loss_mask: [...before.map((): 0 => 0), ...own],
          rewards: messages.map((_, i) => (i === messages.length - 1 ? reward : 0)),
          reward,
          label: candidate.right,
          programs: own.filter((trained) => trained === 0).length,
          iteration: given.iteration,
          source: sourceOf(candidate),
        };
      }
  },
});

/** Steps up to one that printed are one turn; what it printed is the tool's. */
export function turnsOf(steps: readonly SolutionStep[], role: string): Pick<Dialogue, "turns" | "mask"> {
  const turns: Message[] = [];
  let said = "";
  const say = () => {
    if (said !== "") turns.push({ role: "assistant", content: said });
    said = "";
  };
  for (const { own, printed } of steps) {
    said += own;
    if (printed === "") continue;
    say();
    turns.push({ role, content: printed });
  }
  say();
  return { turns, mask: turns.map(({ role: who }) => (who === "assistant" ? 1 : 0)) };
}

function* pairRows(all: readonly Dialogue[], { most, iteration }: Options, leave: FormContext["leave"]) {
  const right = all.filter(({ candidate }) => candidate.right);
  const wrong = all.filter(({ candidate }) => !candidate.right);
  let kept = 0;
  for (const [i, chosen] of right.entries()) {
    if (kept >= most) return leave("more than the most of its problem", right.length - i);
    const alike = wrong.filter((other) => sameStart(chosen, other));
    const rejected = alike[i % Math.max(1, alike.length)];
    if (rejected === undefined) {
      leave("right ones without a wrong one that was asked alike");
      continue;
    }
    kept++;
    yield {
      prompt: [...chosen.candidate.messages],
      chosen: [...chosen.turns],
      rejected: [...rejected.turns],
      chosen_loss_mask: chosen.mask,
      rejected_loss_mask: rejected.mask,
      iteration,
      chosen_source: sourceOf(chosen.candidate),
      rejected_source: sourceOf(rejected.candidate),
    };
  }
}

const sameStart = (a: Dialogue, b: Dialogue): boolean =>
  JSON.stringify(a.candidate.messages) === JSON.stringify(b.candidate.messages);
