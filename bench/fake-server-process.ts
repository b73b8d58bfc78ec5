import { startFakeServer } from "../test/fakes/server.ts";

/** Serves until its parent goes; prints its address. Latency in milliseconds is the first argument. */
const server = await startFakeServer({
  latencyMs: Number(process.argv[2] ?? 0),
  keepBodies: false,
  answer: () =>
    "She has 3 boxes of 12 pens, that is 3 * 12 = 36 pens, and gives 4 away, so 36 - 4 = 32. The answer is 32.",
});
process.stdout.write(`${server.baseUrl}\n`);
process.stdin.on("end", () => process.exit(0)).resume();
