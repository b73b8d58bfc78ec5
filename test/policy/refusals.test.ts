import { afterEach, describe, expect, it } from "vitest";
import { ModelCallError } from "../../src/core/errors.ts";
import { openAiPolicy } from "../../src/policy/openai.ts";
import { type Answered, answeringServer, failing, saying } from "../fakes/answering.ts";
import { requestOf } from "./requests.ts";

const open: (() => Promise<unknown> | undefined)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

async function behind(answer: (body: Record<string, unknown>) => Answered) {
  const server = await answeringServer(answer);
  const notes: string[] = [];
  const policy = openAiPolicy({ baseUrl: server.baseUrl, model: "test", onNote: (note) => notes.push(note) });
  open.push(
    () => policy.dispose?.(),
    () => server.close(),
  );
  return { policy, notes, bodies: server.bodies };
}

const efforts = ["low", "medium", "high"];
const unsupported = (value: unknown) =>
  `Unsupported value: 'reasoning_effort' does not support '${String(value)}' with this model. Supported values are: 'low', 'medium', and 'high'.`;
/** OpenAI's refusal of an effort that its model does not know; without `named`, as a proxy passes it on. */
const knowing =
  (named: boolean) =>
  ({ reasoning_effort: effort, n = 1 }: Record<string, unknown>): Answered =>
    effort === undefined || efforts.includes(String(effort))
      ? saying(...Array.from({ length: Number(n) }, () => "The answer is 4."))
      : failing(400, {
          message: unsupported(effort),
          ...(named && { param: "reasoning_effort", code: "unsupported_value" }),
        });

const effort = (value: string) => requestOf({ topP: 0.9, fields: { reasoning_effort: value } });

describe("a refusal of what one caller wrote", () => {
  it.each([
    [true, "minimal"],
    [true, "temperature seed"],
    [false, "minimal"],
    [false, "temperature seed"],
    [false, "x' seed not 'y"],
    [false, "top_p"],
    [false, "stop n max_tokens max_completion_tokens"],
  ])("takes nothing out of other requests (param given: %s, value: %s)", async (named, value) => {
    const { policy, notes, bodies } = await behind(knowing(named));
    await policy.sample(effort("high"));
    const failure = policy.sample({ ...effort(value), n: 2, seeds: [1, 2], stop: ["a", "b"] });
    await expect(failure).rejects.toThrow(ModelCallError);
    await policy.sample(effort("high"));
    expect(bodies.at(-1)).toEqual(bodies[0]);
    await policy.sample({ ...effort("low"), n: 2, seeds: [1, 2] });
    expect(bodies.at(-1)).toMatchObject({ n: 2 });
    expect(notes).toEqual([]);
  });

  it("names a field that is no part of it: the request is tried without, and nothing is learnt where that is no help", async () => {
    const { policy, notes, bodies } = await behind(({ user }) =>
      user === undefined ? saying("4") : failing(400, { message: `seed, top_p: unknown user ${String(user)}` }),
    );
    await expect(policy.sample(requestOf({ topP: 0.9, fields: { user: "a" } }))).rejects.toThrow("unknown user");
    expect(bodies.map((body) => Object.hasOwn(body, "seed"))).toEqual([true, false]);
    await policy.sample(requestOf({ topP: 0.9 }));
    expect(bodies.at(-1)).toMatchObject({ seed: 100, top_p: 0.9 });
    expect(notes).toEqual([]);
  });
});

describe("a field that a server does not take", () => {
  const withoutTopK = ({ top_k: topK }: Record<string, unknown>): Answered =>
    topK === undefined ? saying("4") : failing(400, { message: "Unrecognized request argument supplied: top_k" });

  it("is left out of later requests where it is our own, and said once", async () => {
    const { policy, notes, bodies } = await behind(withoutTopK);
    await policy.sample(requestOf({ topK: 5 }));
    await policy.sample(requestOf({ topK: 5 }));
    expect(bodies.map((body) => Object.hasOwn(body, "top_k"))).toEqual([true, false, false]);
    expect(notes).toEqual([expect.stringMatching(/refuses top_k, which is left out from now on/)]);
  });

  it("is refused where the caller asks for it by name, also when it is known not to be taken", async () => {
    const { policy, notes } = await behind(withoutTopK);
    await expect(policy.sample(requestOf({ fields: { top_k: 5 } }))).rejects.toThrow("top_k");
    expect(notes).toEqual([]);
    await policy.sample(requestOf({ topK: 5 }));
    await expect(policy.sample(requestOf({ fields: { top_k: 5 } }))).rejects.toThrow("top_k");
  });

  it("may be one that takes a single value only", async () => {
    const { policy, notes } = await behind(({ temperature }) =>
      temperature === undefined
        ? saying("4")
        : failing(400, {
            message: "Unsupported value: 'temperature' does not support 0.8 with this model.",
            param: "temperature",
            code: "unsupported_value",
          }),
    );
    await policy.sample(requestOf());
    expect(notes).toEqual([expect.stringMatching(/refuses temperature/)]);
  });

  it("takes top_logprobs with it where it is logprobs", async () => {
    const { policy, bodies } = await behind(({ logprobs, top_logprobs: top }) =>
      logprobs === undefined && top === undefined
        ? saying("4")
        : failing(400, { message: "logprobs is not supported", param: logprobs ? "logprobs" : "top_logprobs" }),
    );
    await policy.sample(requestOf({ logprobs: 2 }));
    expect(bodies).toHaveLength(2);
    expect(policy.capabilities.logprobs).toBeNull();
  });
});
