import { InvalidOptionError } from "./errors.ts";

const kinds = {
  strategy: {
    string: ["name", "summary", "family", "how", "costNote"],
    function: ["candidates", "select", "cost"],
    object: ["rewards", "departures"],
  },
  verifier: { string: ["name", "summary"], function: [], object: [] },
  dataset: { string: ["name", "summary"], function: ["load"], object: [] },
  metric: { string: ["name", "summary", "scale", "better"], function: ["compute"], object: [] },
  grader: { string: ["name", "summary"], function: [], object: [] },
} as const;

export type PartKind = keyof typeof kinds;

/**
 * Has the part that a plug-in exports everything that its kind needs? A module in plain JavaScript is checked by nobody
 * else before it is asked.
 * @throws InvalidOptionError that names what is missing.
 */
export function checkPart(kind: PartKind, part: Readonly<Record<string, unknown>>): void {
  const owner = `${kind} ${typeof part.name === "string" ? `"${part.name.slice(0, 100)}"` : "without a name"}:`;
  for (const [type, fields] of Object.entries(kinds[kind])) {
    for (const field of fields) {
      const value = part[field];
      if (typeof value === type && value !== null) continue;
      const article = type === "object" ? "an" : "a";
      throw new InvalidOptionError(`${owner} "${field}"`, `must be ${article} ${type}, got ${shown(value)}.`);
    }
  }
  if (kind === "grader") checkGrader(owner, part);
  const schema = part.options as { readonly safeParse?: unknown } | null;
  if (typeof schema?.safeParse !== "function") {
    throw new InvalidOptionError(`${owner} "options"`, `must be a schema of zod, got ${shown(part.options)}.`);
  }
}

/** A grader is a function or a judge, and not both: each grades at a time of its own. */
function checkGrader(owner: string, { grade, judge }: Readonly<Record<string, unknown>>): void {
  for (const [field, value] of Object.entries({ grade, judge })) {
    if (value !== undefined && typeof value !== "function")
      throw new InvalidOptionError(`${owner} "${field}"`, `must be a function, got ${shown(value)}.`);
  }
  if ((grade === undefined) === (judge === undefined))
    throw new InvalidOptionError(owner, 'must have either "grade" or "judge".');
}

const shown = (value: unknown): string =>
  value === undefined ? "nothing" : value === null ? "null" : `a value of type ${typeof value}`;
