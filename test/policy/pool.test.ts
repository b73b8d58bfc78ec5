import { describe, expect, it } from "vitest";
import { ModelCallError } from "../../src/core/errors.ts";
import type { Policy, Sample, SampleRequest } from "../../src/core/policy.ts";
import { FailedAttempt } from "../../src/policy/failed-attempt.ts";
import { type PoolChoice, poolPolicy } from "../../src/policy/pool.ts";
import type { CheckedPolicy } from "../../src/policy/pool-member.ts";
import { retry } from "../../src/policy/retry.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { instantClock, requestOf } from "./requests.ts";

const gone = () => new FailedAttempt("gone", { kind: "connection", retryable: true });

/** A server that answers, fails, and counts what it is asked, as the test has it; its answers wait for `release`. */
function server(id: string, { health }: { health?: () => boolean } = {}) {
  const asked: SampleRequest[] = [];
  let [up, waiting] = [true, null as Promise<void> | null];
  let release = () => {};
  const one = scriptedPolicy(Array.from({ length: 5000 }, () => id));
  const policy: CheckedPolicy = {
    ...one,
    id: `${id}/model`,
    capabilities: { ...one.capabilities, parallel: 4 },
    sample: async (request, options) => {
      asked.push(request);
      await waiting;
      if (!up) throw gone();
      return await one.sample(request, options);
    },
    healthy: health && (async () => health()),
  };
  return {
    policy,
    asked,
    die: () => {
      up = false;
    },
    revive: () => {
      up = true;
    },
    hold: () => {
      waiting = new Promise<void>((resolve) => {
        release = resolve;
      });
    },
    release: () => release(),
  };
}

const clock = () => {
  const instant = instantClock();
  return { ...instant, wait: (ms: number) => instant.sleep(ms) };
};
const pooled = (
  servers: readonly { readonly policy: CheckedPolicy }[],
  choice?: PoolChoice,
  time = clock(),
  weights?: number[],
) => ({
  time,
  policy: poolPolicy(
    servers.map(({ policy }) => policy),
    { name: "m", choice, weights, breakAfter: 2, coolMs: 1000, clock: time },
  ),
});
const about = (question: string): SampleRequest => requestOf({ messages: [{ role: "user", content: question }] });
const textOf = async (policy: Policy, request = requestOf()) => (await policy.sample(request))[0]?.text;

