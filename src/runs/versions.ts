import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** What a result depends on beside its configuration: the versions of ruminate and Node, and the platform. */
export function versions(): Record<string, string> {
  return { ruminate: packageVersion(), node: process.versions.node, platform: `${process.platform}-${process.arch}` };
}

/** The nearest package.json above this file: the same in the source and in the build. */
export function packageVersion(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    try {
      const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<
        string,
        string
      >;
      if (name === "ruminate" && version !== undefined) return version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    if (dirname(folder) === folder) return "unknown";
  }
}
