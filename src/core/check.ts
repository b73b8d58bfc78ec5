/** How a checker says what it found. */
export type CheckVerdict =
  /** By its exit status; one that is in neither list decides nothing. */
  | { readonly by: "exit"; readonly right: readonly number[]; readonly wrong: readonly number[] }
  /** By a regular expression that its output fits; without `wrong` all other output is wrong. */
  | { readonly by: "pattern"; readonly right: string; readonly wrong?: string }
  /** By the last line that is a JSON object: a field that is true or false, and `reason`. */
  | { readonly by: "json"; readonly field: string }
  /** By the last line that it prints, compared with the reference answer where no program of the answer runs. */
  | { readonly by: "value"; readonly relativeTolerance: number };

/**
 * A command that decides about answers. It runs in the sandbox, without a network, in a folder with its files. In
 * texts and file names `{answer}`, `{prefix}`, `{tests}`, `{entryPoint}` and `{reference}` stand for the task's, and
 * `{word}` for a word that is new for each run.
 */
export interface Check {
  readonly name: string;
  /** For `sh`. */
  readonly command: string;
  readonly files: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly verdict: CheckVerdict;
  readonly timeoutSeconds: number;
  readonly memoryMiB: number;
  /** Programs that must be there: a tool's name, or that of a program in `/usr/bin`. */
  readonly needs: readonly string[];
  /** An answer that fits this pattern is wrong unrun. */
  readonly forbids?: string;
  /** An answer that is known to be right; where the checker refuses it, the checker is broken. */
  readonly known?: string;
  /** Folders of this machine that the command may read; never by a dataset's row. */
  readonly folders?: readonly string[];
}

/** A check by name, or with some of its parts; what is not given is the preset's. */
export interface CheckSpec extends Partial<Omit<Check, "name">> {
  readonly preset?: string;
}
