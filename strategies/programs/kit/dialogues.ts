import type { Candidate } from "../../../src/core/candidate.ts";
import type { Run } from "../../../src/core/run.ts";
import { sampleAll } from "../../kit/sample-all.ts";
import { Dialogue, type DialogueRules } from "./tool-dialogue.ts";

/**
 * `n` dialogues, `together` of them at a time: their turns are asked for in step and in order, so that neither the draws nor what the budget grants depend on how
 * long a program takes. Yields dialogues as they end; those that the budget cuts are unfinished candidates.
 */
export async function* toolDialogues(
  run: Run,
  rules: DialogueRules,
  { n, together }: { readonly n: number; readonly together: number },
): AsyncGenerator<readonly Candidate[]> {
  for (let begun = 0; begun < n; ) {
    const wanted = Math.min(run.batch(n - begun), together);
    const samples = await run.sample({ ...new Dialogue(run, rules, begun).request(), n: wanted });
    const dialogues = samples.map((_, i) => new Dialogue(run, rules, begun + i));
    begun += samples.length;
    try {
      await Promise.all(dialogues.map((dialogue, i) => takeTurn(dialogue, samples[i])));
      if (yield* inStep(run, dialogues)) return;
    } finally {
      await Promise.all(dialogues.map((dialogue) => dialogue.dispose()));
    }
  }
}

const takeTurn = async (dialogue: Dialogue, sample: Parameters<Dialogue["take"]>[0] | undefined): Promise<void> => {
  if (sample !== undefined) await dialogue.take(sample);
};

/** Yields the dialogues as they end; true when the budget left some unfinished, which are yielded last. */
async function* inStep(run: Run, dialogues: readonly Dialogue[]): AsyncGenerator<readonly Candidate[], boolean> {
  const told = new Set<Dialogue>();
  const cut = new Set<Dialogue>();
  for (;;) {
    const ended = dialogues.filter((dialogue) => dialogue.done && !told.has(dialogue));
    for (const dialogue of ended) told.add(dialogue);
    if (ended.length > 0) yield ended.map((dialogue) => dialogue.candidate());
    const active = dialogues.filter((dialogue) => !dialogue.done && !cut.has(dialogue));
    if (active.length === 0) break;
    const turns = await sampleAll(
      run,
      active.map((dialogue) => dialogue.request()),
    );
    for (const [i, dialogue] of active.entries()) if (turns.samples[i] === null) cut.add(dialogue);
    await Promise.all(active.map((dialogue, i) => takeTurn(dialogue, turns.samples[i] ?? undefined)));
  }
  if (cut.size > 0) yield [...cut].map((dialogue) => dialogue.candidate());
  return cut.size > 0;
}
