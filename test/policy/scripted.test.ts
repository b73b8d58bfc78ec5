import { describe, expect, it } from "vitest";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { requestOf } from "./requests.ts";

describe("scriptedPolicy", () => {
  it("answers in order, one entry a sample, and records what it was asked", async () => {
    const policy = scriptedPolicy([
      "one",
      { text: "two", finish: "length", dollars: 2 },
      ({ seeds }, i) => `seed ${seeds[i]}`,
    ]);
    const first = requestOf({ n: 2 });
    const samples = await policy.sample(first);
    expect(samples).toMatchObject([
      { text: "one", finish: "stop", seed: 100, completionTokens: 1 },
      { text: "two", finish: "length", seed: 101, dollars: 2 },
    ]);
    expect((await policy.sample(requestOf({ seeds: [7] })))[0]?.text).toBe("seed 7");
    expect(policy.requests[0]).toBe(first);
    expect(policy.left).toBe(0);
  });

  it("ends a text before the first stop text and cuts it at the token limit", async () => {
    const policy = scriptedPolicy(["a\n\nb END", "abcdefgh"]);
    expect(await policy.sample(requestOf({ stop: ["END", "\n\n"] }))).toMatchObject([
      { text: "a", finish: "stop", stoppedBy: "\n\n" },
    ]);
    expect(await policy.sample(requestOf({ maxTokens: 1 }))).toMatchObject([
      { text: "abcd", finish: "length", completionTokens: 1 },
    ]);
  });

  it("says what was asked for when the script has ended, and throws the errors it is given", async () => {
    const policy = scriptedPolicy(["one", new Error("planned")]);
    await policy.sample(requestOf());
    await expect(policy.sample(requestOf())).rejects.toThrow("planned");
    await expect(policy.sample(requestOf({ n: 2, purpose: "judge" }))).rejects.toThrow(
      /has 2 answers, 2 are used, and 2 more were asked for \(purpose "judge"\): "What is 2 \+ 2\?"/,
    );
  });

  it("takes nothing from the script once aborted", async () => {
    const policy = scriptedPolicy(["one"]);
    await expect(policy.sample(requestOf(), { signal: AbortSignal.abort("off") })).rejects.toBe("off");
    expect(policy.left).toBe(1);
  });
});
