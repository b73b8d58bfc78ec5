import { afterEach, describe, expect, it, vi } from "vitest";
import { EnvironmentError, InvalidOptionError, UnknownNameError } from "../../src/core/errors.ts";
import { openPolicy, optionsOfDefault } from "../../src/policy/open.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { type FakeServerOptions, startFakeServer } from "../fakes/server.ts";
import { requestOf } from "./requests.ts";

const open: (() => Promise<unknown> | undefined)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(open.splice(0).map((close) => close()));
});

async function serve(options: FakeServerOptions = {}) {
  const server = await startFakeServer(options);
  open.push(() => server.close());
  return server;
}

/** Opens with factories that note what they were asked for. */
function opener() {
  const asked: unknown[][] = [];
  const factory = async (...given: unknown[]) => {
    asked.push(given);
    return scriptedPolicy([]);
  };
  return { asked, context: { openLocal: factory, openSimulated: factory } };
}

const unused = opener().context;

describe("openPolicy", () => {
  it("hands local and simulated models to those who know them, with their options", async () => {
    const { asked, context } = opener();
    await openPolicy("local:qwen", context);
    await openPolicy({ name: "local:qwen", options: { threads: 1 } }, context);
    await openPolicy("simulated", context);
    await openPolicy("simulated:accuracy=0.7,greedy=modal", context);
    await openPolicy({ name: "simulated", options: { seed: 3 } }, context);
    expect(asked).toEqual([
      ["qwen", {}],
      ["qwen", { threads: 1 }],
      [{}],
      [{ accuracy: 0.7, greedy: "modal" }],
      [{ seed: 3 }],
    ]);
  });

  it("knows the default model with and without options, and no other model for it", () => {
    expect(optionsOfDefault("default")).toEqual({});
    expect(optionsOfDefault("default:threads=2,sequences=32")).toEqual({ threads: 2, sequences: 32 });
    expect(optionsOfDefault({ name: "default", options: { threads: 1 } })).toEqual({ threads: 1 });
    expect(optionsOfDefault("defaults")).toBeNull();
    expect(optionsOfDefault("local:default")).toBeNull();
    expect(() => optionsOfDefault("default:threads")).toThrow('model "default:threads": "threads" must read like');
  });

  it.each([
    ["vllm", "native", 4096, "continue_final_message"],
    ["llamacpp", "native", 2048, null],
    ["library", "native", null, null],
    ["somebody", "instructed", null, null],
  ] as const)("finds out how a server of %s goes on with a begun turn", async (ownedBy, prefix, context, field) => {
    const server = await serve({ ownedBy });
    const policy = await openPolicy(`${server.baseUrl}#test`, unused);
    open.push(() => policy.dispose?.());
    expect(policy.capabilities).toMatchObject({ prefix, contextTokens: context });
    expect(server.counts.requests).toBe(0);
    const samples = await policy.sample(requestOf({ prefix: "Step 1" }));
    expect(samples[0]?.text).toBe("The answer is 4.");
    if (field !== null) expect(server.bodies[0]).toHaveProperty(field, true);
  });

  it("takes the only model of a server, and asks which where there are several", async () => {
    const one = await serve();
    const policy = await openPolicy(one.baseUrl, unused);
    open.push(() => policy.dispose?.());
    const [id, revision] = policy.id.split(",revision=");
    expect(id).toBe(`${new URL(one.baseUrl).host}/test@continue`);
    expect(revision).toMatch(/^[0-9a-f]{12}$/); // the fake serves "test" from a folder of another name
    const two = await serve({ models: ["a", "b"] });
    await expect(openPolicy(two.baseUrl, unused)).rejects.toThrow(/several models: a, b\. Name one/);
    await expect(openPolicy({ name: two.baseUrl, model: "aa" }, unused)).rejects.toThrow(/Did you mean "a"\?/);
  });

  it("says at once when no server answers", async () => {
    const server = await startFakeServer();
    await server.close();
    const outcome = openPolicy(`${server.baseUrl}#m`, unused);
    await expect(outcome).rejects.toBeInstanceOf(EnvironmentError);
    await expect(outcome).rejects.toThrow(/No server answers at http:\/\/127.0.0.1:\d+ \(ECONNREFUSED\)\. Start it/);
  });

  it("asks for the key of api.openai.com before anything else", async () => {
    vi.stubEnv("OPENAI_API_KEY", "");
    await expect(openPolicy("openai:gpt-x", unused)).rejects.toThrow(/OPENAI_API_KEY is not set/);
    vi.stubEnv("OPENAI_API_KEY", "sk-test");
    const policy = await openPolicy("openai:gpt-x", unused);
    open.push(() => policy.dispose?.());
    expect(policy.id).toBe("openai/gpt-x");
  });

  it("rejects names and options that it does not know, and says what there is", async () => {
    await expect(openPolicy("gpt-x", unused)).rejects.toThrow(/Unknown model "gpt-x"\..*openai:MODEL/);
    await expect(openPolicy("local:", unused)).rejects.toBeInstanceOf(UnknownNameError);
    await expect(openPolicy("antropic:claude", unused)).rejects.toThrow(/Did you mean "anthropic"\?/);
    await expect(openPolicy("mistralai:m", unused)).rejects.toThrow(/npm install @langchain\/mistralai/);
    await expect(openPolicy("simulated:fast", unused)).rejects.toThrow(InvalidOptionError);
    await expect(openPolicy({ name: "openai:m", options: { paralel: 2 } }, unused)).rejects.toThrow(/"paralel"/);
    await expect(openPolicy({ name: "http://h/v1#m", options: { parallel: 0 } }, unused)).rejects.toThrow(
      /model "http:\/\/h\/v1#m": "parallel"/,
    );
  });
});
