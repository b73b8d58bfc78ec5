import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gsm8k } from "../../../experiments/datasets/gsm8k.ts";
import { addressOf, cacheFolder, download } from "../../../experiments/datasets/reading/download.ts";

const content = '{"question":"q","answer":"#### 4"}\n';
const sha256 = createHash("sha256").update(content).digest("hex");
let server: Server;
let base = "";
let requests = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    requests += 1;
    response.writeHead(request.url?.endsWith("/test.jsonl") ? 200 : 404).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const folder = () => mkdtempSync(join(tmpdir(), "ruminate-download-"));

describe("a file of the public hub", () => {
  it("is named by owner, dataset, revision and path, on the hub or a mirror of it", () => {
    expect(addressOf("hub:openai/gsm8k/main/test.jsonl", {})).toBe(
      "https://huggingface.co/datasets/openai/gsm8k/resolve/main/main/test.jsonl",
    );
    expect(addressOf("hub:a/b@v1/c.jsonl#sha256=00", { HF_ENDPOINT: "http://mirror/" })).toBe(
      "http://mirror/datasets/a/b/resolve/v1/c.jsonl#sha256=00",
    );
    expect(() => addressOf("hub:gsm8k", {})).toThrow("must read hub:OWNER/NAME/FILE");
  });

  it("is fetched from there", async () => {
    process.env.HF_ENDPOINT = base;
    try {
      const file = await download("hub:a/b/test.jsonl", folder());
      expect(readFileSync(file, "utf8")).toBe(content);
    } finally {
      delete process.env.HF_ENDPOINT;
    }
  });
});

describe("a file at an address", () => {
  it("is fetched once and read from its copy from then on", async () => {
    const cache = folder();
    requests = 0;
    const file = await download(`${base}/test.jsonl`, cache);
    expect(readFileSync(file, "utf8")).toBe(content);
    expect(await download(`${base}/test.jsonl`, cache)).toBe(file);
    expect(requests).toBe(1);
    expect(readdirSync(cache)).toHaveLength(2);
  });

  it("is fetched again when its copy was damaged", async () => {
    const cache = folder();
    const file = await download(`${base}/test.jsonl`, cache);
    writeFileSync(file, "damaged");
    await download(`${base}/test.jsonl`, cache);
    expect(readFileSync(file, "utf8")).toBe(content);
  });

  it("must be the pinned one where a checksum is given", async () => {
    const cache = folder();
    await download(`${base}/test.jsonl#sha256=${sha256.toUpperCase()}`, cache);
    const wrong = download(`${base}/test.jsonl#sha256=${"0".repeat(64)}`, folder());
    await expect(wrong).rejects.toThrow(`has SHA-256 ${sha256}, not the pinned one`);
  });

  it("says what failed: the status, the connection, or the caller's own stop", async () => {
    await expect(download(`${base}/none.jsonl`, folder())).rejects.toThrow(
      /answered with status 404\. Check the address/,
    );
    await expect(download("http://127.0.0.1:1/x.jsonl", folder())).rejects.toThrow(/cannot be fetched/);
    const stop = AbortSignal.abort(new Error("enough"));
    await expect(download(`${base}/test.jsonl`, folder(), stop)).rejects.toThrow("enough");
  });

  it("serves as the path of a dataset, kept in the folder that RUMINATE_CACHE names", async () => {
    const before = process.env.RUMINATE_CACHE;
    process.env.RUMINATE_CACHE = folder();
    try {
      const problems = await gsm8k.load({ path: `${base}/test.jsonl` }, gsm8k.options.parse({}));
      expect(problems.map(({ reference }) => reference.answer)).toEqual(["4"]);
      expect(readdirSync(cacheFolder())).toHaveLength(2);
    } finally {
      if (before === undefined) delete process.env.RUMINATE_CACHE;
      else process.env.RUMINATE_CACHE = before;
    }
  });
});
