import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { presetNamed } from "../../../verifiers/served/presets.ts";
import { type Bench, benches, benchName } from "./benches.ts";
import { type RewardCase, rewardCases } from "./cases.ts";
import { agreementOf, type RecordedCase, type RecordedPair, recordingsFolder, scoresOf } from "./replaying.ts";

/**
 * Scores every case through a running server, records what went over the wire, and has the authors' procedure score the
 * same cases on the same weights.
 *
 *     npm run conformance -- rewards URL MODELS MODEL PYTHON
 *
 * URL is of a vLLM that serves the folder MODELS/MODEL as "m"; PYTHON runs reference.py.
 */
export async function recordRewards([url = "", models = "", model = "", python = "python3", ...only]: string[]) {
  const wanted = benches.filter(
    (bench) => bench.model === model && (only.length === 0 || only.includes(benchName(bench))),
  );
  for (const bench of wanted) {
    const recorded = await recordBench(bench, url, join(models, model), python);
    mkdirSync(recordingsFolder, { recursive: true });
    const lines = recorded.map(({ scores: _scores, ...kept }) => JSON.stringify(kept));
    writeFileSync(join(recordingsFolder, `${benchName(bench)}.jsonl`), `${lines.join("\n")}\n`);
    const { cases, greatest, sameOrder } = agreementOf(bench, recorded);
    process.stdout.write(
      `${benchName(bench)}: ${cases} cases, greatest difference ${greatest.toExponential(1)}, ${sameOrder ? "same order" : "ANOTHER ORDER"}\n`,
    );
  }
  return wanted.length === 0 ? 2 : 0;
}

/** What reference.py gave, by preset and folder. */
const told = new Map<string, readonly (readonly number[])[]>();

function referencesOf(preset: string, folder: string, python: string) {
  const known = told.get(preset + folder);
  if (known !== undefined) return known;
  const input = rewardCases.map((each) => JSON.stringify(each)).join("\n");
  const script = join(import.meta.dirname, "reference.py");
  const printed = execFileSync(python, [script, preset, folder], { input, encoding: "utf8", maxBuffer: 2 ** 26 });
  const references = printed
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { scores: number[] }).scores);
  told.set(preset + folder, references);
  return references;
}

async function recordBench(bench: Bench, url: string, folder: string, python: string): Promise<RecordedCase[]> {
  const references = referencesOf(bench.preset, folder, python);
  const recorded: RecordedCase[] = [];
  for (const [i, each] of rewardCases.entries()) {
    recorded.push(await recordCase(bench, each, references[i] ?? [], url));
  }
  return recorded;
}

async function recordCase(bench: Bench, each: RewardCase, reference: readonly number[], url: string) {
  const pairs: RecordedPair[] = [];
  const proxy = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", async () => {
      const text = Buffer.concat(chunks).toString("utf8");
      const path = incoming.url ?? "";
      const answer = await fetch(url + path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: text,
      });
      const reply = await answer.text();
      const kept = withoutUnread(withoutMoment(JSON.parse(reply)), presetNamed(bench.preset).reading.tagId);
      pairs.push({ path, request: JSON.parse(text), status: answer.status, reply: kept });
      response.writeHead(answer.status, { "content-type": "application/json" });
      response.end(reply);
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  try {
    const served = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const scores = await scoresOf(bench, each, served, presetNamed(bench.preset).scores);
    return { id: each.id, reference, pairs, scores };
  } finally {
    proxy.close();
    proxy.closeAllConnections();
  }
}

/** What differs from one time to the next and is never read. */
function withoutMoment(reply: unknown): unknown {
  if (typeof reply !== "object" || reply === null) return reply;
  const { id: _id, created: _created, ...rest } = reply as Record<string, unknown>;
  return rest;
}

/** Log-probabilities of the prompt are kept behind step marks only: those of all tokens are megabytes, and not read. */
function withoutUnread(reply: unknown, tag: number | undefined): unknown {
  const { choices } = (reply ?? {}) as { choices?: readonly Record<string, unknown>[] };
  if (!Array.isArray(choices)) return reply;
  const shortened = choices.map((choice: Record<string, unknown>) => {
    const { prompt_logprobs: told, prompt_token_ids: ids } = choice;
    if (!Array.isArray(told) || !Array.isArray(ids)) return choice;
    return { ...choice, prompt_logprobs: told.map((each, i) => (each === null || ids[i - 1] === tag ? each : {})) };
  });
  return { ...(reply as object), choices: shortened };
}
