import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { UnknownNameError } from "../../../src/core/errors.ts";
import { fileSha256 } from "../../../src/policy/file-hash.ts";
import { installedPath, listInstalled, pullModel, removeModel } from "../../../src/policy/local/library.ts";
import { defaultModel, modelEntry, models } from "../../../src/policy/local/manifest.ts";
import { concatenate, keepPart, keptPart } from "../../../src/policy/local/parts.ts";
import { extractMember } from "../../../src/policy/local/zip.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ruminate-library-"));
  vi.stubEnv("RUMINATE_HOME", folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  await rm(folder, { recursive: true, force: true });
});

const sha256 = (data: Buffer) => createHash("sha256").update(data).digest("hex");

/** A zip archive with these files, each stored or deflated. */
function zipOf(files: readonly { readonly name: string; readonly data: Buffer; readonly deflate: boolean }[]): Buffer {
  const [locals, central]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const { name, data, deflate } of files) {
    const packed = deflate ? deflateRawSync(data) : data;
    const facts = Buffer.alloc(20);
    facts.writeUInt16LE(deflate ? 8 : 0, 2);
    facts.writeUInt32LE(crc32(data), 8);
    facts.writeUInt32LE(packed.length, 12);
    facts.writeUInt32LE(data.length, 16);
    const local = Buffer.concat([Buffer.from("504b03041400", "hex"), facts.subarray(0, 20), Buffer.alloc(4)]);
    local.writeUInt16LE(name.length, 26);
    locals.push(local, Buffer.from(name), packed);
    const record = Buffer.concat([Buffer.from("504b010214001400", "hex"), facts, Buffer.alloc(18)]);
    record.writeUInt16LE(name.length, 28);
    record.writeUInt32LE(offset, 42);
    central.push(record, Buffer.from(name));
    offset += 30 + name.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

describe("the manifest", () => {
  it("has a default model that can be had without the model hub", () => {
    expect(modelEntry(defaultModel).sources.some(({ kind }) => kind === "wheels")).toBe(true);
  });

  it("says of every source how long the file is and what its SHA-256 is, part by part", () => {
    for (const { sources, megabytes } of models) {
      for (const source of sources) {
        expect(source.sha256).toMatch(/^[0-9a-f]{64}$/);
        expect(Math.round(source.bytes / 1e6)).toBe(megabytes);
        if (source.kind === "wheels") {
          expect(source.parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(source.bytes);
        }
      }
    }
  });

  it("guesses what was meant by an unknown name", () => {
    expect(() => modelEntry("qwen2.5-coder-0.5")).toThrow(UnknownNameError);
    expect(() => modelEntry("qwen2.5-coder-0.5")).toThrow('Did you mean "qwen2.5-coder-0.5b"?');
  });
});

describe("a zip member", () => {
  const data = Buffer.from("all the king's horses ".repeat(500));

  it.each([true, false])("is written out and checked (deflated: %s)", async (deflate) => {
    const archive = join(folder, "a.whl");
    await writeFile(
      archive,
      zipOf([
        { name: "x/y", data: Buffer.from("y"), deflate },
        { name: "p/data", data, deflate },
      ]),
    );
    await extractMember(archive, "p/data", join(folder, "out"));
    expect(await readFile(join(folder, "out"))).toEqual(data);
  });

  it("is refused where the archive is damaged, has no such file or is none", async () => {
    const archive = join(folder, "a.whl");
    const zip = zipOf([{ name: "p", data, deflate: false }]);
    zip.writeUInt8(1, 100);
    await writeFile(archive, zip);
    await expect(extractMember(archive, "p", join(folder, "out"))).rejects.toThrow("p is damaged");
    await expect(extractMember(archive, "q", join(folder, "out"))).rejects.toThrow("has no q");
    await writeFile(archive, "no archive at all, but more than twenty-two bytes");
    await expect(extractMember(archive, "p", join(folder, "out"))).rejects.toThrow("not a zip archive");
  });
});

describe("parts", () => {
  it("are put together in their order, with the SHA-256 of the whole", async () => {
    const paths = await Promise.all(
      ["one ", "two ", "three"].map(async (text, i) => {
        await writeFile(join(folder, `${i}`), text);
        return join(folder, `${i}`);
      }),
    );
    const whole = Buffer.from("one two three");
    expect(await concatenate(paths, join(folder, "whole"))).toBe(sha256(whole));
    expect(await readFile(join(folder, "whole"))).toEqual(whole);
  });

  it("are found again when they are whole, and removed when they are not", async () => {
    await writeFile(join(folder, "new"), "content");
    const kept = await keepPart(folder, 4, join(folder, "new"));
    expect(await keptPart(folder, 4, 7)).toBe(kept);
    expect(await keptPart(folder, 3, 7)).toBeNull();
    await writeFile(kept, "CONTENT");
    expect(await keptPart(folder, 4, 7)).toBeNull();
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("the library", () => {
  it("knows a model as installed once its file is whole, and removes it", async () => {
    expect(await installedPath("smollm2-135m")).toBeNull();
    await mkdir(join(folder, "models"), { recursive: true });
    const path = join(folder, "models", "smollm2-135m.gguf");
    await writeFile(path, "too short");
    expect(await installedPath("smollm2-135m")).toBeNull();
    await truncate(path, modelEntry("smollm2-135m").sources[0]?.bytes ?? 0);
    expect(await installedPath("smollm2-135m")).toBe(path);
    expect((await listInstalled()).filter(({ installed }) => installed)).toMatchObject([
      { name: "smollm2-135m", path },
    ]);
    expect(await removeModel("smollm2-135m")).toBe(true);
    expect(await removeModel("smollm2-135m")).toBe(false);
  });

  it("says in one line why no source could give the model", async () => {
    vi.stubGlobal("fetch", () => Promise.resolve(new Response("gone", { status: 410 })));
    await expect(pullModel("qwen2.5-0.5b")).rejects.toMatchObject({
      code: "environment",
      message: "the model hub: it answered 410",
    });
  });

  it("installs nothing whose SHA-256 is not the manifest's", async () => {
    const { bytes } = modelEntry("qwen2.5-0.5b").sources[0] ?? { bytes: 0 };
    const parts = join(folder, "models", "qwen2.5-0.5b.parts");
    await mkdir(parts, { recursive: true });
    const part = join(parts, "hub-74a4da8c.part");
    await writeFile(part, "");
    await truncate(part, bytes);
    await expect(pullModel("qwen2.5-0.5b")).rejects.toThrow("not 74a4da8c9fdb");
    expect(await installedPath("qwen2.5-0.5b")).toBeNull();
    expect(await readdir(join(folder, "models"))).toEqual([]);
  });

  it("goes on with a file of the hub where an earlier pull stopped, and reports the progress", async () => {
    const parts = join(folder, "models", "qwen2.5-0.5b.parts");
    await mkdir(parts, { recursive: true });
    await writeFile(join(parts, "hub-74a4da8c.part"), "12345");
    const asked: (string | null)[] = [];
    vi.stubGlobal("fetch", (_: string, init: RequestInit) => {
      asked.push(new Headers(init.headers).get("range"));
      return Promise.resolve(new Response("678", { status: 206 }));
    });
    const received: number[] = [];
    await expect(
      pullModel("qwen2.5-0.5b", { onProgress: (progress) => received.push(progress.received) }),
    ).rejects.toThrow("the connection ended early");
    expect(asked).toEqual(["bytes=5-"]);
    expect(received).toEqual([8]);
    expect(await readFile(join(parts, "hub-74a4da8c.part"), "utf8")).toBe("12345678");
  });

  it("stops with the signal's reason", async () => {
    const stop = new AbortController();
    vi.stubGlobal("fetch", (_: string, { signal }: RequestInit) => {
      stop.abort(new Error("changed my mind"));
      return Promise.reject(signal?.reason);
    });
    await expect(pullModel("qwen2.5-0.5b", { signal: stop.signal })).rejects.toThrow("changed my mind");
  });

  it("checks a file by its SHA-256", async () => {
    await writeFile(join(folder, "file"), "abc");
    expect(await fileSha256(join(folder, "file"))).toBe(sha256(Buffer.from("abc")));
  });
});
