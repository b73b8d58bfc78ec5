import { z } from "zod";
import type { Candidate } from "../../src/core/candidate.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { acceptCalls, attemptShown, closing } from "./kit/loop.ts";
import {
  agreed,
  amongStanding,
  holdRound,
  openPanel,
  type Panel,
  type PanelPrompt,
  panelOptions,
} from "./kit/panel.ts";

const UPDATE_INSTRUCTION =
  "Compare these solutions with your own, find out where they differ and why, and give your updated solution from the start.";

const prompt: PanelPrompt = (run, own, others) => {
  const said = others.map(({ text }, i) => `Solution of agent ${i + 1}:\n${text.trim()}`).join("\n\n");
  const content = `These are the solutions of other agents.\n\n${said}\n\n${UPDATE_INSTRUCTION} ${closing(run.question)}`;
  return [...attemptShown(run, { candidate: own }), { role: "user", content }];
};

const options = panelOptions.extend({
  rounds: z.int().min(1).max(16).default(2).describe("rounds of debate at most, after the first answers"),
});

async function* debating(run: Run, given: z.output<typeof options>): AsyncGenerator<readonly Candidate[]> {
  let panel: Panel | null = yield* openPanel(run, given);
  for (let round = 1; round <= given.rounds; round++) {
    if (given.signal === "disagreement" && agreed(run, panel)) return;
    panel = yield* holdRound(run, panel, { ...given, round, prompt });
    if (panel === null) return;
  }
}

/**
 * Debate: several agents answer, then each is shown the others' solutions and answers again, for some rounds; what
 * stands of them votes (Du et al. 2023, arXiv:2305.14325, section 2: 3 agents, 2 rounds).
 */
export const debate = defineStrategy({
  name: "debate",
  summary: "agents see each other's solutions, answer again, and vote",
  paper: "Du et al. 2023, arXiv:2305.14325",
  family: "correction",
  how:
    "Debate: several agents answer, then each is shown the others' solutions and answers again, for some rounds; what " +
    "stands of them votes (Du et al. 2023, arXiv:2305.14325, section 2: 3 agents, 2 rounds)." +
    "\n\n" +
    "The signal is disagreement: agents that all give the same answer do not debate. An agent changes its mind by the " +
    "accept rule: by score, else if more of the first answers were the new one than the old, a fresh solution " +
    "deciding a tie (`accept: always` is the paper's). Agreement with somebody whose solution it has just read would " +
    "be no evidence. The first answers are the plain solutions of self-consistency, whose vote this is to be compared " +
    "with.",
  costNote: "at most `agents · (1 + 2 · rounds)` calls; prompts grow with the number of agents.",
  departures: [],
  rewards: {
    outcome: "accepts an agent's change only if it scores higher, and picks among what stands",
    process: "the same, aggregated over steps",
    none: "a change is accepted if more of the first answers were so, and the agents vote",
  },
  options,
  candidates: debating,
  select: ({ accept }) => amongStanding(accept),
  cost: ({ agents, rounds, accept }) => ({
    calls: agents * (1 + rounds * (1 + acceptCalls(accept))),
    scored: 2 * agents * (1 + rounds),
  }),
});
