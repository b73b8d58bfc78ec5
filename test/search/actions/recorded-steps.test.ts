import { afterEach, expect, it } from "vitest";
import { z } from "zod";
import type { Grown } from "../../../src/core/action.ts";
import type { Run } from "../../../src/core/run.ts";
import { defineStrategy } from "../../../src/core/strategy.ts";
import { Trajectory } from "../../../src/core/trajectory.ts";
import { majority } from "../../../src/engine/picking/selections.ts";
import { solutionMessages } from "../../../src/engine/sampling.ts";
import { solve } from "../../../src/engine/solve.ts";
import { openAiPolicy } from "../../../src/policy/openai.ts";
import { actionSpace } from "../../../src/search/actions/index.ts";
import { recordingOf } from "../../fakes/recordings.ts";
import { type ReplayServer, startReplayServer } from "../../fakes/replay-server.ts";

const LLAMA = "llama.cpp-xllamacpp-2026.10";
interface Turn {
  readonly role: string;
  readonly content: string;
}

let server: ReplayServer | undefined;
afterEach(() => server?.close());

/** The step that was drawn when this was recorded, drawn again from the recording. */
async function grownFrom(id: string): Promise<Grown | undefined> {
  const turns = recordingOf(LLAMA, id).request.body?.messages as readonly Turn[];
  const before = turns.at(-1)?.role === "assistant" ? (turns.at(-1)?.content ?? "") : "";
  const question = turns.find(({ role }) => role === "user")?.content ?? "";
  server = await startReplayServer(LLAMA);
  const profile = { prefix: "echo", counts: "one" } as const;
  const policy = openAiPolicy({ baseUrl: server.baseUrl, model: "test", profile });
  const space = actionSpace({ kind: "reasoning-steps", stepTokens: 256 }, (run) => solutionMessages(run.question));
  let grown: Grown | undefined;
  const strategy = defineStrategy({
    ...{ name: "probe", summary: "grows one trajectory", rewards: { outcome: "", process: "", none: "" } },
    ...{ family: "search" as const, how: "grows one trajectory", costNote: "one call", departures: [] },
    options: z.strictObject({}),
    async *candidates(run: Run) {
      const path = Trajectory.of([{ text: before }], false);
      [grown] = await space.grow(run, path, { count: 1, temperature: 0.8, last: false });
      yield [];
    },
    ...{ select: majority, cost: () => ({ calls: 1 }) },
  });
  await solve(question, { strategy, policy });
  await policy.dispose?.();
  return grown;
}

it("llama.cpp: a step ends in the separator that the server took off", async () => {
  const grown = await grownFrom("45-step");
  expect(grown?.terminal).toBe(false);
  expect(grown?.steps.map(({ text }) => text)).toEqual([expect.stringMatching(/the farmer already had\.\n\n$/)]);
});

it("llama.cpp: the end of the text is seen by the log-probabilities, and ends the trajectory as it is", async () => {
  const grown = await grownFrom("45-step-last");
  expect(grown).toMatchObject({ terminal: true, complete: true });
  expect(grown?.steps[0]?.text).toMatch(/\\boxed\{37\}\\\)\.$/);
});

it("llama.cpp: a stop text of which a part was held back is not taken for the end", async () => {
  const { reply, request } = recordingOf(LLAMA, "45-step-code");
  const [choice] = (reply.json as { choices: { logprobs: { content: { token: string }[] } }[] }).choices;
  expect(choice?.logprobs.content.at(-1)?.token).toBe("");
  server = await startReplayServer(LLAMA);
  const policy = openAiPolicy({ baseUrl: server.baseUrl, model: "test", profile: { prefix: "echo" } });
  const turns = request.body?.messages as { role: "user" | "assistant" | "system"; content: string }[];
  const [sample] = await policy.sample({
    ...{ messages: turns.slice(0, -1), prefix: turns.at(-1)?.content, stop: ["```"], logprobs: 0 },
    ...{ n: 1, seeds: [1], temperature: 0.8, maxTokens: 256, purpose: "step" },
  });
  expect(sample?.endOfText).toBeUndefined();
  expect(sample?.text).toMatch(/print\(pencils_left\)\n$/);
  await policy.dispose?.();
});
