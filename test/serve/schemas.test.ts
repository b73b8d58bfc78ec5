import { describe, expect, it } from "vitest";
import { replyFormat } from "../../src/serve/chat/format.ts";

const text = { type: "string" };

async function fits(schema: object, value: string): Promise<boolean> {
  const format = replyFormat({}, schema, "schema");
  await format.ready();
  await format.look([value]);
  return format.read(value) !== null;
}

describe("a JSON schema", () => {
  const branches = {
    type: "object",
    properties: { a: text },
    required: ["a"],
    anyOf: [{ required: ["b"] }, { required: ["c"] }],
  };
  const defined = { definitions: { n: text }, type: "object", properties: { a: { $ref: "#/definitions/n" } } };
  const node = { type: "object", properties: { v: text, next: { anyOf: [{ $ref: "#/$defs/n" }, { type: "null" }] } } };
  it.each<[string, object, string, boolean]>([
    [
      "a required value that has a default",
      { type: "object", properties: { a: { ...text, default: "x" } }, required: ["a"] },
      "{}",
      false,
    ],
    ["a required name without a property", { type: "object", properties: {}, required: ["z"] }, "{}", false],
    ["a required name that every object inherits", { type: "object", required: ["toString"] }, "{}", false],
    ["branches that require more, none of which holds", branches, '{"a":"x"}', false],
    ["branches that require more, one of which holds", branches, '{"a":"x","b":1}', true],
    ["definitions without $schema", defined, '{"a":"x"}', true],
    ["definitions that do not hold", defined, '{"a":1}', false],
    ["a pattern of Unicode classes", { ...text, pattern: "^\\p{L}+$" }, '"é"', true],
    ["a pattern with needless backslashes", { ...text, pattern: "^\\d+\\-[\\w\\-]+\\:$" }, '"12-a-b:"', true],
    ["OpenAPI's nullable", { type: "object", properties: { a: { ...text, nullable: true } } }, '{"a":null}', true],
    ["items that are the same", { type: "array", uniqueItems: true }, "[1,1]", false],
    ["a recursive schema", { $defs: { n: node }, $ref: "#/$defs/n" }, '{"v":"x","next":{"v":"y","next":null}}', true],
    [
      "a recursive schema that breaks below",
      { $defs: { n: node }, $ref: "#/$defs/n" },
      '{"v":"x","next":{"v":1}}',
      false,
    ],
    [
      "a list of items of the older draft",
      { $schema: "http://json-schema.org/draft-07/schema#", items: [text] },
      "[1]",
      false,
    ],
  ])("%s", async (_, schema, value, expected) => {
    expect(await fits(schema, value)).toBe(expected);
  });

  it.each([
    [{ type: "nonsense" }, /type "nonsense" is not known/],
    [{ type: "object", properties: { a: { type: "object", properties: { b: { type: [] } } } } }, /type \[\]/],
    [{ type: "object", properties: { a: { $ref: "#/$defs/none" } } }, /leads nowhere/],
    [{ type: "object", patternProperties: { "(": {} } }, /pattern "\(" cannot be read/],
    [{ type: "object", required: "a" }, /list of names/],
    [{ $ref: "#" }, /without end/],
  ])("%j is said to be none", async (schema, message) => {
    await expect(replyFormat({}, schema, "schema").ready()).rejects.toThrow(message);
  });
});
