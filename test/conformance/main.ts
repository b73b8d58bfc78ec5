/**
 * What this project believes of others, checked against them. Never part of `npm test`, which replays what was recorded
 * here.
 *
 *     npm run conformance -- servers [plain|qwen3|llama-3.1|gemma-3 …]
 *     npm run conformance -- record http://HOST:PORT/v1 FOLDER   a running vLLM whose model is named "m"
 *     npm run conformance -- searches [--server llama.cpp|local|URL] [--problems N] [--searches a,b] …
 *     npm run conformance -- forged [COUNT] [SEED]               reports of programs, forged
 *     npm run conformance -- damaged [COUNT] [SEED]              mutations of every file of a run and of the store
 *     npm run conformance -- judge [wasi|native|javascript|cpp|java|go|rust|php|csharp|…] [--drawn N]
 *     npm run conformance -- answers kinds [--count N] [KIND …]   answers made by the kind, right and wrong
 *     npm run conformance -- answers pairs FILE …                 another project's pairs, as JSON lines
 *     npm run conformance -- datasets --data FOLDER               every data file loaded, its references graded
 *     npm run conformance -- paper                                the paper of a run of 28 arms, set with LaTeX
 *     npm run conformance -- training [PYTHON [PYTHON …]]    sets loaded by datasets, masks by tokenizers; steps by TRL
 *     npm run conformance -- queue [--workers N] [--problems N]   a run whose workers, Redis and collector are killed
 *     npm run conformance -- queue limits [--workers N] [--rate N] [--tokens N]   workers against a counting server
 *     npm run conformance -- clients [NAME …]                    programs of others against the server
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
if (what === "forged") {
  const { readForged } = await import("../forged/judged.ts");
  const [count = 10_000, seed = 1] = rest.map(Number);
  process.stdout.write(`${JSON.stringify(await readForged(count, seed), null, 2)}\n`);
  process.exit(0);
}
if (what === "damaged") {
  const { checkDamaged } = await import("../damaged/checking.ts");
  const [count = 2_000, seed = 1] = rest.map(Number);
  process.stdout.write(`${JSON.stringify(await checkDamaged(count, seed), null, 2)}\n`);
  process.exit(0);
}
if (what === "judge") {
  const { checkJudges } = await import("../code/tricks/main.ts");
  process.exit(await checkJudges(rest));
}
if (what === "answers") {
  const { checkAnswers } = await import("./answers/main.ts");
  process.exit(checkAnswers(rest));
}
if (what === "datasets") {
  const { checkDatasets } = await import("./datasets/main.ts");
  process.exit(await checkDatasets(rest));
}
if (what === "paper") {
  const { checkPaper } = await import("./paper/main.ts");
  process.exit(await checkPaper());
}
if (what === "training") {
  const { checkTraining } = await import("./training/main.ts");
  process.exit(await checkTraining(rest));
}
if (what === "queue") {
  if (rest[0] === "limits") process.exit(await (await import("./queue/limits.ts")).checkLimits(rest.slice(1)));
  const { checkQueue } = await import("./queue/main.ts");
  process.exit(await checkQueue(rest));
}
if (what === "clients") {
  const { checkClients } = await import("./clients/main.ts");
  process.exit(await checkClients(rest));
}
if (what === "rewards") {
  const { recordRewards } = await import("./rewards/record.ts");
  process.exit(await recordRewards(rest));
}
process.stderr.write(
  "Usage: npm run conformance -- servers|record|searches|forged|damaged|judge|answers|datasets|paper|training|queue|clients|rewards …\n",
);
process.exit(2);
