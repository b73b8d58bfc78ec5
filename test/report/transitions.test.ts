import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { tableRows } from "../../src/report/table.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import type { CandidateRecord } from "../../src/runs/records/record.ts";
import { runExperiment } from "../../src/runs/run-experiment.ts";
import { revisionsOf, TransitionTally } from "../../src/runs/transitions.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { simulatedSetup, smallRun } from "../runs/small-run.ts";

const row = (correct: boolean, revision?: CandidateRecord["revision"]): CandidateRecord => ({
  ...{ answer: "1", class: 0, correct, score: null, complete: true, tokens: 1 },
  revision,
});

const correcting = `
name: correcting
dataset: {name: arithmetic, options: {count: 40, minSteps: 3, maxSteps: 4}}
policy: {name: simulated, options: {stepError: 0.3}}
baselines: false
strategies:
  - chain-of-thought
  - {name: self-refine, options: {accept: always, rounds: 2}}
  - {name: cascade, options: {stages: [chain-of-thought, {name: self-refine, options: {signal: none, rounds: 1}}]}}
`;

describe("transitions", () => {
  it("counts first attempts against final answers, and every revision against what it revised", () => {
    const tally = new TransitionTally();
    const first = row(true, { round: 0 });
    const spoilt = row(false, { round: 1, of: 0, accepted: true });
    const mended = row(true, { round: 2, of: 1, accepted: false });
    tally.add({ verdict: "incorrect", candidates: [first, spoilt, mended] });
    tally.add({ verdict: "correct", candidates: [first] });
    tally.add({
      verdict: "correct",
      candidates: [row(false, { round: 0 }), row(true, { round: 1, of: 0, accepted: true })],
    });
    tally.add({ verdict: "undecided", candidates: [row(false, { round: 0 })] });
    expect(tally.transitions()).toEqual({
      ...{ trials: 4, rightToRight: 1, rightToWrong: 1, wrongToRight: 1, wrongToWrong: 1 },
      revisions: {
        ...{ proposed: 3, accepted: 2, rightToWrong: 1, wrongToRight: 2 },
        ...{ rightToWrongAccepted: 1, wrongToRightAccepted: 1 },
      },
    });
  });

  it("has none for a strategy whose candidates revise nothing", () => {
    const tally = new TransitionTally();
    tally.add({ verdict: "correct", candidates: [row(true), row(false)] });
    tally.add({ verdict: "unparsed", candidates: [] });
    expect(tally.transitions()).toBeNull();
  });

  it("finds what a revision revises among the candidates of its own member", () => {
    const notes = (given: Record<string, string | number | boolean>) => ({ notes: given });
    expect(
      revisionsOf([
        notes({ member: 0 }),
        notes({ member: 1, round: 0 }),
        notes({ member: 0 }),
        notes({ member: 1, round: 1, revises: 0, accepted: false }),
        {},
      ]),
    ).toEqual([undefined, { round: 0 }, undefined, { round: 1, of: 1, accepted: false }, undefined]);
  });

  it("stands in summary.json, the table and the reports of a run, and adds up to its accuracy", async () => {
    const out = temporaryFolder();
    const { arms } = await runExperiment(parseExperiment("correcting.yaml", correcting), simulatedSetup(out));
    const [plain, refined, cascaded] = arms;
    expect(plain?.transitions).toBeNull();
    expect(cascaded?.transitions).not.toBeNull();
    const { trials, rightToRight, rightToWrong, wrongToRight } =
      refined?.transitions ?? expect.unreachable("it corrects");
    expect(trials).toBe(40);
    expect(rightToRight + wrongToRight).toBe(refined?.correct);
    expect(rightToWrong).toBeGreaterThan(0);
    expect(wrongToRight).toBeGreaterThan(0);
    const [head, ...rows] = tableRows(arms);
    expect(rows[0]?.[head?.indexOf("right→wrong") ?? -1]).toBe("–");
    expect(rows[1]?.[head?.indexOf("right→wrong") ?? -1]).toBe(`${rightToWrong} of ${rightToRight + rightToWrong}`);
    const summary = JSON.parse(readFileSync(join(out, "summary.json"), "utf8")) as { arms: { transitions: unknown }[] };
    expect(summary.arms[1]?.transitions).toEqual(refined?.transitions);
  });

  it("leaves no trace in the report of a run that corrects nothing, and a table where something corrects", async () => {
    const without = readFileSync(join(await smallRun(), "report.md"), "utf8");
    expect(without).not.toContain("right→wrong");
    const folder = await smallRun({}, correcting);
    for (const file of ["report.md", "report.html"]) {
      expect(readFileSync(join(folder, file), "utf8")).toContain("What correction changed");
    }
  });
});
