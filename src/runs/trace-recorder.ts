import type { ScoredCandidate } from "../core/candidate.ts";
import type { RunEvent } from "../core/events.ts";
import type { Role } from "../core/usage.ts";
import { PromptEvidence, type PromptsOfTrial } from "./prompt-evidence.ts";
import type { CallTotal, TraceNode, TraceRecord } from "./records/record.ts";
import { VerdictEvidence, type VerdictOfCandidate } from "./verdict-evidence.ts";

export interface TraceEvidence {
  readonly ofCandidates: readonly (VerdictOfCandidate & { readonly prompt?: number })[];
  readonly rest: Pick<TraceRecord, "nodes" | "calls" | "prompts" | "promptTexts" | "promptsLeftOut">;
}

/**
 * Gathers what the viewer shows of a trial beside its candidates: from the solve's events, and from the calls and
 * judgements that it watches. What it gives does not depend on the order of events.
 */
export class TraceRecorder {
  readonly prompts = new PromptEvidence();
  readonly verdicts = new VerdictEvidence();
  #stored: TraceRecord | null = null;
  readonly #nodes = new Map<string, TraceNode>();
  readonly #calls = new Map<string, CallTotal>();
  readonly #judgements = new Map<number, string>();

  readonly take = (event: RunEvent): void => {
    // Inside a strategy of strategies several trees are walked: only the outermost is kept whole.
    if (event.type === "node-expanded" && !event.label) {
      for (const child of event.children) this.#nodes.set(String(child.node), child);
    } else if (event.type === "node-visited" && !event.label) {
      const node = this.#nodes.get(String(event.node));
      if (node !== undefined)
        this.#nodes.set(String(event.node), { ...node, visits: event.visits, value: event.value });
    } else if (event.type === "call-end") {
      this.#call(event.role, event.purpose, event.samples, event.usage[event.role]);
    } else if (event.type === "candidate-scored" && !event.label && event.reason !== undefined) {
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

  get nodes(): TraceNode[] {
    return [...this.#nodes.values()].sort((a, b) => a.node - b.node);
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
    const stored = this.#stored;
    const nodes = stored?.nodes ?? this.nodes;
    const paths = pathsOf(nodes);
    const texts = candidates.map(({ text }) => text);
    const steps = nodes.map(({ text }, i) => ({ text, path: paths[i] ?? text }));
    const made = stored === null ? this.prompts.read(question, texts, steps) : promptsOf(stored);
    const prompt = (place: number | undefined) => (place === undefined ? {} : { prompt: place });
    return {
      ofCandidates: candidates.map(({ trajectory }, i) => ({
        ...this.verdicts.ofCandidate(trajectory),
        ...prompt(made.ofCandidates[i]),
      })),
      rest: {
        ...(nodes.length === 0
          ? {}
          : {
              nodes: nodes.map((node, i) => ({
                ...node,
                ...this.verdicts.ofNode(paths[i] ?? node.text),
                ...prompt(made.ofNodes[i]),
              })),
            }),
        calls: this.calls,
        ...(made.prompts.length === 0 ? {} : { prompts: made.prompts }),
        ...(made.texts.length === 0 ? {} : { promptTexts: made.texts }),
        ...(made.leftOut === 0 ? {} : { promptsLeftOut: made.leftOut }),
      },
    };
  }

  judgement(index: number): string | undefined {
    return this.#judgements.get(index);
  }
}

/** Texts from the root to each node, its own included. Parents come before their children. */
function pathsOf(nodes: readonly TraceNode[]): string[] {
  const paths = new Map<number, string>();
  return nodes.map(({ node, parent, text }) => {
    const path = (parent === null ? "" : (paths.get(parent) ?? "")) + text;
    paths.set(node, path);
    return path;
  });
}

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
