/**
 * What this project believes of others, checked against them. Never part of `npm test`, which replays what was recorded
 * here.
 *
 *     npm run conformance -- servers [plain|qwen3|llama-3.1|gemma-3 …]
 *     npm run conformance -- searches [--server llama.cpp|local|URL] [--problems N] [--searches a,b] …
 */
const [what, ...rest] = process.argv.slice(2);
if (what === "servers") {
  const { checkServers } = await import("./servers/check.ts");
  process.exit(await checkServers(rest));
}
if (what === "searches") {
  const { checkSearches } = await import("./servers/searches/main.ts");
  process.exit(await checkSearches(rest));
}
process.stderr.write("Usage: npm run conformance -- servers|searches …\n");
process.exit(2);
