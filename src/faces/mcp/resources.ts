import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Catalogue } from "../../core/catalogue.ts";

/** Something that a client can read, by its address. */
export interface McpResource {
  readonly uri: string;
  readonly name: string;
  readonly description: string;
  readonly mimeType: string;
}

export interface McpResources {
  list(): readonly McpResource[];
  /** Null where nothing is offered under the address. */
  read(uri: string): string | null;
}

const strategies = "ruminate://strategies";
const runPrefix = "ruminate://runs/";

/** What there is to read: the strategies in a line each, and what came out of each run of a folder of runs. */
export function mcpResources({ strategies: { all } }: Catalogue, folder: string | undefined): McpResources {
  const runs = () => (folder === undefined || !existsSync(folder) ? [] : readdirSync(folder).filter(hasSummary).sort());
  const hasSummary = (name: string) => existsSync(join(folder ?? "", name, "summary.json"));
  return {
    list: () => [
      {
        uri: strategies,
        name: "strategies",
        description: "every strategy that solve can be asked for, in a line each",
        mimeType: "text/plain",
      },
      ...runs().map((name) => ({
        uri: `${runPrefix}${encodeURIComponent(name)}`,
        name: `run ${name}`,
        description: "what came out of an experiment: accuracy with its interval, tokens and calls of each strategy",
        mimeType: "application/json",
      })),
    ],
    read: (uri) => {
      if (uri === strategies) return all.map(({ name, summary }) => `${name}: ${summary}`).join("\n");
      const name = runs().find((one) => uri === `${runPrefix}${encodeURIComponent(one)}`);
      return name === undefined ? null : readFileSync(join(folder ?? "", name, "summary.json"), "utf8");
    },
  };
}
