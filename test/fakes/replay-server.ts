import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { isDeepStrictEqual } from "node:util";
import { bodyOf, type Recording, recordingsOf } from "./recordings.ts";

export interface ReplayOptions {
  /**
   * Fields in which a request may differ from the recorded one, beside the name of the model and the seed: a reply to
   * more tokens than asked for shows the same of the server. Default: none.
   */
  readonly apartFrom?: readonly string[];
  /**
   * Requests without a recording get status 501 and are no failure of the test: for those who ask what a server does
   * and go on without an answer. Default false.
   */
  readonly maybe?: boolean;
  /** Recordings that answer a request by their id, in place of the one that matches. */
  readonly answer?: (path: string, body: Body) => string | undefined;
}

type Body = Readonly<Record<string, unknown>>;

export interface ReplayServer {
  /** "http://127.0.0.1:PORT/v1". */
  readonly baseUrl: string;
  readonly requests: { readonly path: string; readonly body: Body | null; readonly served: string | null }[];
  /** Ends the server. @throws Error where a request had no recording, with the nearest one that there is. */
  close(): Promise<void>;
}

/**
 * Replays what a real server replied to the same request, and can do nothing else. The name of the model and the seed
 * may be others; among several recordings of one request the one with the same seed is served.
 */
export async function startReplayServer(name: string, options: ReplayOptions = {}): Promise<ReplayServer> {
  const recordings = recordingsOf(name);
  const requests: ReplayServer["requests"] = [];
  const unmatched: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString("utf8");
    const path = request.url ?? "";
    const body = text === "" ? null : (JSON.parse(text) as Body);
    const found = recordingFor(recordings, path, body, options);
    requests.push({ path, body, served: found?.id ?? null });
    if (found !== undefined) sendRecording(response, found);
    else {
      const said = complaint(name, recordings, path, body);
      if (options.maybe !== true) unmatched.push(said);
      response.writeHead(501).end(said);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      if (unmatched.length > 0) throw new Error(unmatched.join("\n"));
    },
  };
}

/** The recording that answers a request, if there is one. */
export function recordingFor(
  recordings: readonly Recording[],
  path: string,
  body: Body | null,
  options: ReplayOptions,
) {
  const named = body === null ? undefined : options.answer?.(path, body);
  if (named !== undefined) return recordings.find(({ id }) => id === named);
  const apart = ["model", "seed", ...(options.apartFrom ?? [])];
  const fits = recordings.filter(
    ({ request }) => request.path === path && isDeepStrictEqual(without(request.body, apart), without(body, apart)),
  );
  const closeness = ({ request }: Recording) =>
    ["seed", ...(options.apartFrom ?? [])].filter((field) => request.body?.[field] === body?.[field]).length;
  return fits.toSorted((a, b) => closeness(b) - closeness(a))[0];
}

function without(body: Body | null, fields: readonly string[]): unknown {
  return body === null ? null : Object.fromEntries(Object.entries(body).filter(([field]) => !fields.includes(field)));
}

/** Sends what was recorded. */
export function sendRecording(response: ServerResponse, recording: Recording): void {
  const { status, headers } = recording.reply;
  const fallback = recording.reply.text === undefined ? "application/json" : "text/event-stream";
  response.writeHead(status, { "content-type": fallback, ...headers });
  response.end(bodyOf(recording));
}

/** The request, and the recording of the same path that differs from it in the fewest fields. */
function complaint(name: string, recordings: readonly Recording[], path: string, body: Body | null): string {
  const differing = ({ request }: Recording) =>
    [...new Set([...Object.keys(request.body ?? {}), ...Object.keys(body ?? {})])].filter(
      (field) => field !== "model" && field !== "seed" && !isDeepStrictEqual(request.body?.[field], body?.[field]),
    );
  const [nearest] = recordings
    .filter(({ request }) => request.path === path)
    .map((recording) => ({ recording, fields: differing(recording) }))
    .toSorted((a, b) => a.fields.length - b.fields.length);
  const shown = (one: Body | null, fields: readonly string[]) =>
    JSON.stringify(Object.fromEntries(fields.map((field) => [field, one?.[field]])));
  if (nearest === undefined) return `${name} has no recording of ${path}.`;
  const { recording, fields } = nearest;
  return (
    `${name} has no recording of ${path} with ${shown(body, Object.keys(body ?? {}))}.\n` +
    `Nearest is ${recording.id}: it has ${shown(recording.request.body, fields)}, the request ${shown(body, fields)}.`
  );
}
