import { type FakeServerOptions, startFakeServer } from "./server.ts";

/**
 * The fake server as a process of its own: `node test/fakes/serve.ts '{"latencyMs": 50, "faults": {"rate": 0.2,
 * "seed": 1}}'`. With `"simulated": {…}` the simulated policy of these options answers. Prints its address, serves
 * its counts at /counts, and ends when its standard input does.
 */
const { simulated, ...options } = JSON.parse(process.argv[2] ?? "{}") as FakeServerOptions & { simulated?: object };
const text =
  "She has 3 boxes of 12 pens, that is 3 * 12 = 36 pens, and gives 4 away, so 36 - 4 = 32. The answer is 32.";
const answer =
  simulated === undefined
    ? () => text
    : (await import("../../src/policy/simulated/policy.ts")).simulatedPolicy(simulated);
const server = await startFakeServer({ keepBodies: false, answer, ...options });
process.stdout.write(`${server.baseUrl}\n`);
process.stdin.on("end", () => process.exit(0)).resume();
