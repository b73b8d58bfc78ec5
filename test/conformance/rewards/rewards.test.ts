import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { presets } from "../../../verifiers/served/presets.ts";
import { startRewardServer } from "../../fakes/reward-server.ts";
import { benches, benchName } from "./benches.ts";
import { rewardCases } from "./cases.ts";
import { agreementOf, caseNamed, type RecordedCase, recordingsFolder, scoresOf } from "./replaying.ts";

const fileOf = (name: string) => join(recordingsFolder, `${name}.jsonl`);
const recordingOf = (name: string): RecordedCase[] =>
  readFileSync(fileOf(name), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as RecordedCase);

/** Their numbers lie close together on these models, so that less than the bar would hide another layout. */
const probabilities = new Set(
  presets.filter(({ reading }) => reading.number.kind !== "reward").map(({ name }) => name),
);

describe("reward models", () => {
  for (const bench of benches) {
    it(`${benchName(bench)}: what vLLM replied gives the authors' scores`, async () => {
      const scored: RecordedCase[] = [];
      for (const recorded of recordingOf(benchName(bench))) {
        const given = caseNamed(recorded.id);
        if (given === undefined) throw new Error(`no case ${recorded.id}`);
        const left = [...recorded.pairs];
        const server = await startRewardServer(({ path, body }) => {
          const at = left.findIndex((pair) => pair.path === path && same(pair.request, body));
          const [pair] = at < 0 ? [] : left.splice(at, 1);
          // As vLLM refuses a name of a task that it does not have: a server of another test may have had this port.
          if (pair === undefined) return { status: 400, message: `no such task or request: ${JSON.stringify(body)}` };
          if (pair.status !== 200) return { status: pair.status, message: JSON.stringify(pair.reply) };
          return { json: pair.reply };
        });
        const kind = presets.find(({ name }) => name === bench.preset)?.scores ?? "outcome";
        scored.push({ ...recorded, scores: await scoresOf(bench, given, server.url, kind) });
        await server.close();
      }
      expect(scored.length).toBeGreaterThanOrEqual(20);
      expect(scored.length).toBe(rewardCases.length);
      for (const { scores = [], reference } of scored) expect(scores).toHaveLength(reference.length);
      const { greatest, sameOrder } = agreementOf(bench, scored);
      expect(greatest).toBeLessThan(1e-3);
      if (probabilities.has(bench.preset)) expect(greatest).toBeLessThan(2e-5);
      expect(sameOrder).toBe(true);
    });
  }

  it("are called equal only where they were compared", () => {
    const compared = new Set(
      benches.filter((bench) => existsSync(fileOf(benchName(bench)))).map(({ preset }) => preset),
    );
    const called = presets.filter(({ checked }) => checked === "equal").map(({ name }) => name);
    expect(called.filter((name) => !compared.has(name))).toEqual([]);
  });
});

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
