import { isIP } from "node:net";
import { refused } from "../errors.ts";

export type ImageRule = "none" | "data" | "public";

/**
 * Image addresses are never fetched here, only passed on; those that would make an upstream reach into the network it
 * stands in are refused: other schemes than https and data, users and passwords, bare names, local names and addresses
 * by number.
 * @throws ApiError.
 */
export function checkImage(address: unknown, rule: ImageRule, path: string): void {
  if (typeof address !== "string") throw refused(path, `"${path}" must be an address.`);
  if (rule === "none") throw refused(path, "This server takes no images.");
  if (/^data:(image|audio|application)\/[\w.+-]+;base64,/i.test(address)) return;
  if (rule === "data") throw refused(path, 'This server takes images as "data:image/…;base64,…" only.');
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || url.protocol !== "https:")
    throw refused(path, `"${path}" must be an https address or a data URL.`);
  const host = url.hostname.replace(/\.$/, "");
  const local = !host.includes(".") || /\.(local|localhost|internal|lan|home|corp|arpa)$/i.test(host);
  const numeric = isIP(host.replace(/^\[|\]$/g, "")) !== 0;
  if (local || numeric || url.username !== "" || url.password !== "" || (url.port !== "" && url.port !== "443")) {
    throw refused(path, `"${path}" must be at a public name, without user, password or port.`);
  }
}
