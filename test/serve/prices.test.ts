import { afterEach, describe, expect, it } from "vitest";
import { InvalidOptionError } from "../../src/core/errors.ts";
import { answeringServer, saying } from "../fakes/answering.ts";
import { ask, type Serving, serving } from "./serving.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function upstreams() {
  const server = await answeringServer(() => saying("The answer is 4."));
  open.push(server);
  const prices = { prompt: 1, completion: 10 };
  return { priced: { name: server.baseUrl, options: { prices } }, free: server.baseUrl };
}

async function started(config: object): Promise<Serving> {
  const server = await serving(config, { env: { K: "secret-of-the-key" } });
  open.unshift(server);
  return server;
}

const key = { name: "k", env: "K" };
const dollars = { perDay: { dollars: 0.001 } };
const as = { headers: { authorization: "Bearer secret-of-the-key" } };

describe("a day's limit in dollars", () => {
  it("is refused at the start where a model has no price that the key can reach, also in a part beside another", async () => {
    const { priced, free } = await upstreams();
    const both = { priced, free };
    const judged = { upstream: "priced", roles: { judge: "free" } };
    const refusing: [object, RegExp][] = [
      [
        { upstreams: { free }, keys: [{ ...key, ...dollars }] },
        /key "k": perDay.dollars cannot be kept: no price of "free"/,
      ],
      [{ upstreams: both, keys: [{ ...key, ...dollars }] }, /no price of "free" is known/],
      [{ upstreams: both, keys: [{ ...key, ...dollars, models: ["mcts/free"] }] }, /no price of "free" is known/],
      [
        { upstreams: both, models: { judged }, keys: [{ ...key, ...dollars, models: ["judged"] }] },
        /no price of "free" is known/,
      ],
      [{ upstreams: both, keys: [key], shadow: { share: 1, ...dollars } }, /shadow.perDay.dollars cannot be kept/],
    ];
    for (const [config, message] of refusing) {
      const failure = await serving(config, { env: { K: "secret-of-the-key" } }).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(InvalidOptionError);
      expect(String(failure)).toMatch(message);
    }
  });

  it("is kept where every model that the key can reach has one", async () => {
    const both = await upstreams();
    const server = await started({ upstreams: both, keys: [{ ...key, ...dollars, models: ["priced"] }] });
    const statuses: number[] = [];
    for (let i = 0; i < 8; i++) {
      const reply = await server.chat({ model: "priced", messages: ask("hi"), max_tokens: 16 }, as);
      statuses.push(reply.status);
    }
    expect(statuses[0]).toBe(200);
    expect(statuses.at(-1)).toBe(429);
  });
});

describe("dollars in the usage of a reply", () => {
  it("are null where a price is not known, and an amount where it is", async () => {
    const server = await started({ upstreams: await upstreams() });
    const usageOf = async (model: string) => {
      const reply = await server.chat({ model, messages: ask("hi") });
      return ((await reply.json()) as { usage: { ruminate: object } }).usage.ruminate;
    };
    expect(await usageOf("free")).toMatchObject({ dollars: null, policy: { dollars: null }, calls: 1 });
    expect(await usageOf("priced")).toMatchObject({ dollars: 120 / 1e6 });
  });
});
