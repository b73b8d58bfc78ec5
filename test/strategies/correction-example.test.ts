import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import {
  acceptRule,
  correct,
  defineStrategy,
  lastKept,
  plainAttempt,
  rewrite,
  type Signal,
  scriptedPolicy,
  solve,
} from "../../src/index.ts";

/** The unit must be there. */
const unit: Signal = async (_run, { candidate }) =>
  candidate.text.includes("km")
    ? { wrong: false, said: "", step: null }
    : { wrong: true, said: "The distance must be in km.", step: null };

const inKilometres = defineStrategy({
  name: "in-kilometres",
  summary: "a revision where the unit is missing",
  family: "correction",
  how: "A solution that names no kilometres is written again.",
  costNote: "a call for each revision, and one for the accept rule.",
  departures: [],
  rewards: { outcome: "accepts by score", process: "accepts by score", none: "accepts by agreement" },
  options: z.strictObject({}),
  candidates: (run) =>
    correct(run, {
      attempt: plainAttempt(0),
      signal: unit,
      revise: rewrite(0),
      accept: acceptRule({ accept: "safe", temperature: 0.7 }),
      rounds: 2,
      varies: false,
    }),
  select: () => lastKept("safe"),
  cost: () => ({ calls: 5, scored: 6 }),
});

it("a loop of one's own corrects with the public parts, as the documentation shows it", async () => {
  const script = ["It is \\boxed{5000}.", "In km it is \\boxed{5}.", "\\boxed{5}"];
  const { answer } = await solve("How far?", { strategy: inKilometres, policy: scriptedPolicy(script) });
  expect(answer).toBe("5");
  const shown = readFileSync(resolve(import.meta.dirname, "../../docs/self-correction.md"), "utf8");
  const own = readFileSync(import.meta.filename, "utf8");
  const body = own.slice(own.indexOf("const unit"), own.indexOf('it("a loop'));
  expect(shown).toContain(body.replace("const inKilometres", "export const inKilometres").trim());
});
