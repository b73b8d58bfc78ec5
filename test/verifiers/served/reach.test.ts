import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { served } from "../../../verifiers/served.ts";
import { certificates, openssl, securedServer } from "../../fakes/certificates.ts";
import { startRewardServer } from "../../fakes/reward-server.ts";
import { temporaryFolder } from "../../fakes/terminal.ts";
import { needsAll } from "../../needs.ts";
import { outcomeScores } from "../asking.ts";

const open: (() => unknown)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(open.splice(0).map((close) => close()));
});

async function rewardServer() {
  const usage = { prompt_tokens: 9, total_tokens: 9 };
  const server = await startRewardServer(() => ({ json: { data: [{ index: 0, data: [[0.1, 0.9]] }], usage } }));
  open.push(() => server.close());
  return server;
}

const scored = async (url: string, more: object) => {
  const options = { preset: "qwen2.5-math-prm", url, model: "m", attempts: 1, ...more };
  return (await outcomeScores(served, options, [["a"]]))[0]?.value;
};

describe("a served reward model is reached as models are", () => {
  it("by a key and headers from the environment", async () => {
    vi.stubEnv("BOX_KEY", "secret-box-key");
    vi.stubEnv("TEAM_KEY", "secret-team-key");
    const server = await rewardServer();
    const headers = { "X-Key": `Key \${TEAM_KEY}` };
    expect(await scored(server.url, { apiKeyEnv: "BOX_KEY", headers })).toBeCloseTo(0.9);
    const sent = server.requests[0]?.headers;
    expect(sent).toMatchObject({ authorization: "Bearer secret-box-key", "x-key": "Key secret-team-key" });
  });

  it("with TLS on both sides", needsAll(openssl), async () => {
    const folder = temporaryFolder();
    certificates(folder);
    const server = await rewardServer();
    const secured = securedServer(folder, Number(new URL(server.url).port));
    open.push(() => secured.close());
    await new Promise<void>((resolve) => secured.listen(0, "127.0.0.1", resolve));
    const url = `https://localhost:${(secured.address() as AddressInfo).port}`;
    const file = (name: string) => join(folder, name);
    const ours = { ca: file("ca.pem"), cert: file("us.pem"), key: file("us.key") };
    expect(await scored(url, { tls: ours })).toBeCloseTo(0.9);
    await expect(scored(url, {})).rejects.toThrow(/could not be reached/);
    await expect(scored(url, { tls: { ca: ours.ca } })).rejects.toThrow(/could not be reached/);
    await expect(scored(url, { tls: { ca: file("none.pem") } })).rejects.toThrow(/tls\.ca.*none\.pem/);
  });
});
