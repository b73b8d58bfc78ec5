import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const run = promisify(execFile);
const folder = join(import.meta.dirname, "../../examples");

describe("examples", () => {
  it.each([
    ["openai-client.ts", /answer: '\d+', support: [\d.]+/],
    ["langchain.ts", /samples agree/],
    ["ai-sdk.ts", /5 candidates: \S+ ×\d/],
  ])("%s runs and prints what it promises", async (file, expected) => {
    const { stdout } = await run(process.execPath, ["--disable-warning=ExperimentalWarning", join(folder, file)]);
    expect(stdout).toMatch(expected);
  });
});
