import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunEvent } from "../core/events.ts";

/** The events of one request, kept for `ruminate tree` and whoever else reads traces. */
export interface RequestTrace {
  take(choice: number, event: RunEvent): void;
  /**
   * Writes one file of JSON lines for each choice: ID.jsonl, and ID-1.jsonl … for further ones. The name is the
   * server's own id, so that no client chooses a path. A trace that cannot be written is logged and costs nobody a
   * reply.
   */
  write(id: string, onFailure: (error: unknown) => void): Promise<void>;
}

export function requestTrace(folder: string): RequestTrace {
  const choices = new Map<number, RunEvent[]>();
  return {
    take(choice, event) {
      const events = choices.get(choice) ?? [];
      choices.set(choice, events);
      events.push(event);
    },
    async write(id, onFailure) {
      try {
        await mkdir(folder, { recursive: true });
        for (const [choice, events] of choices) {
          const name = choice === 0 ? `${id}.jsonl` : `${id}-${choice}.jsonl`;
          await writeFile(join(folder, name), events.map((event) => `${JSON.stringify(event)}\n`).join(""));
        }
      } catch (error) {
        onFailure(error);
      }
    },
  };
}
