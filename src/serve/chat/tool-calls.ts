import type { Answer, ScoredCandidate } from "../../core/candidate.ts";
import type { Sample, ToolCall } from "../../core/policy.ts";
import type { Pick, Selection, TallyRow } from "../../core/strategy.ts";
import { canonicalJson } from "./format.ts";

type Reply = globalThis.Pick<Sample, "text" | "toolCalls" | "finish">;

/**
 * The answer of a reply in a conversation with tools: the calls it makes, else its text. Calls that nobody can make are
 * no answer: in a reply that was cut, to a function that was not offered, with arguments that are no JSON object.
 */
export function toolCallReader(tools: unknown): (reply: Reply) => Answer | null {
  const offered = new Set(namesIn(tools));
  return ({ text, toolCalls = [], finish }) => {
    if (toolCalls.length > 0) {
      const callable = finish !== "length" && toolCalls.every((call) => offered.has(call.name) && isCallable(call));
      return callable ? { text: toolCalls.map(callText).join("\n"), rule: "tool-calls" } : null;
    }
    const said = text.trim();
    return said === "" ? null : { text: said, rule: "whole" };
  };
}

/** Names of the functions in the `tools` field of a request. */
function namesIn(tools: unknown): string[] {
  if (!Array.isArray(tools)) return [];
  return tools.flatMap((tool: { readonly function?: { readonly name?: unknown } } | null) => {
    const name = tool?.function?.name;
    return typeof name === "string" ? [name] : [];
  });
}

function isCallable({ arguments: text }: ToolCall): boolean {
  if (text.trim() === "") return true;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** `name({"a":1,"b":2})`, arguments with their keys in order; as they are where they are no JSON. */
export const callText = (call: ToolCall): string => `${call.name}(${argumentsText(call.arguments)})`;

function argumentsText(text: string): string {
  try {
    return canonicalJson(text.trim() === "" ? {} : JSON.parse(text));
  } catch {
    return text;
  }
}

const kindOf = ({ toolCalls = [] }: ScoredCandidate): string => (toolCalls.length > 0 ? "calls" : "text");
const namesOf = ({ toolCalls = [] }: ScoredCandidate): string => toolCalls.map(({ name }) => name).join("\n");

/**
 * A vote from the coarse to the fine, each level among the winners of the one before: do they call at all, which
 * functions, with which arguments. Where no arguments have more votes than others, the candidate wins whose single
 * arguments are the commonest. The pick is always one of the candidates: arguments of several are never mixed. Ties go
 * to the earliest. Text replies vote by the answers read from them.
 *
 * `support` is the share of all candidates that made exactly the picked calls, or gave the picked answer.
 */
export function callVote(): Selection {
  return {
    name: "call-vote",
    usesScores: false,
    pick(candidates, run) {
      const voters = candidates.filter(({ answer }) => answer !== null);
      const kind = commonest(voters, kindOf);
      if (kind.length === 0) return null;
      const calling = (kind[0]?.toolCalls ?? []).length > 0;
      const textAnswer = (candidate: ScoredCandidate) =>
        run.extract(candidate.text)?.text ?? candidate.answer?.text ?? "";
      const named = calling ? commonest(kind, namesOf) : kind;
      const exact = (candidate: ScoredCandidate) => (calling ? (candidate.answer?.text ?? "") : textAnswer(candidate));
      const winners = calling ? bestArguments(named, commonest(named, exact)) : commonest(named, exact);
      const [winner] = winners;
      if (winner === undefined) return null;
      const votes = named.filter((candidate) => exact(candidate) === exact(winner)).length;
      return pickOf(winner, votes, voters, calling ? named : null);
    },
  };
}

function pickOf(
  winner: ScoredCandidate,
  votes: number,
  voters: readonly ScoredCandidate[],
  named: readonly ScoredCandidate[] | null,
): Pick {
  const tally = tallyOf(voters);
  const same = `${votes} of ${voters.length} replies agree`;
  const about =
    named === null ? same : `${named.length} of ${voters.length} call ${namesOf(winner).replace(/\n/g, ", ")}; ${same}`;
  return {
    index: winner.index,
    answer: winner.answer?.text ?? null,
    support: votes / voters.length,
    tally,
    tied: tally.filter((row) => row.votes === votes).length > 1,
    reason: about,
  };
}

function tallyOf(voters: readonly ScoredCandidate[]): TallyRow[] {
  const votes = new Map<string, number>();
  for (const { answer } of voters) votes.set(answer?.text ?? "", (votes.get(answer?.text ?? "") ?? 0) + 1);
  return [...votes].map(([answer, n]) => ({ answer, votes: n, weight: n })).toSorted((a, b) => b.votes - a.votes);
}

/** The members of the largest class by `keyOf`; of equally large ones that which appears first. */
function commonest<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const classes = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    classes.set(key, [...(classes.get(key) ?? []), item]);
  }
  return [...classes.values()].reduce((best, members) => (members.length > best.length ? members : best), []);
}

/** `largest` where it is the only largest class; else those whose single arguments agree best with all others'. */
function bestArguments(
  named: readonly ScoredCandidate[],
  largest: readonly ScoredCandidate[],
): readonly ScoredCandidate[] {
  if (largest.length > 1 || named.length <= 2) return largest;
  const parts = named.map(argumentParts);
  const agreement = parts.map((own) =>
    own.reduce((sum, part) => sum + parts.filter((other) => other.includes(part)).length, 0),
  );
  const most = Math.max(...agreement);
  return named.filter((_, i) => agreement[i] === most);
}

/** `0.city="Paris"`: every argument of every call by itself. */
function argumentParts({ toolCalls = [] }: ScoredCandidate): string[] {
  return toolCalls.flatMap((call, place) => {
    try {
      const value: unknown = JSON.parse(call.arguments);
      if (typeof value !== "object" || value === null) return [];
      return Object.entries(value).map(([key, inner]) => `${place}.${key}=${canonicalJson(inner)}`);
    } catch {
      return [];
    }
  });
}
