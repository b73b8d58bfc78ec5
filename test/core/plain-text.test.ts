import fc from "fast-check";
import { expect, it } from "vitest";
import { plainText } from "../../src/core/plain-text.ts";

it.each([
  ["a\u001b[31mred\u001b[0m", "ared"],
  ["a\u001b]0;title\u0007b", "ab"],
  ["a\u001b]52;c;ZXZpbA==\u001b\\b", "ab"],
  ["a\u001b]8;;https://evil.example\u0007link\u001b]8;;\u0007", "alink"],
  ["a\u001bP1$r0m\u001b\\b", "ab"],
  ["a\u009b2Jb\u009d0;x\u0007", "a2Jb0;x"],
  ["a\u001bcb\u001b(0c", "abc"],
  ["12\r34\b5", "12345"],
  ["safe\u202Egpj.exe", "safegpj.exe"],
  ["a\r\nb\tc\n", "a\r\nb\tc\n"],
  ["a\u001b[", "a"],
  ["naïve 数 🙂", "naïve 数 🙂"],
])("%j is shown as %j", (given, shown) => {
  expect(plainText(given)).toBe(shown);
});

it("our own colours and status lines stay, and nothing else that a terminal obeys", () => {
  expect(plainText("\r\u001b[2K\u001b[1mx\u001b[0m\u001b[8my", true)).toBe("\r\u001b[2K\u001b[1mx\u001b[0my");
});

it("no text in whatever pieces brings an escape to a terminal", () => {
  const pieces = fc.array(
    fc.oneof(fc.string(), fc.constantFrom("\u001b", "[", "]", "\u0007", "\u009b", "2J", "\r", "m")),
  );
  const obeyed = (text: string) =>
    [...text.replaceAll("\r\n", "")].some((sign) => {
      const code = sign.codePointAt(0) ?? 0;
      return (code < 32 && sign !== "\n" && sign !== "\t") || (code >= 127 && code < 160);
    });
  fc.assert(fc.property(pieces, (parts) => !obeyed(plainText(parts.join("")))));
});
