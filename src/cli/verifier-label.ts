import { resolve } from "node:path";
import { InvalidOptionError } from "../core/errors.ts";
import { RowFile } from "../export/training/row-file.ts";
import { verifiersOf } from "../setup/setup.ts";
import { traceExamples } from "../verifier-study/examples.ts";
import { type LabelSetup, labelForms, labelMethods, labelRow, labelSteps } from "../verifier-study/label.ts";
import { parseCount } from "./counts.ts";
import { statusLine, type Terminal } from "./terminal.ts";
import type { EvalTools } from "./verifier.ts";
import { parseVerifierFlags } from "./verifier-flags.ts";

export interface LabelFlags {
  readonly run: string;
  readonly by: readonly string[];
  readonly form: string;
  readonly out: string;
  readonly verifier: readonly string[];
  readonly threshold: string;
  readonly rollouts: string;
  readonly temperature: string;
  readonly disagreed?: boolean;
  readonly limit?: string;
  readonly seed: string;
  readonly json?: boolean;
}

/** `ruminate verifier label --run DIR --by binary judge -v process=NAME --form processbench --out FILE`. */
export async function labelCommand(terminal: Terminal, flags: LabelFlags, tools: EvalTools): Promise<number> {
  const methods = flags.by.map((by) => oneOf("--by", labelMethods, by));
  const form = oneOf("--form", labelForms, flags.form);
  const threshold = Number(flags.threshold);
  if (!(threshold > 0 && threshold <= 1)) {
    throw new InvalidOptionError("--threshold", `must be more than 0 and at most 1, got "${flags.threshold}".`);
  }
  const spec = parseVerifierFlags(flags.verifier);
  const asksJudge = methods.includes("judge");
  if (asksJudge !== (spec?.process !== undefined)) {
    throw new InvalidOptionError("--by", "judge and --verifier process=NAME go together.");
  }
  if (spec !== null) verifiersOf(spec, tools.catalogue); // bad options are refused before a model is opened
  const all = traceExamples(resolve(terminal.cwd, flags.run));
  const examples = flags.limit === undefined ? all : all.slice(0, parseCount("--limit", flags.limit));
  const { policy, simulated } = await tools.open();
  const status = statusLine(terminal);
  const { signal } = terminal;
  const { seed } = flags;
  const setup: LabelSetup = {
    methods,
    threshold,
    rollouts: {
      ...{ policy, seed, signal, rollouts: parseCount("--rollouts", flags.rollouts) },
      temperature: Number(flags.temperature),
      onProgress: (done, of) => status.show(`${done}/${of} problems rolled out`, `${Math.floor((20 * done) / of)}`),
    },
    judge:
      spec === null
        ? undefined
        : { policy, seed, signal, sandbox: tools.sandbox(), verifiers: () => verifiersOf(spec, tools.catalogue) },
  };
  try {
    const found = await labelSteps(examples, setup);
    status.clear();
    const by = methods.join("+");
    const file = new RowFile(resolve(terminal.cwd, flags.out));
    for (const [i, one] of found.labelled.entries()) {
      if (one.agreed || flags.disagreed === true) file.add(labelRow(one, form, i, by));
    }
    file.finish();
    const { labelled, leftOut, calls, tokens } = found;
    const agreed = labelled.filter((one) => one.agreed).length;
    const report = { solutions: examples.length, labelled: labelled.length, agreed, leftOut, calls, tokens };
    terminal.out(
      flags.json === true
        ? `${JSON.stringify({ ...report, rows: file.rows, policy: policy.id, simulated }, null, 2)}\n`
        : reportText(report, { rows: file.rows, out: flags.out, by, policy: policy.id }),
    );
    return 0;
  } finally {
    status.clear();
  }
}

function reportText(
  report: {
    readonly solutions: number;
    readonly labelled: number;
    readonly agreed: number;
    readonly leftOut: Readonly<Record<string, number>>;
    readonly calls: number;
    readonly tokens: number;
  },
  {
    rows,
    out,
    by,
    policy,
  }: { readonly rows: number; readonly out: string; readonly by: string; readonly policy: string },
): string {
  const left = Object.entries(report.leftOut).map(([method, count]) => `  not labelled by ${method}: ${count}\n`);
  const share = report.labelled === 0 ? "–" : `${((100 * report.agreed) / report.labelled).toFixed(1)} %`;
  const agreement = by.includes("+") ? `  agreed: ${report.agreed} of ${report.labelled} (${share})\n` : "";
  return (
    `${rows} of ${report.solutions} solutions labelled by ${by}: ${out}\n${agreement}${left.join("")}` +
    `  ${report.calls} calls and ${report.tokens} tokens of ${policy}\n`
  );
}

function oneOf<T extends string>(flag: string, known: readonly T[], given: string): T {
  const found = known.find((name) => name === given);
  if (found !== undefined) return found;
  throw new InvalidOptionError(flag, `must be one of ${known.join(", ")}, got "${given}".`);
}
