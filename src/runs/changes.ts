import { isDeepStrictEqual } from "node:util";
import type { ArmSetup, ExperimentSummary } from "./experiment-summary.ts";
import type { GraderIdentity } from "./graders/open-grader.ts";

/** How a sentence tells the two summaries apart. */
type Words = readonly [was: string, is: string];

/**
 * What differs between two summaries of one folder and keeps earlier trials from counting, each as a sentence of its
 * own. Labels that only one of them has are no change: arms come and go.
 */
export function changesBetween(
  before: Partial<ExperimentSummary>,
  now: ExperimentSummary,
  [then, here]: Words = ["then", "now"],
): string[] {
  const shared = <T>(of: (summary: Partial<ExperimentSummary>) => Readonly<Record<string, T>>) => {
    const [was, is] = [of(before), of(now)];
    return Object.keys(is).flatMap((name) => {
      const [a, b] = [was[name], is[name]];
      return a === undefined || b === undefined || isDeepStrictEqual(a, plain(b)) ? [] : [{ name, was: a, is: b }];
    });
  };
  const policies = shared(({ policies = [] }) => byName(policies, ({ label, id }) => [label, id]));
  const datasets = shared((one) => byName(one.datasets ?? [], ({ name, fingerprint }) => [name, fingerprint]));
  const arms = shared(({ setups = [] }) => byName(setups, (setup) => [setup.arm, partsOf(setup)]));
  return [
    ...policies.map(({ name, was, is }) => `The model ${name} is another: ${was} ${then}, ${is} ${here}.`),
    ...datasets.map(({ name }) => `The dataset ${name} has other problems or references.`),
    ...shared(({ identity }) => identity?.code ?? {}).map(({ name }) => `The plug-in ${name} was edited.`),
    ...shared(({ identity }) => identity?.files ?? {}).map(({ name }) => `The file ${name} has another content.`),
    ...arms.map(({ name, was, is }) => `${name} has another ${unlikeParts(was, is).join(", ")}.`),
    ...(before.maxTokens === undefined || before.maxTokens === now.maxTokens
      ? []
      : [`maxTokens is another: ${before.maxTokens} ${then}, ${now.maxTokens} ${here}.`]),
  ];
}

/** How two graders differ, each difference a sentence; none where they give the same verdicts. */
export function graderChanges(
  was: GraderIdentity | undefined,
  is: GraderIdentity | undefined,
  [then, here]: Words = ["then", "now"],
): string[] {
  if (was?.version === is?.version) return [];
  const nameOf = (grader: GraderIdentity | undefined) => grader?.name ?? "the reference";
  if (nameOf(was) !== nameOf(is)) return [`The grader is another: ${nameOf(was)} ${then}, ${nameOf(is)} ${here}.`];
  const [a, b] = [was?.options ?? {}, is?.options ?? {}].map(plain);
  const options = isDeepStrictEqual(a, b) ? [] : [`The grader ${nameOf(is)} has other options.`];
  const code = was?.code?.hash === is?.code?.hash ? [] : [`The grader ${nameOf(is)} was edited.`];
  const found = [...code, ...options];
  return found.length > 0 ? found : [`A file that the grader ${nameOf(is)} reads has another content.`];
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const byName = <From, To>(all: readonly From[], of: (one: From) => readonly [string, To]): Record<string, To> =>
  Object.fromEntries(all.map(of));

type Parts = Readonly<Record<string, unknown>>;

const partsOf = ({ strategy, options, verifiers, budget, select, stop, roles, allocation }: ArmSetup): Parts => ({
  ...{ strategy, options, verifiers, budget, "selection rule": select, "stopping rule": stop },
  ...(roles !== undefined && { roles }),
  ...(allocation !== undefined && { allocation }),
});

const unlikeParts = (was: Parts, is: Parts): string[] =>
  [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((part) => {
    const now = is[part] === undefined ? undefined : plain(is[part]);
    return !isDeepStrictEqual(was[part], now);
  });
