import { createSandbox, withLanguages, withLibraries } from "../../../src/sandbox/index.ts";
import { type CheckedFile, checkFolder } from "./check.ts";

const usage = `Usage: npm run conformance -- datasets --data FOLDER [--sandbox auto|wasi|native] [NAME …]
Loads every data file of the folder (or those whose names hold a NAME) and grades its own references.
`;

/**
 * Runs the datasets part of the conformance command; the exit code is 1 where a reference is wrong or no loader fits.
 */
export async function checkDatasets(args: readonly string[]): Promise<number> {
  const given = new Map<string, string>();
  const names: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (arg.startsWith("--")) given.set(arg, args[++i] ?? "");
    else names.push(arg);
  }
  const folder = given.get("--data");
  const kind = given.get("--sandbox") ?? "auto";
  if (folder === undefined || (kind !== "auto" && kind !== "wasi" && kind !== "native")) {
    process.stderr.write(usage);
    return 2;
  }
  const python =
    kind === "auto" ? withLibraries(createSandbox("wasi"), () => createSandbox("native")) : createSandbox(kind);
  const sandbox = withLanguages(python);
  try {
    const checked = await checkFolder(folder, sandbox, names, (one) => process.stdout.write(lineOf(one)));
    const sum = (pick: (one: CheckedFile) => number) => checked.reduce((total, one) => total + pick(one), 0);
    const undecided = sum(undecidedIn);
    const failed = sum(({ incorrect }) => incorrect) + checked.filter(({ loader }) => loader === "none").length;
    process.stdout.write(
      `${checked.length} files, ${sum(({ rows }) => rows)} rows: ${sum(({ correct }) => correct)} references right, ` +
        `${sum(({ incorrect }) => incorrect)} wrong, ${undecided} undecided, ${sum(({ broken }) => broken)} with broken tests\n`,
    );
    return failed === 0 ? 0 : 1;
  } finally {
    await sandbox.dispose();
  }
}

const undecidedIn = ({ undecided }: CheckedFile): number => Object.values(undecided).reduce((sum, n) => sum + n, 0);

function lineOf(one: CheckedFile): string {
  const { file, loader, rows, correct, incorrect, without, broken, wrong } = one;
  const counts = [
    `${correct} right`,
    ...(incorrect > 0 ? [`${incorrect} WRONG`] : []),
    ...(undecidedIn(one) > 0 ? [`${undecidedIn(one)} undecided`] : []),
    ...(broken > 0 ? [`${broken} broken upstream`] : []),
    ...(without > 0 ? [`${without} without a reference`] : []),
  ];
  const read = loader === "none" ? "NO LOADER" : `${loader}, ${rows} rows`;
  const graded = correct + incorrect + undecidedIn(one) + without + broken > 0 ? `: ${counts.join(", ")}` : "";
  const reasons = Object.entries(one.undecided).map(([rule, n]) => `    ${n} × ${rule}`);
  const lines = [`${file} (${read})${graded}`, ...reasons, ...wrong.slice(0, 20).map((what) => `    ${what}`)];
  return `${lines.join("\n")}\n`;
}
