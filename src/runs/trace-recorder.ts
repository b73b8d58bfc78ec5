import type { ScoredCandidate } from "../core/candidate.ts";
import type { RunEvent } from "../core/events.ts";
import type { Role } from "../core/usage.ts";
import { PromptEvidence, type PromptsOfTrial } from "./prompt-evidence.ts";
import type { CallTotal, TraceNode, TraceRecord } from "./records/record.ts";
import { tracedNode, type VerdictOfCandidate, verdictOfCandidate } from "./verdict-evidence.ts";

export interface TraceEvidence {
  readonly ofCandidates: readonly (VerdictOfCandidate & { readonly prompt?: number })[];
  readonly rest: Pick<TraceRecord, "nodes" | "calls" | "prompts" | "promptTexts" | "promptsLeftOut">;
}

/** A node with the calls that wrote it and its last known visits and value. */
type Visited = Extract<RunEvent, { readonly type: "node-expanded" }>["children"][number] &
  Pick<TraceNode, "visits" | "value">;

/**
 * Gathers what the viewer shows of a trial beside its candidates, from the solve's events. It does not depend on their
 * order.
 */
export class TraceRecorder {
  readonly #prompts = new PromptEvidence();
  #stored: TraceRecord | null = null;
  readonly #nodes = new Map<number, Visited>();
  readonly #calls = new Map<string, CallTotal>();
  readonly #judgements = new Map<number, string>();
  readonly #candidateCalls = new Map<number, readonly number[]>();

  readonly take = (event: RunEvent): void => {
    this.#prompts.take(event);
    if (event.type === "call-end") this.#call(event.role, event.purpose, event.samples, event.usage[event.role]);
    // Inside a strategy of strategies several trees are walked: only the outermost is kept whole.
    if (event.label) return;
    if (event.type === "node-expanded") {
      for (const child of event.children) this.#nodes.set(child.node, child);
    } else if (event.type === "node-visited") {
      const node = this.#nodes.get(event.node);
      if (node !== undefined) this.#nodes.set(event.node, { ...node, visits: event.visits, value: event.value });
    } else if (event.type === "candidate") {
      this.#candidateCalls.set(event.index, event.calls);
    } else if (event.type === "candidate-scored" && event.reason !== undefined) {
      this.#judgements.set(event.index, event.reason);
    }
  };

  #call(role: Role, purpose: string, samples: number, spent: { promptTokens: number; completionTokens: number }): void {
    const key = `${role}/${purpose}`;
    const known = this.#calls.get(key);
    this.#calls.set(key, {
      role,
      purpose,
      samples: (known?.samples ?? 0) + samples,
      promptTokens: (known?.promptTokens ?? 0) + spent.promptTokens,
      completionTokens: (known?.completionTokens ?? 0) + spent.completionTokens,
    });
  }

  get calls(): CallTotal[] {
    return [...this.#calls].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, total]) => total);
  }

  /** Takes tree and prompts from the trace whose candidates are scored again: those of making them. */
  adopt(stored: TraceRecord): void {
    this.#stored = stored;
  }

  /** What the trace holds beside the candidates' texts; `ofCandidates[i]` is to be laid over candidate i. */
  evidence(question: string, candidates: readonly ScoredCandidate[]): TraceEvidence {
    const { made, nodes } = this.#made(question, candidates);
    const { prompts, texts, leftOut } = made;
    return {
      ofCandidates: candidates.map((candidate, i) => ({
        ...verdictOfCandidate(candidate),
        ...promptAt(made.ofCandidates[i]),
        ...keptTokens(this.#stored?.candidates[i]),
      })),
      rest: {
        ...(nodes.length === 0 ? {} : { nodes }),
        calls: this.calls,
        ...(prompts.length === 0 ? {} : { prompts }),
        ...(texts.length === 0 ? {} : { promptTexts: texts }),
        ...(leftOut === 0 ? {} : { promptsLeftOut: leftOut }),
      },
    };
  }

  /** Prompts and tree: of this solve, or as they were stored. */
  #made(question: string, candidates: readonly ScoredCandidate[]) {
    const stored = this.#stored;
    if (stored !== null) return { made: promptsOf(stored), nodes: stored.nodes ?? [] };
    const visited = [...this.#nodes.values()].sort((a, b) => a.node - b.node);
    const written = candidates.map(({ text }, i) => ({ text, calls: this.#candidateCalls.get(i) ?? [] }));
    const made = this.#prompts.read(question, written, visited);
    return { made, nodes: visited.map((node, i) => ({ ...tracedNode(node), ...promptAt(made.ofNodes[i]) })) };
  }

  judgement(index: number): string | undefined {
    return this.#judgements.get(index);
  }
}

const keptTokens = (stored: TraceRecord["candidates"][number] | undefined) =>
  stored?.tokens === undefined ? {} : { tokens: stored.tokens };

const promptAt = (place: number | undefined) => (place === undefined ? {} : { prompt: place });

const promptsOf = (trace: TraceRecord): PromptsOfTrial => {
  const { prompts = [], promptTexts = [], promptsLeftOut = 0, candidates, nodes = [] } = trace;
  return {
    prompts,
    texts: promptTexts,
    leftOut: promptsLeftOut,
    ofCandidates: candidates.map(({ prompt }) => prompt),
    ofNodes: nodes.map(({ prompt }) => prompt),
  };
};
