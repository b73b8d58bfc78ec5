import type { IncomingMessage } from "node:http";
import { ApiError, refused } from "./errors.ts";

/** Deeper JSON than this is no request that a model could use. */
const deepest = 64;

/**
 * The body of a request as JSON: at most `maxBytes`, valid UTF-8, an object, at most 64 levels deep, without
 * `__proto__`.
 * @throws ApiError 400, 413 or 415.
 */
export async function readJsonBody(request: IncomingMessage, maxBytes: number): Promise<Record<string, unknown>> {
  const type = request.headers["content-type"] ?? "";
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

const utf8 = new TextDecoder("utf-8", { fatal: true });

async function readText(request: IncomingMessage, maxBytes: number): Promise<string> {
  const bytes = await readBytes(request, maxBytes);
  try {
    return utf8.decode(bytes);
  } catch {
    throw refused(null, "The body is not valid UTF-8.");
  }
}

/**
 * Beyond the limit nothing more is kept; the connection takes what is still on its way, so that the client can read
 * why.
 */
function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = () =>
    new ApiError({
      status: 413,
      code: "body_too_large",
      message: `The body is larger than the ${maxBytes} bytes allowed here.`,
    });
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
      else {
        request.off("data", take);
        reject(tooLarge());
      }
    };
    request.on("data", take);
    request.once("end", () => resolve(Buffer.concat(chunks)));
    request.once("error", reject);
    request.once("close", () => reject(new Error("the client has left")));
  });
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
