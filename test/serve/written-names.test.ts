import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ScriptedUpstream, scriptedUpstream } from "./scripted-upstream.ts";
import { ask, type Serving, serving } from "./serving.ts";

let upstream: ScriptedUpstream;
let server: Serving;
const key = (name: string, more: object = {}) => ({
  name,
  sha256: createHash("sha256").update(name).digest("hex"),
  ...more,
});
beforeAll(async () => {
  upstream = await scriptedUpstream([{ content: "The answer is 4." }]);
  server = await serving({
    upstreams: { small: { name: upstream.baseUrl }, "gpt-4o": { name: upstream.baseUrl } },
    models: { thinker: { upstream: "small", strategy: "self-consistency", options: { n: 3 } } },
    keys: [key("free"), key("votes", { strategies: ["self-consistency", "cascade"] })],
    limits: { calls: 100 },
  });
});
afterAll(async () => {
  await server.close();
  await upstream.close();
});

interface Body {
  choices: { ruminate: { candidates: number } }[];
  error: { param: string; message: string; code: string };
}

async function post(model: string, init: { path?: string; header?: string; as?: string; ruminate?: object } = {}) {
  const { path = "chat/completions", header, as = "free", ruminate = {} } = init;
  const headers = { authorization: `Bearer ${as}`, ...(header !== undefined && { "x-ruminate": header }) };
  const body = { model, messages: ask("2 + 2?"), ruminate };
  const response = await server.post(path, body, { headers });
  const { choices, error } = (await response.json()) as Body;
  return { status: response.status, candidates: choices?.[0]?.ruminate.candidates, error };
}

describe("how to think, said where only a text can be changed", () => {
  it.each<[string, Parameters<typeof post>[1], number]>([
    ["self-consistency(n=2)/small", {}, 2],
    ["self-consistency(n=2)/gpt-4o", {}, 2],
    ["self-consistency-gpt-4o", {}, 16],
    ["self-consistency(n=2,answer=number) & self-consistency(n=4)/small", {}, 2],
    ["self-consistency(n=2) | best-of-n(n=1,verifier=agreement)/small", {}, 3],
    ["small", { path: "self-consistency/chat/completions" }, 16],
    ["small", { path: `${encodeURIComponent("best-of-n(n=4)")}/agreement/chat/completions` }, 4],
    ["small", { header: "self-consistency(n=5)" }, 5],
    // The body wins over the name, the name over the header, the header over the address.
    ["small", { header: "self-consistency(n=5)", path: "mcts/chat/completions" }, 5],
    ["self-consistency(n=2)/small", { header: "self-consistency(n=5)" }, 2],
    ["self-consistency(n=2)/small", { ruminate: { options: { n: 6 } } }, 6],
    ["thinker", { header: "self-consistency(n=5)" }, 5],
  ])("%s %j", async (model, init, candidates) => {
    expect(await post(model, init)).toMatchObject({ status: 200, candidates });
  });

  it.each<[string, Parameters<typeof post>[1], number, string, string]>([
    ["self-consistancy/small", {}, 404, "model", "self-consistency/small"],
    ["self-consistancy(n=2)/small", {}, 400, "model", 'Did you mean "self-consistency"?'],
    ["self-consistency(n=two)/small", {}, 400, "ruminate.options", "two"],
    ["self-consistency(n=2/small", {}, 400, "model", "must be NAME"],
    ["best-of-n(verifier=served)/small", {}, 400, "ruminate.verifiers.outcome", "not offered"],
    ["self-consistency(n=1000)/small", {}, 400, "ruminate.options", "1000 calls"],
    ["small", { header: "what is this" }, 400, "x-ruminate", "must be NAME"],
    ["small", { path: "what/chat/completions" }, 400, "address", "what"],
    ["mcts/small", { as: "votes" }, 403, "model", "mcts"],
    ["self-consistency(n=1) & mcts/small", { as: "votes" }, 403, "model", "mcts"],
    ["small", { header: "mcts", as: "votes" }, 403, "model", "mcts"],
  ])("%s %j is refused", async (model, init, status, param, word) => {
    const before = upstream.bodies.length;
    const { error, status: given } = await post(model, init);
    expect([given, error.param]).toEqual([status, param]);
    expect(error.message).toContain(word);
    expect(upstream.bodies.length).toBe(before);
  });

  it("lists models below such an address too, where clients look for them", async () => {
    const response = await fetch(`${server.baseUrl}/best-of-n/judge/models`, {
      headers: { authorization: "Bearer free" },
    });
    expect(((await response.json()) as { data: { id: string }[] }).data.map(({ id }) => id)).toContain("small");
  });
});
