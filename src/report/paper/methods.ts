import type { Catalogue } from "../../core/catalogue.ts";
import { promptPriceWords } from "../../core/usage.ts";
import type { ReportArm, ReportData } from "../data.ts";
import { familyWords } from "../reading-table.ts";
import { type Citation, citationsOf } from "./bibliography.ts";

/** What was done, as a paper says it: sentences, each with the keys of the papers that it rests on. */
export interface Methods {
  readonly sentences: readonly { readonly text: string; readonly cites: readonly string[] }[];
  readonly citations: readonly Citation[];
}

/** Papers of the statistics in every report. */
const statistics = {
  holm: "Holm 1979, Scandinavian Journal of Statistics 6(2), 65-70",
  blaker: "Blaker 2000, Canadian Journal of Statistics 28(4), 783-798",
};

interface Setup {
  readonly policy?: string;
  readonly verifiers?: { readonly outcome?: Named; readonly process?: Named } | null;
  readonly budget?: Readonly<Record<string, number | undefined>>;
}
interface Named {
  readonly name: string;
}

const setupOf = (arm: ReportArm): Setup => arm.setup as Setup;

/** The methods paragraph of a run. `catalogue` knows the papers of strategies and verifiers. */
export function methodsOf(data: ReportData, catalogue: Pick<Catalogue, "strategies" | "verifiers">): Methods {
  const citations = new Map<string, Citation>();
  const cite = (reference: string | undefined): string[] => {
    const found = reference === undefined ? [] : citationsOf(reference);
    for (const citation of found) citations.set(citation.key, citation);
    return found.map(({ key }) => key);
  };
  const { run } = data;
  const count = (n: number, noun: string) => `${n.toLocaleString("en-US")} ${noun}${n === 1 ? "" : "s"}`;
  const list = (items: readonly string[]) => items.join(items.length > 2 ? ", " : " and ");
  const strategies = [...new Set(data.arms.map(({ strategy }) => strategy))];
  const verifiers = [
    ...new Set(
      data.arms.flatMap((arm) => {
        const { outcome, process } = setupOf(arm).verifiers ?? {};
        return [outcome, process].flatMap((one) => (one === undefined ? [] : [one.name]));
      }),
    ),
  ];
  const budgets = [...new Set(data.arms.map((arm) => budgetWords(setupOf(arm).budget)))].filter(
    (words) => words !== "",
  );
  const seeds = `${run.seeds.length === 1 ? "seed" : "seeds"} ${list(run.seeds.map(String))}`;
  const accepted = data.arms.some(({ interval }) => interval?.method.startsWith("binomial acceptability") === true);
  const sentences = [
    say(
      `We compare ${count(data.arms.length, "configuration")} on ${list(run.datasets.map(({ name, problems }) => `${name} (${count(problems, "problem")})`))} with ${list(run.policies.map(({ label }) => label))}, ${seeds}, at most ${run.maxTokens.toLocaleString("en-US")} tokens a completion: ${count(data.trials, "trial")} in all.`,
    ),
    ...strategies.map((name) => {
      const known = catalogue.strategies.has(name) ? catalogue.strategies.get(name) : undefined;
      return say(`${name}: ${known?.summary ?? "a strategy of a plug-in"}.`, cite(known?.paper));
    }),
    ...verifiers.map((name) => {
      const known = catalogue.verifiers.has(name) ? catalogue.verifiers.get(name) : undefined;
      return say(`Verifier ${name}: ${known?.summary ?? "of a plug-in"}.`, cite(known?.paper));
    }),
    ...(budgets.length === 0
      ? [say("No budget limited a problem: compute is not equal and stands beside accuracy.")]
      : [say(`Each problem had a budget of ${list(budgets)}, verifiers and failed calls included.`)]),
    ...run.policies.flatMap(({ label, prompts }) =>
      prompts === undefined ? [] : [say(`Cost of ${label}: ${promptPriceWords[prompts]}.`)],
    ),
    ...(accepted
      ? [
          say(
            "Intervals of shares are binomial acceptability intervals at 95 %, the number of trials reduced to what trials of one problem or group count for.",
            cite(statistics.blaker),
          ),
        ]
      : []),
    say(
      `Differences are paired by problem; p values are those of the paired permutation test, ${familyWords(data.comparisons)}.`,
      cite(statistics.holm),
    ),
    ...(data.simulated.length === 0
      ? []
      : [say("The policy is simulated: these figures say nothing about a language model.")]),
  ];
  return { sentences, citations: [...citations.values()].sort((a, b) => (a.key < b.key ? -1 : 1)) };
}

const say = (text: string, cites: readonly string[] = []) => ({ text, cites });

const budgetWords = (budget: Setup["budget"] = {}): string =>
  Object.entries(budget)
    .flatMap(([unit, limit]) => (limit === undefined ? [] : [`${limit.toLocaleString("en-US")} ${unit}`]))
    .join(" and ");
