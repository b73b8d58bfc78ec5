import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Where models, the private runtime and the sample store of single solves live: RUMINATE_HOME, else the user's cache
 * folder.
 */
export function cacheFolder(): string {
  if (process.env.RUMINATE_HOME) return process.env.RUMINATE_HOME;
  if (process.platform === "win32") return join(process.env.LOCALAPPDATA ?? homedir(), "ruminate");
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "ruminate");
}
