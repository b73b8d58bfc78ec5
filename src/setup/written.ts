import type { Catalogue } from "../core/catalogue.ts";
import { InvalidOptionError } from "../core/errors.ts";
import type { VerifiersInput } from "./specs.ts";

/** What a text says of a solve. */
export interface Written {
  readonly strategy: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly verifiers?: VerifiersInput;
  readonly select?: string;
  readonly answer?: string;
  readonly budget?: Readonly<Partial<Record<"tokens" | "calls" | "seconds" | "dollars", number>>>;
}

interface Term {
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
}

const open = "([{";
const closing = ")]}";

/** The text cut at a mark, but not inside of brackets and quotes. */
export function cutAt(text: string, mark: string): string[] {
  const parts: string[] = [];
  let [part, depth, quoted] = ["", 0, false];
  for (const letter of text) {
    if (letter === '"') quoted = !quoted;
    if (!quoted && open.includes(letter)) depth++;
    if (!quoted && closing.includes(letter)) depth--;
    if (letter === mark && depth === 0 && !quoted) {
      parts.push(part);
      part = "";
    } else part += letter;
  }
  return part === "" ? parts : [...parts, part];
}

/** JSON where it is JSON, else the text. */
export function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * A solve as one can write it where only a text can be changed, such as a model's name: a strategy with options,
 * `best-of-n(n=8,verifier=judge)`; a cascade, `self-consistency(n=4) & mcts`: the next only if the last is not sure;
 * an ensemble, `self-consistency | program-aided`: answers that both reach. `&` binds before `|`. Beside the strategy's
 * own options there are `verifier` (or `outcome`), `process`, `select`, `answer`, and `tokens`, `calls`, `seconds`,
 * `dollars` for the budget; in a chain they hold for the whole of it.
 *
 * @throws InvalidOptionError for what cannot be read; UnknownNameError for a strategy that is not known.
 */
export function readWritten(text: string, catalogue: Catalogue): Written {
  const shared = new Map<string, unknown>();
  const alternatives = cutAt(text, "|").map((chain) => {
    const stages = cutAt(chain, "&").map((part) => memberOf(termOf(part), catalogue, shared));
    return joined("cascade", "stages", stages);
  });
  const { name, options } = joined("ensemble", "members", alternatives);
  return { strategy: name, options, ...settingsOf(shared) };
}

interface Member {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}

function joined(name: string, field: string, members: readonly Member[]): Member {
  const [only] = members;
  if (only === undefined) throw unreadable("");
  return members.length === 1 ? only : { name, options: { [field]: members } };
}

function memberOf({ name, values }: Term, catalogue: Catalogue, shared: Map<string, unknown>): Member {
  const strategy = catalogue.strategies.get(name);
  const own = (strategy.options as { readonly shape?: Readonly<Record<string, unknown>> }).shape ?? {};
  const options: [string, unknown][] = [];
  for (const [key, value] of Object.entries(values)) {
    if (Object.hasOwn(own, key) || !isShared(key)) options.push([key, value]);
    else if (shared.has(key) && JSON.stringify(shared.get(key)) !== JSON.stringify(value)) {
      throw new InvalidOptionError(`"${key}"`, "holds for the whole chain and is given twice.");
    } else shared.set(key, value);
  }
  return { name, options: Object.fromEntries(options) };
}

const limits = ["tokens", "calls", "seconds", "dollars"] as const;
const isShared = (key: string): boolean =>
  ["verifier", "outcome", "process", "select", "answer", ...limits].includes(key);

/** `NAME`, or `NAME(option=value,…)`. */
function termOf(text: string): Term {
  const [, name, inside] = /^\s*([\w-]{1,100})\s*(?:\(([\s\S]*)\))?\s*$/.exec(text) ?? [];
  if (name === undefined) throw unreadable(text);
  const values = cutAt(inside ?? "", ",").map((assignment): [string, unknown] => {
    const at = assignment.indexOf("=");
    if (at < 1) throw unreadable(text);
    return [assignment.slice(0, at).trim(), readValue(assignment.slice(at + 1).trim())];
  });
  return { name, values: Object.fromEntries(values) };
}

const unreadable = (text: string): InvalidOptionError =>
  new InvalidOptionError(
    `"${text.trim().slice(0, 100)}"`,
    'must be NAME or NAME(option=value, …), as "best-of-n(n=8)".',
  );

function settingsOf(shared: ReadonlyMap<string, unknown>): Partial<Written> {
  const named = (key: string) => {
    const value = shared.get(key);
    if (value === undefined) return undefined;
    const { name, values } = termOf(String(value));
    return { name, options: values };
  };
  const [outcome, process] = [named("verifier") ?? named("outcome"), named("process")];
  const budget = Object.fromEntries(limits.flatMap((unit) => (shared.has(unit) ? [[unit, shared.get(unit)]] : [])));
  return {
    ...((outcome ?? process) && { verifiers: { ...(outcome && { outcome }), ...(process && { process }) } }),
    ...(shared.has("select") && { select: String(shared.get("select")) }),
    ...(shared.has("answer") && { answer: String(shared.get("answer")) }),
    ...(Object.keys(budget).length > 0 && { budget: budget as Written["budget"] }),
  };
}
