import type { Candidate } from "../../../src/core/candidate.ts";
import type { Run, WalkSetup } from "../../../src/core/run.ts";
import type { Selection } from "../../../src/core/strategy.ts";

type Judge = NonNullable<WalkSetup<unknown>["judge"]>;
type Walked = AsyncGenerator<readonly Candidate[]>;

/**
 * A walk whose states are judged by the policy. Judgements that could not be read are counted and reported in a note at
 * the end; while none could be read, candidates carry that in `notes.unread`, for {@link sayingUnread}.
 */
export async function* withReadJudgements(run: Run, judge: Judge, walked: (judge: Judge) => Walked): Walked {
  let [judged, unread] = [0, 0];
  const counting: Judge = async (inner, paths) => {
    const scores = await judge(inner, paths);
    judged += scores.length;
    unread += scores.filter(({ value }) => value === null).length;
    return scores;
  };
  for await (const batch of walked(counting)) {
    const blind = judged > 0 && unread === judged;
    yield blind ? batch.map((each) => ({ ...each, notes: { ...each.notes, unread } })) : batch;
  }
  if (unread > 0) run.emit({ type: "note", message: `${unread} of ${judged} states could not be judged` });
}

/** The same pick, whose reason says so where none of the states could be judged. */
export function sayingUnread(selection: Selection): Selection {
  return {
    ...selection,
    pick: async (candidates, run) => {
      const picked = await selection.pick(candidates, run);
      const unread = candidates.at(-1)?.notes?.unread;
      // The search picks among judged ends only: where it picked, a judgement was read after the last candidate came.
      const judged = candidates.some(({ notes }) => notes?.walkPick === true);
      if (picked === null || unread === undefined || judged) return picked;
      return { ...picked, reason: `${picked.reason}; none of ${unread} states could be judged` };
    },
  };
}
