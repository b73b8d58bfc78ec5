import type { NodeRecord } from "../core/events.ts";
import { extendedKey, type VerifierDesk } from "./scoring.ts";

/** Adds to the nodes of a walk what verifiers said of them beside the score, as they are reported. */
export class NodeVerdicts {
  readonly #desk: VerifierDesk;
  /** The content of the path to each node; the root's is empty. */
  readonly #paths = new Map<number, string>();

  constructor(desk: VerifierDesk) {
    this.#desk = desk;
  }

  /** Parents come before their children. */
  addTo(nodes: readonly NodeRecord[]): NodeRecord[] {
    return nodes.map((record) => {
      const { node, parent, text } = record;
      const path = parent === null ? text : extendedKey(this.#paths.get(parent) ?? "", text);
      this.#paths.set(node, path);
      const said = this.#desk.saidOf(path);
      return said === undefined ? record : { ...record, raw: said.raw, reason: said.reason, scoreCalls: said.calls };
    });
  }
}
