import { addLedgers, emptyLedger } from "../../core/usage.ts";
import { shareInterval } from "../../statistics/intervals/share.ts";
import { mean } from "../../statistics/numeric/arrays.ts";
import { cohenKappa } from "../../statistics/rewards/agreement.ts";
import { eachCountedRecord, type StoredSummary } from "../counted-records.ts";
import type { TrialRecord } from "../records/record.ts";
import type { Agreement, JudgingSummary } from "./agreement.ts";

interface Labelled {
  readonly cluster: string;
  readonly said: boolean;
  readonly label: boolean;
}

/** One entry for each judge and version that the counted trials were graded by. */
export function judgingSummary(
  folder: string,
  run: Pick<StoredSummary, "trials" | "arms" | "setups" | "policies">,
): JudgingSummary[] {
  const judges = new Map<string, JudgeTally>();
  eachCountedRecord(folder, run, (record) => {
    const { judged } = record;
    if (judged === undefined) return;
    const own = judges.get(judged.version) ?? new JudgeTally(judged);
    judges.set(judged.version, own);
    own.add(record, judged);
  });
  return [...judges.values()].map((tally) => tally.summary());
}

type Judged = NonNullable<TrialRecord["judged"]>;

class JudgeTally {
  readonly #head: Pick<JudgingSummary, "judge" | "model" | "version">;
  readonly #labelled: Labelled[] = [];
  #judged = 0;
  #unread = 0;
  #usage = emptyLedger;
  #spent = emptyLedger;

  constructor({ judge, model, version }: Judged) {
    this.#head = { judge, model, version };
  }

  add({ dataset, group, problem, verdict }: TrialRecord, { score, label, usage, spent }: Judged): void {
    this.#judged++;
    this.#usage = addLedgers(this.#usage, usage);
    this.#spent = addLedgers(this.#spent, spent);
    if (score === null) this.#unread++;
    else if (label !== null)
      this.#labelled.push({ cluster: `${dataset}/${group ?? problem}`, said: verdict === "correct", label });
  }

  summary(): JudgingSummary {
    return {
      ...this.#head,
      ...{ judged: this.#judged, unread: this.#unread, agreement: agreementOf(this.#labelled) },
      ...{ usage: this.#usage, spent: this.#spent },
    };
  }
}

function agreementOf(items: readonly Labelled[]): Agreement {
  const equal = items.map(({ said, label }) => (said === label ? 1 : 0));
  const passes = (right: boolean) => {
    const own = items.filter(({ label }) => label === right);
    return own.length === 0 ? null : own.filter(({ said }) => said).length / own.length;
  };
  return {
    labelled: items.length,
    value: items.length === 0 ? null : mean(equal),
    interval:
      items.length === 0
        ? null
        : shareInterval(
            equal,
            items.map(({ cluster }) => cluster),
          ),
    kappa: cohenKappa(
      items.map(({ said }) => said),
      items.map(({ label }) => label),
    ),
    passesRight: passes(true),
    passesWrong: passes(false),
  };
}
