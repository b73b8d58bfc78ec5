import type { RunEvent } from "../core/events.ts";
import type { Role } from "../core/usage.ts";
import type { CallTotal, TraceNode } from "./record.ts";

/** Gathers from a solve's events what the viewer shows beside the candidates. What it gives does not depend on the order of events. */
export class TraceRecorder {
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

  judgement(index: number): string | undefined {
    return this.#judgements.get(index);
  }
}
