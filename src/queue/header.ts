import { hash, randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Catalogue } from "../core/catalogue.ts";
import { InvalidOptionError } from "../core/errors.ts";
import { policyLabel } from "../runs/named-models.ts";
import type { OpenedArms } from "../runs/opened-arms.ts";
import type { Arm } from "../runs/plan.ts";
import { namedFiles } from "../runs/records/named-files.ts";
import type { RunPlan } from "../runs/run-plan.ts";
import type { Experiment } from "../runs/schema.ts";
import { withoutSecrets } from "../runs/secrets.ts";
import { packageVersion } from "../runs/versions.ts";
import type { RunHeader } from "./registry.ts";

/** What a run is to workers. @throws InvalidOptionError for an experiment that holds a secret. */
export function headerOf(plan: RunPlan, folder: string, tags: readonly string[]): RunHeader {
  const experiment = JSON.stringify(plan.experiment);
  if (JSON.stringify(withoutSecrets(plan.experiment)) !== experiment) {
    throw new InvalidOptionError(
      "The experiment",
      "holds what may be a secret (a header's value, or what follows the question mark of an address), and jobs carry " +
        // biome-ignore lint/suspicious/noTemplateCurlyInString: shown as it is to be written
        "none. Write ${NAME} in its place: each worker reads its own environment.",
    );
  }
  const parts = {
    version: packageVersion(),
    code: codeOf(plan.arms),
    files: filesOf(plan.arms),
    models: modelsOf(plan),
  };
  const known = hashOf(experiment, parts);
  const id = `${plan.experiment.name}-${idOfFolder(folder)}-${known.slice(0, 6)}`;
  return { id, name: plan.experiment.name, experiment, hash: known, ...parts, tags, trials: plan.asked.length };
}

/** Of all that a result depends on beside its trial: with other limits the same queue goes on. */
function hashOf(experiment: string, parts: Pick<RunHeader, "version" | "code" | "files" | "models">): string {
  const { version, code, files, models } = parts;
  const { limits: _, concurrency: __, ...rest } = JSON.parse(experiment) as Experiment;
  return hash("sha256", JSON.stringify([rest, version, code, files, models]), "hex").slice(0, 32);
}

const codeOf = (arms: readonly Arm[]): Record<string, string> =>
  Object.fromEntries(arms.flatMap(({ code }) => code.map((one) => [one.path, one.hash])));

const filesOf = (arms: readonly Arm[]): Record<string, string> =>
  Object.fromEntries(namedFiles(arms.map(({ verifiers, options }) => [verifiers, options])));

const modelsOf = ({ opened }: Pick<OpenedArms, "opened">): Record<string, string> =>
  Object.fromEntries([...opened.values()].map(({ spec, policy }) => [policyLabel(spec), policy.id]));

/** A folder's own number, kept in it: a run that goes on finds its queue, and no two runs share one. */
function idOfFolder(folder: string): string {
  const file = join(folder, "queue.json");
  try {
    const { id } = JSON.parse(readFileSync(file, "utf8")) as { readonly id?: unknown };
    if (typeof id === "string" && /^[0-9a-f]{8}$/.test(id)) return id;
  } catch {
    // There is none yet.
  }
  const id = randomUUID().slice(0, 8);
  writeFileSync(file, `${JSON.stringify({ id })}\n`);
  return id;
}

/** Why this worker cannot take part in a run, before its models are opened; null where it can. */
export function refusalOf(header: RunHeader, catalogue: Catalogue): string | null {
  const { version, code, experiment, hash: known } = header;
  if (version !== packageVersion())
    return `it was begun by ruminate ${version}, and this worker is ${packageVersion()}. Install the same version here.`;
  if (hashOf(experiment, header) !== known)
    return "its experiment does not have the hash that it says: it was changed or damaged in Redis.";
  const here = [...new Set(catalogue.origins?.values())];
  for (const [path, wanted] of Object.entries(code)) {
    if (here.some((one) => one.hash === wanted)) continue;
    const other = here.find((one) => one.path === path);
    return other === undefined
      ? `it runs the plug-in ${path} (${wanted}), which this worker does not have. Start the worker with --plugin ${path}.`
      : `its plug-in ${path} has the hash ${wanted}, and this worker's has ${other.hash}. Bring the same file here.`;
  }
  return null;
}

/** The same for what the opened arms say: files and models. */
export function refusalOfArms({ files, models }: RunHeader, open: OpenedArms): string | null {
  const here = filesOf(open.arms);
  for (const [path, wanted] of Object.entries(files)) {
    if (here[path] === wanted) continue;
    return here[path] === undefined
      ? `it reads the file ${path}, which is not there for this worker. Bring it to the same path.`
      : `the file ${path} is another than where the run was begun. Bring the same file here.`;
  }
  const opened = modelsOf(open);
  for (const [label, wanted] of Object.entries(models)) {
    if (opened[label] !== wanted)
      return `its model ${label} is ${wanted}, and ${opened[label] ?? "none"} for this worker. Set up the same model here.`;
  }
  return null;
}
