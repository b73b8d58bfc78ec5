import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { runCli } from "../../src/cli/cli.ts";
import { fakeTerminal } from "../fakes/terminal.ts";
import { needs } from "../needs.ts";

const file = (name: string) => join(import.meta.dirname, "../../deploy/cluster", name);
const text = (name: string) => readFileSync(file(name), "utf8");

interface Container {
  readonly args: readonly string[];
  readonly envFrom: readonly { readonly secretRef: { readonly name: string } }[];
}

interface Job {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly terminationGracePeriodSeconds?: number;
        readonly initContainers: readonly unknown[];
        readonly containers: readonly [Container];
      };
    };
  };
}

interface Service {
  readonly command: readonly string[];
  readonly environment?: { readonly RUMINATE_QUEUE?: string };
  readonly deploy?: { readonly replicas: number };
}

/** Flags of a command that `ruminate` does not have. */
async function unknownFlags(words: readonly string[]): Promise<string[]> {
  const terminal = fakeTerminal();
  const names = words.slice(0, words[0] === "experiment" ? 2 : 1);
  await runCli([...names, "--help"], terminal);
  return words.filter((word) => word.startsWith("--") && !terminal.stdout().includes(`${word} `));
}

describe("the files for a cluster", () => {
  it("compose: Redis with a journal, three workers that reach it, and a collector", async () => {
    const { services } = parse(text("compose.yaml")) as { services: Record<string, Service> };
    const { redis, worker, collector } = services;
    expect(redis?.command).toEqual(expect.arrayContaining(["--appendonly", "noeviction"]));
    expect(worker?.deploy?.replicas).toBe(3);
    for (const one of [worker, collector]) {
      expect(one?.environment?.RUMINATE_QUEUE).toBe("redis://redis:6379");
      expect(await unknownFlags(one?.command ?? [])).toEqual([]);
    }
  });

  it("Kubernetes: both jobs wait for Redis, the workers alone have the models' keys and time to hand back", async () => {
    const jobs = parseAllDocuments(text("kubernetes.yaml")).map((one) => (one.toJS() as Job).spec.template.spec);
    const [collector, workers] = jobs;
    const secrets = jobs.map(({ containers: [{ envFrom }] }) => envFrom.map(({ secretRef }) => secretRef.name));
    expect(secrets).toEqual([["ruminate-queue"], ["ruminate-queue", "ruminate-models"]]);
    for (const { initContainers, containers } of jobs) {
      expect(initContainers).toHaveLength(1);
      expect(await unknownFlags(containers[0].args)).toEqual([]);
    }
    expect(collector?.containers[0].args.at(-1)).toBe("--queue");
    const args = workers?.containers[0].args ?? [];
    expect(workers?.terminationGracePeriodSeconds).toBeGreaterThan(Number(args[args.indexOf("--grace") + 1]));
  });

  it("Slurm: each task runs its own shard of all of them", needs("bash"), async () => {
    expect(spawnSync("/bin/bash", ["-n", file("slurm.sh")]).status).toBe(0);
    const env = { PATH: "/usr/bin:/bin", SLURM_ARRAY_TASK_ID: "7", SLURM_ARRAY_TASK_COUNT: "1", SHARDS: "20" };
    const shown = text("slurm.sh").replace("exec npx ruminate", "exec echo");
    const { stdout } = spawnSync("/bin/bash", ["-c", shown, "slurm.sh", "compare.yaml"], { env, encoding: "utf8" });
    expect(stdout.trim()).toBe("experiment run compare.yaml --shard 7/20 --out runs/shard-7");
    expect(await unknownFlags(stdout.trim().split(" "))).toEqual([]);
  });
});
