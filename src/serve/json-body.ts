import { ApiError, refused } from "./errors.ts";

/** Deeper JSON than this is no request that a model could use. */
const deepest = 64;

/**
 * The body of a request as JSON: at most `maxBytes`, valid UTF-8, an object, at most 64 levels deep, without `__proto__`.
 * @throws ApiError 400, 413 or 415.
 */
export async function readJsonBody(request: Request, maxBytes: number): Promise<Record<string, unknown>> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type)) {
    throw new ApiError({ status: 415, message: 'The content type must be "application/json".' });
  }
  const parsed = parse(await readText(request, maxBytes));
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw refused(null, "The body must be a JSON object.");
  }
  checkShape(parsed);
  return parsed as Record<string, unknown>;
}

async function readText(request: Request, maxBytes: number): Promise<string> {
  const tooLarge = () =>
    new ApiError({
      status: 413,
      code: "body_too_large",
      message: `The body is larger than the ${maxBytes} bytes allowed here.`,
    });
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw refused(null, "The body is not valid UTF-8.");
  }
}

function parse(text: string): unknown {
  if (text.trim() === "") throw refused(null, "The body is empty. Send a JSON object.");
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message.replace(/, ".*$/s, "").slice(0, 120) : "too deep";
    throw refused(null, `The body is not valid JSON: ${reason}.`);
  }
}

/** Walks without recursion, so that no depth can hurt. */
function checkShape(root: object): void {
  const open: { readonly value: object; readonly depth: number }[] = [{ value: root, depth: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.depth > deepest) throw refused(null, `The body is nested more than ${deepest} levels deep.`);
    if (Object.hasOwn(next.value, "__proto__")) throw refused("__proto__", '"__proto__" is not allowed as a key.');
    for (const value of Object.values(next.value)) {
      if (typeof value === "object" && value !== null) open.push({ value, depth: next.depth + 1 });
    }
  }
}
