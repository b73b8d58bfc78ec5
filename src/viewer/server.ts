import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { EnvironmentError, RuminateError } from "../core/errors.ts";
import { clientSource, librarySource } from "./assets.ts";
import { pageHtml, pagePolicy } from "./page.ts";
import { type ProblemFilter, problemFilters } from "./problem-list.ts";
import { findRuns, ViewedRun } from "./run-store.ts";

export interface Viewer {
  readonly url: string;
  close(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly policy?: string;
}

/**
 * Serves the runs of a folder to a browser on this machine: loopback only, reading only. Requests that name another
 * host are refused, so that no other page's script can read them through a rebound name.
 *
 * @param port 0 for any free one.
 * @throws EnvironmentError where the port is taken.
 */
export async function startViewer(folder: string, { port = 0 }: { readonly port?: number } = {}): Promise<Viewer> {
  const runs = new Map<string, ViewedRun>();
  const open = (id: string): ViewedRun | undefined => {
    for (const path of findRuns(folder)) if (!runs.has(path)) runs.set(path, new ViewedRun(path));
    return [...runs.values()].find((run) => run.id === id);
  };
  const server = createServer((request, response) => {
    answer(request, folder, open)
      .catch((error: unknown): Reply => {
        const known = error instanceof RuminateError;
        return json(
          { error: known ? error.message : `The viewer failed: ${(error as Error).message}` },
          known ? 422 : 500,
        );
      })
      .then((reply) => send(response, reply))
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        new EnvironmentError(
          error.code === "EADDRINUSE" ? `Port ${port} is taken. Choose another with --port.` : error.message,
          { cause: error },
        ),
      ),
    );
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const json = (value: unknown, status = 200): Reply => ({
  status,
  type: "application/json; charset=utf-8",
  body: JSON.stringify(value),
});

const missing = json({ error: "There is no such thing here." }, 404);

async function answer(
  request: IncomingMessage,
  folder: string,
  open: (id: string) => ViewedRun | undefined,
): Promise<Reply> {
  const host = (request.headers.host ?? "").replace(/:\d+$/, "");
  if (!["127.0.0.1", "localhost", "[::1]"].includes(host)) return json({ error: "Ask for 127.0.0.1." }, 403);
  if (request.method !== "GET") return json({ error: "Only GET is answered." }, 405);
  const target = `http://127.0.0.1${request.url ?? "/"}`;
  if (!request.url?.startsWith("/") || !URL.canParse(target)) return missing;
  const url = new URL(target);
  if (url.pathname === "/") {
    const nonce = randomUUID();
    return { status: 200, type: "text/html; charset=utf-8", body: pageHtml(nonce), policy: pagePolicy(nonce) };
  }
  const source = clientSource(url.pathname) ?? librarySource(url.pathname);
  if (source !== null) return { status: 200, type: "text/javascript; charset=utf-8", body: source };
  if (url.pathname === "/api/runs") {
    const ids = findRuns(folder).map((path) => new ViewedRun(path).id);
    return json({ folder, runs: ids.flatMap((id) => open(id)?.head() ?? []) });
  }
  const [, id, what] = /^\/api\/runs\/([^/]+)\/(\w+)$/.exec(url.pathname) ?? [];
  const run = id === undefined ? undefined : open(decoded(id));
  return run === undefined ? missing : await answerOfRun(run, what ?? "", url.searchParams);
}

/** A name out of a path; one that is written wrongly is the name of nothing. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

async function answerOfRun(run: ViewedRun, what: string, query: URLSearchParams): Promise<Reply> {
  const text = (name: string) => query.get(name) ?? "";
  if (what === "report") return json({ head: run.head(), ...run.reportPage() });
  if (what === "now") return json(run.now());
  if (what === "problems") {
    const filter = Object.hasOwn(problemFilters, text("filter")) ? (text("filter") as ProblemFilter) : "all";
    const page = Number(text("page")) || 1;
    return json(await run.problems({ filter, arm: text("arm"), search: text("search"), page }));
  }
  if (what === "problem") return json(await run.problem(text("dataset"), text("problem")));
  if (what === "trace") return json(await run.trace(text("key")));
  return missing;
}

function send(response: ServerResponse, { status, type, body, policy }: Reply): void {
  response.writeHead(status, {
    "content-type": type,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    ...(policy === undefined ? {} : { "content-security-policy": policy }),
  });
  response.end(body);
}
