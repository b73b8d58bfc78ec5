/**
 * `npm run conformance -- servers [llama.cpp …]`: what this project believes of others, checked against them. Never
 * part of `npm test`, which replays what was recorded here.
 */
const [what, ...names] = process.argv.slice(2);
if (what !== "servers") {
  process.stderr.write("Usage: npm run conformance -- servers [plain|qwen3|llama-3.1|gemma-3 …]\n");
  process.exit(2);
}
const { checkServers } = await import("./servers/check.ts");
process.exit(await checkServers(names));