describe("several servers of one model", () => {
  it("offers what all of them can, and their places together", () => {
    const plain = server("b");
    const { policy } = pooled([
      server("a"),
      { policy: { ...plain.policy, capabilities: { ...plain.policy.capabilities, logprobs: null } } },
    ]);
    expect(policy.capabilities).toMatchObject({ parallel: 8, logprobs: null });
  });

  it("asks the same server for all that begins alike, and moves only its prompts when one leaves", async () => {
    const servers = ["a", "b", "c"].map((id) => server(id));
    const { policy } = pooled(servers, "prefix");
    const questions = Array.from({ length: 300 }, (_, i) => `question ${i}`);
    const homes = new Map<string, string>();
    for (const question of questions) homes.set(question, (await textOf(policy, about(question))) ?? "");
    for (const { asked } of servers) expect(asked.length).toBeGreaterThan(60);
    for (const question of questions) {
      const longer = about(question);
      const later = {
        ...longer,
        messages: [...longer.messages, { role: "assistant" as const, content: "…" }],
        prefix: "So",
      };
      expect(await textOf(policy, later)).toBe(homes.get(question));
    }
    const { policy: fewer } = pooled(servers.slice(0, 2), "prefix");
    for (const question of questions.filter((question) => homes.get(question) !== "c")) {
      expect(await textOf(fewer, about(question))).toBe(homes.get(question));
    }
  });

  it("gives each server prompts and work by its weight", async () => {
    const servers = ["a", "b", "c"].map((id) => server(id));
    const [first, second] = servers.map(({ asked }) => asked);
    const weighted = (choice: PoolChoice) => {
      const { policy } = pooled(servers, choice, clock(), [4, 2, 1]);
      return (i: number) => textOf(policy, about(`question ${i}`));
    };
    const ask = weighted("prefix");
    for (let i = 0; i < 700; i++) await ask(i);
    expect(first?.length).toBeGreaterThan(350);
    expect(first?.length).toBeLessThan(450);
    expect(second?.length).toBeGreaterThan(150);
    expect(second?.length).toBeLessThan(250);
    for (const one of servers) {
      one.asked.length = 0;
      one.hold();
    }
    const askBusy = weighted("least-busy");
    const calls = Array.from({ length: 70 }, (_, i) => askBusy(i));
    await new Promise((resolve) => setImmediate(resolve));
    expect(servers.map(({ asked }) => asked.length)).toEqual([40, 20, 10]);
    for (const one of servers) one.release();
    await Promise.all(calls);
  });

  it("sends a prompt elsewhere once its server has a quarter more than its share of the work", async () => {
    const servers = [server("a"), server("b")];
    for (const one of servers) one.hold();
    const { policy } = pooled(servers, "prefix");
    const calls = Array.from({ length: 40 }, () => textOf(policy, about("one question")));
    await new Promise((resolve) => setImmediate(resolve));
    const loads = servers.map(({ asked }) => asked.length).sort((a, b) => a - b);
    expect(loads[1]).toBeLessThanOrEqual(25);
    expect(loads[1]).toBeGreaterThan(20);
    for (const one of servers) one.release();
    await Promise.all(calls);
  });

  it("asks the least busy where told to, counting samples", async () => {
    const servers = [server("a"), server("b")];
    for (const one of servers) one.hold();
    const { policy } = pooled(servers, "least-busy");
    const calls = [policy.sample(requestOf({ n: 4 })), ...Array.from({ length: 4 }, () => policy.sample(requestOf()))];
    await new Promise((resolve) => setImmediate(resolve));
    expect(servers.map(({ asked }) => asked.length).sort()).toEqual([1, 4]);
    for (const one of servers) one.release();
    await Promise.all(calls);
  });

  it("goes on to another when one is gone, lets it rest, and takes it back when its check says so", async () => {
    let healthy = false;
    let checks = 0;
    const health = () => {
      checks++;
      return healthy;
    };
    const [a, b] = [server("a", { health }), server("b")];
    const { policy, time } = pooled([a, b], "order");
    a.die();
    for (let i = 0; i < 5; i++) expect(await textOf(policy)).toBe("b");
    expect(a.asked).toHaveLength(2); // then its circuit is open
    await time.wait(1000);
    expect(await textOf(policy)).toBe("b");
    expect([checks, a.asked.length]).toEqual([1, 2]); // the check was for nothing, and no call was wasted
    a.revive();
    healthy = true;
    await time.wait(1000);
    await textOf(policy);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await textOf(policy)).toBe("a");
  });

  it("says which failure it is when all are gone, as one that another moment may get over", async () => {
    const servers = [server("a"), server("b")];
    const { policy } = pooled(servers);
    for (const one of servers) one.die();
    const failures = [];
    for (let i = 0; i < 3; i++) failures.push(await policy.sample(requestOf()).catch((error: unknown) => error));
    expect(failures[2]).toMatchObject({ kind: "connection", retryable: true, retryAfterMs: 1000 });
    expect((failures[2] as Error).message).toContain("gone");
  });

  it("refuses what one refuses, keeps what arrived, and shows no text of a second server after a first's", async () => {
    const refusal = new ModelCallError("bad request", { status: 400, retryable: false });
    const b = server("b");
    const refused = pooled([{ policy: scriptedPolicy([refusal]) }, b]);
    await expect(refused.policy.sample(requestOf())).rejects.toBe(refusal);
    expect(b.asked).toHaveLength(0);

    const [first] = await scriptedPolicy(["first"]).sample(requestOf());
    const half = new FailedAttempt("half", { retryable: true, samples: [first as Sample, null] });
    const { policy } = pooled([{ policy: scriptedPolicy([half, half]) }, b]);
    await expect(policy.sample(requestOf({ n: 2 }))).rejects.toBe(half);
    expect(b.asked).toHaveLength(0);

    const talker: Policy = {
      ...scriptedPolicy([]),
      sample: async (_, options) => {
        options?.onText?.(0, "half a te");
        throw gone();
      },
    };
    const shown: string[] = [];
    const both = pooled([{ policy: talker }, b]);
    await both.policy.sample(requestOf(), { onText: (_, text) => void shown.push(text) });
    expect(shown).toEqual(["half a te"]);
  });

  it("outlives any one of three that comes and goes, behind a retry", async () => {
    const servers = ["a", "b", "c"].map((id) => server(id));
    const { policy, time } = pooled(servers, "prefix");
    const steady = retry(policy, { clock: time });
    for (let i = 0; i < 90; i++) {
      const victim = servers[Math.floor(i / 10) % 3];
      if (i % 10 === 2) victim?.die();
      if (i % 10 === 7) victim?.revive();
      expect(await textOf(steady, about(`question ${i}`))).toMatch(/^[abc]$/);
      await time.wait(300);
    }
  });
});
