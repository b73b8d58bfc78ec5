import { appendFileSync, mkdirSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Policy } from "../../src/core/policy.ts";
import { rememberedSha256 } from "../../src/policy/file-hash.ts";
import { isCredential } from "../../src/policy/openai/identity.ts";
import { revisionOf } from "../../src/policy/openai/revision.ts";
import type { OpenAiOptions } from "../../src/policy/openai.ts";
import { openAiPolicy } from "../../src/policy/openai.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { openSampleStore } from "../../src/policy/store/sqlite.ts";
import { storedPolicy } from "../../src/policy/store/stored.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { requestOf } from "./requests.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  vi.unstubAllEnvs();
});

function idFor(options: Partial<OpenAiOptions> = {}): string {
  const policy = openAiPolicy({ baseUrl: "http://host:8000/v1", model: "m", ...options });
  void policy.dispose?.();
  return policy.id;
}

/** Each is another model than all the others. */
const unlike: readonly Partial<OpenAiOptions>[] = [
  {},
  { model: "m2" },
  { model: "other/v1/m" },
  { model: "m@seeds" },
  { seeds: true },
  { baseUrl: "http://host:8001/v1" },
  { baseUrl: "http://host:8000" },
  { baseUrl: "http://host:8000/other/v1" },
  { baseUrl: "http://host:8000/other/v2" },
  { baseUrl: "http://host:8000/v1?deployment=a" },
  { baseUrl: "http://host:8000/v1?deployment=b" },
  { baseUrl: "http://host:8000/v1?deployment=b&key=secret-1", model: "m3" },
  { baseUrl: "http://host/v1" },
  { baseUrl: "https://host/v1" },
  { headers: { "x-variant": "a" } },
  { headers: { "x-variant": "b" } },
  { headers: { "x-model": "a" } },
  { extraBody: { lora: [{ id: 0, scale: 1 }] } },
  { extraBody: { lora: [{ id: 1, scale: 1 }] } },
  { revision: "000000000001" },
  { revision: "000000000002" },
  { prefix: "continue" },
  { thinking: true },
  { thinking: false },
  { declared: { reportsStops: true } },
];

describe("the id of a model behind an address", () => {
  it("is another wherever path, query, headers, body fields, adapter or settings are", () => {
    const ids = unlike.map(idFor);
    expect(new Set(ids).size).toBe(unlike.length);
    expect(ids[0]).toBe("host:8000/m");
  });

  it("holds no key, and stays when a key is replaced", () => {
    vi.stubEnv("OF_A_GATEWAY_KEY", "sk-secret-9");
    const keyed = (key: string): Partial<OpenAiOptions> => ({
      baseUrl: `http://host:8000/v1?version=3&api-key=${key}&sig=${key}`,
      headers: { "X-Api-Key": key, Authorization: `Bearer ${key}`, "x-gateway": `\${OF_A_GATEWAY_KEY}`, "x-team": "a" },
    });
    const id = idFor(keyed("secret-1"));
    expect(idFor(keyed("secret-2"))).toBe(id);
    expect(id).not.toContain("secret");
    expect(["apiKey", "subscription-key", "access_token", "X-Amz-Signature"].filter(isCredential)).toHaveLength(4);
    expect(["max_tokens", "keyword", "deployment", "x-model"].filter(isCredential)).toEqual([]);
  });

  it("keeps every sample of one model from all others", async () => {
    const store = openSampleStore(":memory:");
    closing.push(() => store.close());
    let asked = 0;
    for (const round of [1, 2]) {
      for (const id of unlike.map(idFor)) {
        const policy = simulatedPolicy();
        const counted: Policy = {
          ...policy,
          id,
          sample: (...request) => {
            asked++;
            return policy.sample(...request);
          },
        };
        await storedPolicy(counted, store).sample(requestOf());
      }
      expect(asked, `round ${round}`).toBe(unlike.length);
    }
  });
});

describe("what a server says of its weights", () => {
  const revision = (entry: Record<string, unknown>, replies: Record<string, unknown> = {}, template = "") =>
    revisionOf({
      endpoint: { headers: {}, rootPathOf: (name: string) => name } as never,
      transport: {
        send: async ({ path }: { path: string }) => ({ status: 200, headers: {}, body: JSON.stringify(replies[path]) }),
      } as never,
      model: "m",
      entry,
      template: template === "" ? null : template,
    });

  it("tells checkpoints, adapters, digests and templates under one name apart, and is null where it is only a name", async () => {
    const llama = (size: number) => ({ owned_by: "llamacpp", meta: { size, n_params: 7 } });
    const all = [
      await revision({ root: "a", parent: null }),
      await revision({ root: "b", parent: null }),
      await revision({ root: "adapter-1", parent: "m" }),
      await revision({ root: "adapter-2", parent: "m" }),
      await revision(llama(1)),
      await revision(llama(2)),
      await revision(llama(1), { "lora-adapters": [{ id: 0, path: "x.gguf", scale: 1 }] }),
      await revision(llama(1), { "lora-adapters": [{ id: 0, path: "y.gguf", scale: 1 }] }),
      await revision(llama(1), {}, "{{ a }}"),
      await revision({ owned_by: "library" }, { "api/tags": { models: [{ name: "m:latest", digest: "1" }] } }),
      await revision({ owned_by: "library" }, { "api/tags": { models: [{ name: "m:latest", digest: "2" }] } }),
    ];
    expect(new Set(all).size).toBe(all.length);
    expect(all).not.toContain(null);
    expect(await revision({ root: "m", parent: null })).toBeNull();
    expect(await revision({ id: "m", owned_by: "somebody" })).toBeNull();
  });
});

describe("the hash of a file", () => {
  async function remembering() {
    const folder = temporaryFolder();
    const reads: string[] = [];
    const hash = (name: string) =>
      rememberedSha256(join(folder, name), { folder: join(folder, "hashes"), onRead: (path) => reads.push(path) });
    const put = (name: string, content: string) => {
      writeFileSync(join(folder, name), content);
      utimesSync(join(folder, name), 1e9, 1e9);
    };
    return { folder, reads, hash, put };
  }

  it("is that of all of it: equal lengths, equal beginnings and equal times do not make one model of two", async () => {
    const { hash, put, reads } = await remembering();
    const head = "m".repeat(3 << 20);
    put("a", `${head}a`);
    put("b", `${head}b`);
    expect(await hash("a")).not.toBe(await hash("b"));
    expect(reads).toHaveLength(2);
  });

  it("is read once while the file stays, and again when it is written, replaced or put back in time", async () => {
    const { folder, hash, put, reads } = await remembering();
    put("a", "one");
    await wait(2100); // a file that was written just now may change within the clock's tick
    const first = await hash("a");
    expect(await hash("a")).toBe(first);
    expect(reads).toHaveLength(1);
    put("a", "two"); // of the same length, with the same time of change
    expect(await hash("a")).not.toBe(first);
    put("b", "six");
    renameSync(join(folder, "b"), join(folder, "a"));
    expect(await hash("a")).not.toBe(first);
    appendFileSync(join(folder, "a"), "!");
    await hash("a");
    expect(reads).toHaveLength(4);
  });

  it("says what is not there, and takes a damaged note for none", async () => {
    const { folder, hash, put } = await remembering();
    await expect(hash("missing")).rejects.toThrow(/missing cannot be read/);
    put("a", "one");
    mkdirSync(join(folder, "hashes"));
    await expect(hash("hashes")).rejects.toThrow(/is not a file/);
    expect(await hash("a")).toMatch(/^[0-9a-f]{64}$/);
  });
});
