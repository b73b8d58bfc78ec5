import { hash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { portableSha256, sha256 } from "../../src/core/sha256.ts";

describe("sha256", () => {
  const texts = ["", "abc", "ünïcödé ✓ 𝒳", "half a pair \ud800", "long ".repeat(40_000)];

  it("is the same where there is no native one, byte for byte", () => {
    for (const text of texts) {
      for (const encoding of ["hex", "base64url"] as const) {
        expect(portableSha256(text, encoding)).toBe(hash("sha256", text, encoding));
        expect(sha256(text, encoding)).toBe(hash("sha256", text, encoding));
      }
    }
  });
});
