/**
 * What this project believes of others, checked against them. Never part of `npm test`, which replays what was recorded
 * here.
 *
 *     npm run conformance -- servers [plain|qwen3|llama-3.1|gemma-3 …]
 *     npm run conformance -- record http://HOST:PORT/v1 FOLDER   a running vLLM whose model is named "m"
 *     npm run conformance -- searches [--server llama.cpp|local|URL] [--problems N] [--searches a,b] …
 *     npm run conformance -- rewards URL MODELS MODEL PYTHON   a vLLM with a tiny reward model, see rewards/README.md
 */
const [what, ...rest] = process.argv.slice(2);
if (what === "servers") {
  const { checkServers } = await import("./servers/check.ts");
  process.exit(await checkServers(rest));
}
if (what === "record" && rest.length === 2) {
  const { recordVllm } = await import("./servers/check.ts");
  process.exit(await recordVllm(rest[0] as string, rest[1] as string));
}
if (what === "searches") {
  const { checkSearches } = await import("./servers/searches/main.ts");
  process.exit(await checkSearches(rest));
}
if (what === "rewards") {
  const { recordRewards } = await import("./rewards/record.ts");
  process.exit(await recordRewards(rest));
}
process.stderr.write("Usage: npm run conformance -- servers|record|searches|rewards …\n");
process.exit(2);
