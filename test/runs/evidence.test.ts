import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { emptyLedger } from "../../src/core/usage.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import { PromptEvidence } from "../../src/runs/prompt-evidence.ts";
import type { TraceRecord } from "../../src/runs/records/record.ts";
import { runExperiment } from "../../src/runs/run-experiment.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { simulatedSetup } from "./small-run.ts";

const yaml = (strategies: readonly string[]) => `
name: evidence
dataset: {name: arithmetic, options: {count: 4, minSteps: 3, maxSteps: 4}}
policy: simulated
strategies:
${strategies.map((strategy) => `  - ${strategy}`).join("\n")}
`;

const calibrated = (temperature: number) =>
  `{name: best-of-n, label: calibrated, options: {n: 4}, verifiers: {outcome: {name: calibrated, options: {verifier: simulated, map: {method: temperature, temperature: ${temperature}}}}}}`;
const strategies = [
  "{name: self-consistency, options: {n: 6}}",
  "{name: best-of-n, label: judged, options: {n: 4}, verifiers: {outcome: judge}}",
  calibrated(2),
  "{name: best-of-n, label: by-steps, options: {n: 4}, verifiers: {process: simulated, aggregation: min}}",
  "{name: mcts, options: {simulations: 6}, verifiers: {process: simulated}}",
  "{name: self-refine, options: {rounds: 2}}",
];

async function tracesOf(parts: { out?: string; concurrency?: number; rescore?: boolean; chosen?: readonly string[] }) {
  const { out = temporaryFolder(), chosen = strategies, ...rest } = parts;
  await runExperiment(parseExperiment("evidence.yaml", yaml(chosen)), simulatedSetup(out, rest));
  const text = readFileSync(join(out, "traces.jsonl"), "utf8");
  const traces = text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as TraceRecord);
  return { out, text, of: (arm: string) => traces.filter((trace) => trace.arm.startsWith(arm)) };
}

/** A prompt as it was put. */
const read = (trace: TraceRecord, place: number | undefined): string =>
  (trace.prompts?.[place ?? -1]?.messages ?? [])
    .map(({ text }) =>
      text
        .map((piece) => {
          if (typeof piece === "string") return piece;
          if (piece === -1) return trace.question;
          return piece < 0 ? trace.promptTexts?.[-2 - piece] : trace.candidates[piece]?.text;
        })
        .join(""),
    )
    .join("\n");

describe("prompts in a trace", () => {
  it("stand once however many samples came from them, and every candidate and node names its own", async () => {
    const { of } = await tracesOf({});
    for (const trace of of("self-consistency")) {
      expect(trace.prompts).toHaveLength(1);
      expect(trace.prompts?.[0]).toMatchObject({ purpose: "solve", samples: 6 });
      expect(trace.candidates.map(({ prompt }) => prompt)).toEqual([0, 0, 0, 0, 0, 0]);
      expect(read(trace, 0)).toContain(`\\boxed{}.\n${trace.question}`);
    }
    for (const trace of of("mcts")) {
      expect(trace.nodes?.length).toBeGreaterThan(3);
      for (const { parent, prompt } of trace.nodes ?? []) {
        if (parent === null) expect(prompt).toBeUndefined();
        else expect(read(trace, prompt)).toContain(trace.question);
      }
    }
    for (const trace of of("self-refine").filter(({ candidates }) => candidates.length > 1)) {
      expect(trace.prompts?.[trace.candidates[1]?.prompt ?? -1]?.purpose).toBe("revise");
    }
  });

  it("of a judge hold the judged candidate by reference: the trace does not hold a text twice", async () => {
    const { of } = await tracesOf({});
    for (const trace of of("judged")) {
      const judging = (trace.prompts ?? []).map((prompt, place) => ({ ...prompt, place }));
      const asked = judging.filter(({ purpose }) => purpose === "judge").map(({ place }) => read(trace, place));
      for (const { text } of trace.candidates) {
        expect(asked.filter((prompt) => prompt.includes(text.trim())).length).toBeGreaterThan(0);
        expect(JSON.stringify(trace.prompts)).not.toContain(JSON.stringify(text.trim()).slice(1, -1));
      }
    }
  });

  it("do not depend on the order of calls, and stay when candidates are scored again", async () => {
    const [one, many] = [await tracesOf({ concurrency: 1 }), await tracesOf({ concurrency: 16 })];
    expect(many.text).toBe(one.text);
    const chosen = [calibrated(3), strategies[4] ?? ""];
    const again = await tracesOf({ out: one.out, rescore: true, chosen });
    const [fresh] = again.of("calibrated");
    expect(fresh?.prompts).toEqual(one.of("calibrated")[0]?.prompts);
    expect(fresh?.candidates[0]?.prompt).toBe(0);
  });

  it("are kept up to a limit, and the rest is counted", () => {
    const evidence = new PromptEvidence();
    const call = { role: "policy", model: "m", purpose: "solve", samples: 1, usage: emptyLedger } as const;
    for (let i = 0; i < 300; i++) {
      const messages = [{ role: "user" as const, content: `question ${i} ${"word ".repeat(40)}` }];
      evidence.take({ type: "prompt", prompt: i, purpose: "solve", messages });
      evidence.take({ type: "call-end", ...call, call: 1_000 + i, prompt: i });
    }
    const written = [1_007, 1_299].map((one) => ({ text: `text ${one}`, calls: [one] }));
    const { prompts, leftOut, ofCandidates } = evidence.read("?", written, []);
    expect(prompts.length + leftOut).toBe(300);
    expect(JSON.stringify(prompts).length).toBeLessThan(40_000);
    expect(ofCandidates).toEqual([0, 1]);
  });
});

describe("verifiers' own numbers in a trace", () => {
  it("are the score before calibration, and the step scores that a derived score is aggregated from", async () => {
    const { of } = await tracesOf({});
    for (const { candidates } of of("calibrated")) {
      for (const { raw, score } of candidates) {
        const logit = (p: number) => Math.log(p / (1 - p));
        expect(logit(score ?? 0)).toBeCloseTo(logit(raw ?? 0) / 2, 3);
      }
    }
    for (const { candidates } of of("by-steps")) {
      for (const { steps = [], score } of candidates) {
        expect(steps.length).toBeGreaterThan(1);
        expect(score).toBeCloseTo(Math.min(...steps.map((step) => step ?? 1)), 5);
      }
    }
  });
});
