import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { clients } from "../conformance/clients/clients.ts";
import { features, type Outcome } from "../conformance/clients/features.ts";
import { idsIn } from "../conformance/clients/ids.ts";
import type { Exchange } from "../conformance/clients/relay.ts";
import { clientKey, recordings, serveClients } from "../conformance/clients/serving.ts";
import { summaryOf } from "../conformance/clients/summary.ts";
import { clientTable, writtenTable } from "../conformance/clients/table.ts";

interface ClientRecording {
  readonly client: string;
  readonly outcomes: readonly Outcome[];
  readonly exchanges: readonly Exchange[];
}

let served: Awaited<ReturnType<typeof serveClients>>;
beforeAll(async () => {
  served = await serveClients();
});
afterAll(() => served.close());

describe.each(clients)("what $title sent", ({ name, title }) => {
  const { client, outcomes, exchanges } = JSON.parse(
    readFileSync(join(recordings, `${name}.json`), "utf8"),
  ) as ClientRecording;

  it("is of this version, with every feature tried and none failing", () => {
    expect(client).toBe(title);
    expect(outcomes.map(({ feature }) => feature)).toEqual(Object.keys(features));
    expect(outcomes.filter(({ outcome }) => outcome === "fails")).toEqual([]);
  });

  it("is answered as it was", async () => {
    const ids = new Map<string, string>();
    const seen = new Set<string>();
    for (const [place, exchange] of exchanges.entries()) {
      const known = (text: string) => text.replace(/\$\d+\.\d+/g, (name) => ids.get(name) ?? name);
      const init = requestOf(exchange, known);
      const path = known(exchange.path);
      if (exchange.left === true) {
        await leave(path, init);
        continue;
      }
      const reply = await fetch(new URL(path, served.server.baseUrl), init);
      const text = await reply.text();
      for (const [at, id] of idsIn(text).entries()) {
        if (!seen.has(id)) ids.set(`$${place}.${at}`, id);
        seen.add(id);
      }
      const summary = summaryOf(reply.status, reply.headers.get("content-type") ?? "", text);
      expect({ place, ...summary }).toEqual({ place, ...exchange.reply });
    }
  });
});

function requestOf({ method, key, body }: Exchange, known: (text: string) => string): RequestInit {
  const text = body === undefined ? undefined : known(JSON.stringify(body));
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (key !== "none") headers.authorization = `Bearer ${key === "right" ? clientKey : "wrong"}`;
  return { method, headers, body: text };
}

/** Sends a request that is kept waiting, and leaves: the model's server must be left too. */
async function leave(path: string, init: RequestInit): Promise<void> {
  const { server, upstream } = served;
  const before = upstream.left();
  const asked = upstream.waiting();
  const halt = new AbortController();
  const pending = fetch(new URL(path, server.baseUrl), { ...init, signal: halt.signal }).then((reply) => reply.text());
  await vi.waitFor(() => expect(upstream.waiting()).toBeGreaterThan(asked), { interval: 5 });
  halt.abort();
  await expect(pending).rejects.toThrow();
  await vi.waitFor(() => expect(upstream.left()).toBeGreaterThan(before), { interval: 5 });
}

it("has a program for every recording", () => {
  const recorded = globSync("*.json", { cwd: recordings }).map((file) => basename(file, ".json"));
  const known = [...clients.map(({ name }) => name), "mcp-inspector"];
  expect(recorded.filter((name) => !known.includes(name))).toEqual([]);
});

it("says in its page what the recordings say", () => {
  expect(writtenTable()).toBe(clientTable());
});
