import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One request and what a real server replied to it. */
export interface Recording {
  readonly id: string;
  readonly note?: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly body: Readonly<Record<string, unknown>> | null;
  };
  readonly reply: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly json?: unknown;
    readonly text?: string;
  };
}

const folder = join(import.meta.dirname, "../recordings");

/** Folders of test/recordings that hold other things: what clients sent, and scores of reward models. */
const others = ["clients", "rewards"];

/** The other folders of test/recordings: a server and its version each. */
export const recordedServers: readonly string[] = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !others.includes(entry.name))
  .map(({ name }) => name)
  .toSorted();

const read = new Map<string, readonly Recording[]>();

export function recordingsOf(server: string): readonly Recording[] {
  const before = read.get(server);
  if (before !== undefined) return before;
  const recordings = readdirSync(join(folder, server))
    .filter((name) => name.endsWith(".json"))
    .toSorted()
    .map((name) => ({
      ...(JSON.parse(readFileSync(join(folder, server, name), "utf8")) as Omit<Recording, "id">),
      id: name.slice(0, -".json".length),
    }));
  read.set(server, recordings);
  return recordings;
}

export function recordingOf(server: string, id: string): Recording {
  const found = recordingsOf(server).find((recording) => recording.id === id);
  if (found === undefined) throw new Error(`No recording ${id} of ${server}.`);
  return found;
}

/** The body of a reply as it came. */
export const bodyOf = ({ reply }: Recording): string => reply.text ?? JSON.stringify(reply.json);
