import { createInterface } from "node:readline";
import { Pool } from "undici";
import { compareAnswers } from "../../src/answer/equal.ts";
import { Random } from "../../src/core/random.ts";
import { type Step, Trajectory } from "../../src/core/trajectory.ts";
import { solve } from "../../src/engine/solve.ts";
import { openAiPolicy } from "../../src/policy/openai.ts";
import { stackPolicy } from "../../src/policy/stack.ts";
import { bestOfN } from "../../strategies/sampling/best-of-n.ts";
import { mcts } from "../../test/search/searches.ts";
import type { Task } from "../peers.ts";

/** Does what bench/peers.ts asks for, one line of JSON a task: the counterpart of peers.py. */

let seed = 0;

async function solveOnce({ base_url, n, in_flight }: Task): Promise<number> {
  const raw = openAiPolicy({ baseUrl: base_url, model: "test", parallel: in_flight, severalPerRequest: false });
  const policy = stackPolicy(raw, { concurrency: in_flight });
  const half = { score: async (_: unknown, all: readonly unknown[]) => all.map(() => ({ value: 0.5 })) };
  const setup = { strategy: bestOfN, options: { n }, policy, seed: seed++ };
  const solution = await solve("6 x 7?", { ...setup, verifiers: { outcome: { name: "half", verifier: half } } });
  await policy.dispose?.();
  return solution.candidates.length;
}

async function calls({ base_url, n, in_flight }: Task): Promise<number> {
  const raw = openAiPolicy({ baseUrl: base_url, model: "test", parallel: in_flight, severalPerRequest: false });
  const policy = stackPolicy(raw, { concurrency: in_flight });
  const samples = await Promise.all(
    Array.from({ length: n }, (_, i) => {
      const messages = [{ role: "user" as const, content: `6 x ${i}?` }];
      return policy.sample({ messages, n: 1, seeds: [i], temperature: 1, maxTokens: 100, purpose: "sample" });
    }),
  );
  await policy.dispose?.();
  return samples.flat().length;
}

/** The same requests with nothing around them: what the client library itself takes. */
async function bare({ base_url, n, in_flight }: Task): Promise<number> {
  const { origin, pathname } = new URL(`${base_url}/chat/completions`);
  const pool = new Pool(origin, { connections: in_flight });
  let next = 0;
  let done = 0;
  const one = async () => {
    while (next < n) {
      const messages = [{ role: "user", content: `6 x ${next++}?` }];
      const body = JSON.stringify({ model: "test", messages, temperature: 1, max_tokens: 100 });
      const headers = { "content-type": "application/json" };
      const reply = await pool.request({ path: pathname, method: "POST", headers, body });
      if (((await reply.body.json()) as { choices: unknown[] }).choices.length === 1) done++;
    }
  };
  await Promise.all(Array.from({ length: in_flight }, one));
  await pool.close();
  return done;
}

const steps: readonly Step[] = ["a", "b", "c", "d"].map((text) => ({ text, tokens: 1 }));

function tree({ n }: Task): Promise<number> {
  const search = mcts({ simulations: n, maxSteps: n, branching: 4 });
  const state = search.start(Trajectory.root());
  const random = new Random("peers");
  let nodes = 0;
  while (nodes < n) {
    for (const expansion of search.ask(state, 1, random)) {
      const children = steps.map((step, index) => ({
        trajectory: expansion.trajectory.extend(step, false),
        ...{ score: ((Math.imul(nodes + index, 2654435761) >>> 8) & 0xffff) / 0xffff, stepScores: [] },
        ...{ logprob: -0.5, tokens: 1, answer: null },
      }));
      search.tell(state, expansion, { children });
      nodes += children.length;
    }
  }
  return Promise.resolve(nodes);
}

function answers({ pairs }: Task): Promise<number> {
  for (const [a, b] of pairs) compareAnswers(a, b, { kind: "math" });
  return Promise.resolve(pairs.length);
}

/** Answered once everything is imported. */
const nothing = (): Promise<number> => Promise.resolve(0);

const tasks = { nothing, solve: solveOnce, calls, bare, tree, answers };
for await (const line of createInterface({ input: process.stdin })) {
  const task = JSON.parse(line) as Task;
  const [began, before] = [performance.now(), process.cpuUsage()];
  const done = await tasks[task.task](task);
  const [ms, { user, system }] = [performance.now() - began, process.cpuUsage(before)];
  process.stdout.write(`${JSON.stringify({ done, seconds: ms / 1000, cpu: (user + system) / 1e6 })}\n`);
}
