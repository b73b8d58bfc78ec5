import { expect, it } from "vitest";
import { openAiPolicy } from "../../src/policy/openai.ts";
import { requestOf } from "./requests.ts";

it("names that are reserved for tests are not found, which is no fault of a test", async () => {
  const policy = openAiPolicy({ baseUrl: "http://model.test/v1", model: "m" });
  await expect(policy.sample(requestOf())).rejects.toThrow(/ENOTFOUND/);
  await policy.dispose?.();
});

it.fails("a test that reaches for another host fails", async () => {
  await expect(fetch("http://ruminate.dev/")).rejects.toThrow();
});

it.fails("also by its number", async () => {
  await expect(fetch("http://192.0.2.1/")).rejects.toThrow();
});
