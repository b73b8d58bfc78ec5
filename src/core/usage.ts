/** What model calls cost. Token counts and calls are exact integers; a call is one completion asked for. */
export interface Usage {
  readonly calls: number;
  readonly promptTokens: number;
  /** The part of `promptTokens` that a prefix cache served. */
  readonly cachedPromptTokens: number;
  readonly completionTokens: number;
  readonly dollars: number;
  /** The part of `completionTokens` that went into thoughts; absent where there were none. */
  readonly thoughtTokens?: number;
  /** True where a part of it is our own count, because a server's was missing or could not be true. */
  readonly estimated?: boolean;
}

/** Programs run in the sandbox. */
export interface SandboxUsage {
  readonly runs: number;
}

/** Usage under the headings that a reader wants to tell apart. */
export interface Ledger {
  readonly policy: Usage;
  readonly verifier: Usage;
  readonly sandbox: SandboxUsage;
}

export type Role = "policy" | "verifier";

/**
 * How prompts are paid for: `once` for all samples of a solve that are drawn from the same text, as where a server
 * shares them (several samples a request, a prefix cache); `each`, once a sample. A setting of what is compared: it
 * does not depend on how samples were put together into requests.
 */
export const promptPrices = ["once", "each"] as const;
export type PromptPrice = (typeof promptPrices)[number];

/** The price model in words, for reports. */
export const promptPriceWords: Readonly<Record<PromptPrice, string>> = {
  once: "a prompt is counted once for all samples of a problem that are drawn from it, each completion by itself",
  each: "a prompt is counted once for each sample that is drawn from it, each completion by itself",
};

/** Where nothing else is said: once for a model that draws several samples of a prompt in one request. */
export const usualPromptPrice = ({ sharedPrompt }: { readonly sharedPrompt: boolean }): PromptPrice =>
  sharedPrompt ? "once" : "each";

export const noUsage: Usage = Object.freeze({
  calls: 0,
  promptTokens: 0,
  cachedPromptTokens: 0,
  completionTokens: 0,
  dollars: 0,
});

export const emptyLedger: Ledger = Object.freeze({
  policy: noUsage,
  verifier: noUsage,
  sandbox: Object.freeze({ runs: 0 }),
});

export function addUsage(a: Usage, b: Usage): Usage {
  return {
    calls: a.calls + b.calls,
    promptTokens: a.promptTokens + b.promptTokens,
    cachedPromptTokens: a.cachedPromptTokens + b.cachedPromptTokens,
    completionTokens: a.completionTokens + b.completionTokens,
    dollars: a.dollars + b.dollars,
    ...headings(a, b),
  };
}

/** The two entries that most usages do not have; they are left out where there is nothing to say. */
function headings(a: Usage, b: Usage): Pick<Usage, "thoughtTokens" | "estimated"> {
  if (a.thoughtTokens === undefined && b.thoughtTokens === undefined && !a.estimated && !b.estimated) return {};
  const thoughtTokens = (a.thoughtTokens ?? 0) + (b.thoughtTokens ?? 0);
  return {
    ...(thoughtTokens > 0 && { thoughtTokens }),
    ...((a.estimated || b.estimated) && { estimated: true }),
  };
}

export function addLedgers(a: Ledger, b: Ledger): Ledger {
  return {
    policy: addUsage(a.policy, b.policy),
    verifier: addUsage(a.verifier, b.verifier),
    sandbox: { runs: a.sandbox.runs + b.sandbox.runs },
  };
}

/** A ledger with one entry under one heading. */
export function ledgerOf(role: Role, usage: Usage): Ledger {
  return { ...emptyLedger, [role]: usage };
}

/** All tokens read and written, by policy and verifiers. */
export function totalTokens(ledger: Ledger): number {
  return (
    ledger.policy.promptTokens +
    ledger.policy.completionTokens +
    ledger.verifier.promptTokens +
    ledger.verifier.completionTokens
  );
}

export function totalCalls(ledger: Ledger): number {
  return ledger.policy.calls + ledger.verifier.calls;
}

export function totalDollars(ledger: Ledger): number {
  return ledger.policy.dollars + ledger.verifier.dollars;
}
