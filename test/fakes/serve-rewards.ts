import { startRewardServer } from "./reward-server.ts";

/**
 * A process reward model server without latency as a process of its own: answers vLLM's `/pooling` with two class
 * probabilities for each step mark of each input. Prints its address and ends when its standard input does.
 */
const server = await startRewardServer(({ body }, keep) => {
  keep.length = 0; // nobody looks at the requests
  const inputs = body.input as readonly string[];
  const data = inputs.map((text, index) => ({
    index,
    object: "pooling",
    data: Array.from({ length: text.split("<extra_0>").length - 1 }, (_, t) => [0.25 / (t + 1), 1 - 0.25 / (t + 1)]),
  }));
  return { json: { object: "list", data, usage: { prompt_tokens: inputs.length, total_tokens: inputs.length } } };
});
process.stdout.write(`${server.url}\n`);
process.stdin.on("end", () => process.exit(0)).resume();
