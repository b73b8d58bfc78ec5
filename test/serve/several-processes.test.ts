import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestRedis } from "../fakes/redis.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { needs } from "../needs.ts";
import { type ScriptedUpstream, scriptedUpstream } from "./scripted-upstream.ts";
import { type Serving, serving } from "./serving.ts";

const digest = (name: string) => createHash("sha256").update(name).digest("hex");
const as = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });

describe("two servers behind one Redis", needs("redis-server"), () => {
  let redis: TestRedis;
  let upstream: ScriptedUpstream;
  let [here, there]: Serving[] = [];
  const config = () => ({
    upstreams: { small: { name: upstream.baseUrl } },
    redis: redis.address,
    store: `${temporaryFolder()}/samples.sqlite`,
    keys: [
      { name: "a", sha256: digest("a") },
      { name: "b", sha256: digest("b") },
      { name: "slow", sha256: digest("slow"), requestsPerMinute: 3 },
      { name: "poor", sha256: digest("poor"), perDay: { tokens: 100 } },
    ],
  });
  beforeAll(async () => {
    redis = await TestRedis.start();
    upstream = await scriptedUpstream([{ content: "The answer is 4." }, { content: "The answer is 5." }]);
    const shared = config();
    [here, there] = [await serving(shared), await serving(shared)];
  });
  afterAll(async () => {
    await Promise.all([here?.close(), there?.close()]);
    await upstream?.close();
    await redis?.kill();
  });
  const ask = async (server: Serving | undefined, key: string, body: object = {}) => {
    const messages = [{ role: "user", content: "2 + 2?" }];
    return (await server?.post("chat/completions", { model: "small", messages, ...body }, as(key))) as Response;
  };

  it("reads, goes on from and deletes at one what the other kept, for the same key only", async () => {
    const made = await (here as Serving).post("responses", { model: "small", input: "2 + 2?" }, as("a"));
    const { id, output } = (await made.json()) as { id: string; output: { id: string }[] };
    const url = `${there?.baseUrl}/responses/${id}`;
    expect((await fetch(url, as("b"))).status).toBe(404);
    expect(await (await fetch(url, as("a"))).json()).toMatchObject({ id, output });
    const reference = { type: "item_reference", id: output[0]?.id };
    const next = { model: "small", input: [reference, { role: "user", content: "Sure?" }], previous_response_id: id };
    expect((await there?.post("responses", next, as("a")))?.status).toBe(200);
    expect(JSON.stringify(upstream.bodies.at(-1)?.messages)).toContain("2 + 2?");
    expect((await there?.post("responses", next, as("b")))?.status).toBe(400);
    expect((await fetch(url, { ...as("b"), method: "DELETE" })).status).toBe(404);
    expect((await fetch(url, { ...as("a"), method: "DELETE" })).status).toBe(200);
    expect((await fetch(`${here?.baseUrl}/responses/${id}`, as("a"))).status).toBe(404);
    const stored = (await (await ask(here, "a", { store: true })).json()) as { id: string };
    expect((await fetch(`${there?.baseUrl}/chat/completions/${stored.id}`, as("a"))).status).toBe(200);
  });

  it("count a key's requests together", async () => {
    const statuses: number[] = [];
    for (const server of [here, there, here, there, here]) statuses.push((await ask(server, "slow")).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    expect(Number((await ask(there, "slow")).headers.get("retry-after"))).toBeGreaterThan(5);
  });

  it("draw on one budget of a key's day", async () => {
    const spent: number[] = [];
    for (const server of [here, there, here, there, here, there, here, there]) {
      const reply = await ask(server, "poor", { max_tokens: 20 });
      const body = (await reply.json()) as { usage?: { total_tokens: number } };
      spent.push(body.usage?.total_tokens ?? 0);
      await new Promise((resolve) => setTimeout(resolve, 20)); // What was spent is told when a request is over.
    }
    const total = spent.reduce((a, b) => a + b, 0);
    expect(total).toBeLessThanOrEqual(100);
    expect(total).toBeGreaterThanOrEqual(60);
  });

  it("serve a sample again that the other drew, where asked with a seed", async () => {
    const seeded = { seed: 5, max_tokens: 33 };
    const textOf = async (reply: Response) =>
      ((await reply.json()) as { choices: { message: { content: string } }[] }).choices[0]?.message.content;
    const first = await textOf(await ask(here, "a", seeded));
    const asked = upstream.bodies.length;
    expect(await textOf(await ask(there, "b", seeded))).toBe(first);
    expect(upstream.bodies.length).toBe(asked);
  });

  it("say 503 while Redis is gone, and go on when it is back", async () => {
    await redis.kill();
    const reply = await ask(here, "slow");
    expect([reply.status, await reply.text()]).toEqual([503, expect.stringContaining("cannot be reached")]);
    expect((await ask(here, "a")).status).toBe(200);
    await redis.start();
    await expect.poll(async () => (await ask(here, "slow")).status, { timeout: 20_000 }).not.toBe(503);
  });
});
