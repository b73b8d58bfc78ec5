/**
 * What early drop saves on a model of this machine, and whether the solutions that it keeps are what they would have
 * been: `node bench/early-drop.ts --data gsm8k_test.jsonl`. Each problem is solved with and without dropping, both
 * drawn again (no sample store).
 */
import { parseArgs } from "node:util";
import { builtins } from "../src/builtins.ts";
import { parseOptions } from "../src/core/strategy.ts";
import { solve } from "../src/engine/solve.ts";
import { openLocalPolicy } from "../src/policy/local/index.ts";
import { earlyDrop } from "../strategies/sampling/early-drop.ts";
import { selfConsistency } from "../strategies/sampling/self-consistency.ts";

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      model: { type: "string", default: "qwen2.5-coder-1.5b" },
      dataset: { type: "string", default: "gsm8k" },
      data: { type: "string", default: "" },
      problems: { type: "string", default: "6" },
      n: { type: "string", default: "8" },
      threshold: { type: "string", default: "0.3" },
      verifier: { type: "string", default: "step-judge" },
      "max-tokens": { type: "string", default: "320" },
      seed: { type: "string", default: "1" },
    },
  });
  const catalogue = builtins();
  const dataset = catalogue.datasets.get(values.dataset);
  const source = values.data === "" ? {} : { path: values.data };
  const problems = (await dataset.load(source, parseOptions(dataset, {}))).slice(0, Number(values.problems));
  const definition = catalogue.verifiers.get(values.verifier);
  const n = Number(values.n);
  // A judge that is the same model needs a place beside the samples: with none it would wait until they are written.
  const policy = await openLocalPolicy(values.model, { sequences: Math.min(64, 2 * n) });
  const shared = { policy, seed: values.seed, maxTokens: Number(values["max-tokens"]) };
  const sums = {
    kept: 0,
    different: 0,
    dropped: 0,
    written: 0,
    whole: 0,
    judged: 0,
    right: 0,
    rightWhole: 0,
    rescued: 0,
  };
  for (const { question, reference } of problems) {
    const verifier = definition.process?.(parseOptions(definition, {}));
    if (verifier === undefined) throw new Error(`${values.verifier} judges no steps; choose a process verifier`);
    const options = { n, threshold: Number(values.threshold) };
    const dropping = await solve(question, {
      ...shared,
      strategy: earlyDrop,
      options,
      verifiers: { process: { name: values.verifier, verifier } },
    });
    const whole = await solve(question, { ...shared, strategy: selfConsistency, options: { n } });
    for (const [i, { text, notes }] of dropping.candidates.slice(0, n).entries()) {
      if (notes?.dropped === true) sums.dropped++;
      else {
        sums.kept++;
        if (text !== whole.candidates[i]?.text) sums.different++;
      }
    }
    if (dropping.candidates.length > n) sums.rescued++;
    sums.written += dropping.usage.actual.policy.completionTokens;
    sums.whole += whole.usage.actual.policy.completionTokens;
    const { promptTokens, completionTokens } = dropping.usage.actual.verifier;
    sums.judged += promptTokens + completionTokens;
    sums.right += Number(dropping.answer === reference.answer);
    sums.rightWhole += Number(whole.answer === reference.answer);
    process.stdout.write(`${question.id}: ${dropping.reason}; without dropping: ${whole.reason}\n`);
  }
  const share = Math.round(100 * (1 - sums.written / Math.max(1, sums.whole)));
  process.stdout.write(
    [
      ``,
      `${problems.length} problems of ${values.dataset}, n = ${n}, ${policy.id}, ${values.verifier} at ${values.threshold}`,
      `kept ${sums.kept} solutions, of which ${sums.different} differ from those without dropping${sums.different === 0 ? " (byte-identical)" : ""}`,
      `dropped ${sums.dropped}; none survived on ${sums.rescued} problems`,
      `solution tokens written: ${sums.written} against ${sums.whole}: ${share} % saved`,
      `verifier tokens spent to save them: ${sums.judged}`,
      `answers equal to the reference text: ${sums.right} with, ${sums.rightWhole} without dropping`,
      ``,
    ].join("\n"),
  );
  await policy.dispose?.();
  if (sums.different > 0) process.exitCode = 1;
}
