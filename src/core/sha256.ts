import { sha256 as portable } from "@noble/hashes/sha2.js";

/** Node's own hash, where there is one, takes a fraction of the time. Deno and Bun have it too; a browser has not. */
const native = globalThis.process?.getBuiltinModule?.("node:crypto")?.hash;

/** The SHA-256 of a text's bytes in UTF-8: the same everywhere. */
export function sha256(text: string, encoding: "hex" | "base64url"): string {
  return native === undefined ? portableSha256(text, encoding) : native("sha256", text, encoding);
}

/** The same where there is no native one. */
export function portableSha256(text: string, encoding: "hex" | "base64url"): string {
  const bytes = portable(new TextEncoder().encode(text));
  if (encoding === "hex") return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
