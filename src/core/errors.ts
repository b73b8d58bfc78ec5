/**
 * Every error that ruminate raises on purpose. `code` is stable and meant for programs; the message is meant for people
 * and says what, where, which value, and what to do about it. A wrong, missing or unreadable answer is never an error.
 */
export class RuminateError extends Error {
  readonly code: string;
  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** An option, a field of a file or of a request that does not fit its schema. */
export class InvalidOptionError extends RuminateError {
  /** Where the value stands: `best-of-n: "n"`, `gsm8k.yaml: strategies[0].options`. */
  readonly where: string;
  constructor(where: string, requirement: string, options?: { cause?: unknown }) {
    super("invalid-option", `${where} ${requirement}`, options);
    this.where = where;
  }
}

/** Names shown at most: a message is read by people, and lists stand in the catalogue. */
const mostNames = 40;

const shownNames = (names: readonly string[]): string =>
  names.length <= mostNames
    ? names.join(", ")
    : `${names.slice(0, mostNames).join(", ")} and ${names.length - mostNames} more`;

/** A name from outside in a message: one of five thousand characters would hide what the message says. */
export const cut = (text: string, most = 100): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

/** A name that no registry knows. The message lists what there is and guesses what was meant. */
export class UnknownNameError extends RuminateError {
  readonly kind: string;
  readonly given: string;
  readonly available: readonly string[];
  constructor(kind: string, given: string, available: readonly string[]) {
    const shown = cut(given);
    const close = closest(shown, available);
    const guess = close === undefined ? "" : ` Did you mean "${close}"?`;
    super("unknown-name", `Unknown ${cut(kind)} "${shown}".${guess} Available: ${shownNames(available)}.`);
    this.kind = kind;
    this.given = given;
    this.available = available;
  }
}

export type BudgetLimit = "tokens" | "calls" | "seconds" | "dollars";

/**
 * A call that no longer fits. The engine turns it into the best answer so far; only direct users of a budget see it.
 */
export class BudgetExceededError extends RuminateError {
  readonly limit: BudgetLimit;
  readonly allowed: number;
  readonly spent: number;
  readonly scope: string;
  constructor(limit: BudgetLimit, allowed: number, spent: number, scope: string) {
    const shown = (value: number) => value.toLocaleString("en-US", { maximumFractionDigits: 4 });
    const remedy = { tokens: "--budget", calls: "--max-calls", seconds: "--max-seconds", dollars: "--max-dollars" };
    const noun = { tokens: "Token", calls: "Call", seconds: "Time", dollars: "Dollar" };
    const passed = spent > allowed;
    super(
      "budget-exceeded",
      `${noun[limit]} budget ${passed ? "exceeded" : "used up"}: ${shown(spent)} spent of ${shown(allowed)} allowed (${scope})${passed ? "" : ", no room for the next call"}. Raise ${remedy[limit]} or ask for less.`,
    );
    this.limit = limit;
    this.allowed = allowed;
    this.spent = spent;
    this.scope = scope;
  }
}

/**
 * What a failed call was about: `connection` nobody answered, `server` it broke, `rate` too much at a time, `quota`
 * nothing left to spend, `key` not allowed, `context` the text outgrew the window, `content` refused for what it says,
 * `request` anything else in the request.
 */
export type FailureKind = "connection" | "server" | "rate" | "quota" | "key" | "context" | "content" | "request";

/** A model server that failed for good: after the retries, or at once where trying again cannot help. */
export class ModelCallError extends RuminateError {
  readonly status: number | null;
  /** Null where nothing is known of it. */
  readonly kind: FailureKind | null;
  readonly retryable: boolean;
  readonly attempts: number;
  constructor(
    message: string,
    details: {
      status?: number | null;
      kind?: FailureKind | null;
      retryable: boolean;
      attempts?: number;
      cause?: unknown;
    },
  ) {
    super("model-call", message, { cause: details.cause });
    this.status = details.status ?? null;
    this.kind = details.kind ?? null;
    this.retryable = details.retryable;
    this.attempts = details.attempts ?? 1;
  }
}

/** A verifier that broke its contract: wrong number of scores, a number outside [0, 1], no answer at all. */
export class VerifierError extends RuminateError {
  readonly verifier: string;
  constructor(verifier: string, message: string, options?: { cause?: unknown }) {
    super("verifier", `${verifier}: ${message}`, options);
    this.verifier = verifier;
  }
}

/** A file or a line of it that cannot be read as what it should be. */
export class InvalidFileError extends RuminateError {
  readonly file: string;
  readonly line: number | null;
  constructor(file: string, line: number | null, message: string, options?: { cause?: unknown }) {
    super("invalid-file", `${file}${line === null ? "" : `:${line}`}: ${message}`, options);
    this.file = file;
    this.line = line;
  }
}

/** Something outside the program that is missing or unusable: a key, a server, a folder, a model file. */
export class EnvironmentError extends RuminateError {
  constructor(message: string, options?: { cause?: unknown }) {
    super("environment", message, options);
  }
}

/** The sandbox itself failed (not the program in it, whose failures are results). */
export class SandboxError extends RuminateError {
  constructor(message: string, options?: { cause?: unknown }) {
    super("sandbox", message, options);
  }
}

/** The available name nearest to `given` by edit distance, if it is near enough to be a slip of the hand. */
export function closest(given: string, available: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.ceil(given.length / 3)) + 1;
  const plain = (text: string) => text.toLowerCase().replace(/[\s_]/g, "-");
  for (const name of available) {
    const distance = editDistance(plain(given), plain(name));
    if (distance < least) {
      least = distance;
      best = name;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitute, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
