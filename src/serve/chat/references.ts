import { refused } from "../errors.ts";

const referring = new Set(["$ref", "$dynamicRef", "$recursiveRef"]);

/**
 * Schemas may refer to their own parts only. Whoever reads them after us (an upstream that builds a grammar of them)
 * would else fetch an address, or open a file, of the client's choosing.
 *
 * @throws ApiError.
 */
export function checkReferences(schema: unknown, path: string): void {
  const open: unknown[] = [schema];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== "object" || next === null) continue;
    for (const [key, value] of Object.entries(next)) {
      if (referring.has(key) && typeof value === "string" && !value.startsWith("#")) {
        throw refused(path, `"${path}" refers to another document (${key}); only parts of itself are looked up.`);
      }
      if (value !== null) open.push(value);
    }
  }
}
