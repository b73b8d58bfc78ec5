import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { loadConfig } from "../../src/serve/config.ts";

const file = (name: string) => join(import.meta.dirname, "../../deploy", name);
const text = (name: string) => readFileSync(file(name), "utf8");

interface Probe {
  readonly httpGet: { readonly path: string };
}

interface Deployment {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly terminationGracePeriodSeconds: number;
        readonly containers: readonly { readonly readinessProbe: Probe; readonly livenessProbe: Probe }[];
      };
    };
  };
}

describe("the files for a deployment", () => {
  it("hold a configuration that the server takes", () => {
    const config = loadConfig(file("serve.yaml"));
    expect(config.keys).toHaveLength(1);
    const services = (parse(text("compose.yaml")) as { services: Record<string, { volumes: string[] }> }).services;
    // The upstream's host is a service beside it.
    const [upstream] = Object.values(config.upstreams);
    expect(services).toHaveProperty(new URL((upstream as { name: string }).name).hostname);
    expect(services.gateway?.volumes[0]).toContain("/etc/ruminate/serve.yaml");
  });

  it("ask for health where the server has it, and give it time to finish what is in work", () => {
    const [deployment] = parseAllDocuments(text("kubernetes.yaml")).map((one) => one.toJS() as Deployment);
    if (deployment === undefined) throw new Error("no deployment");
    const { terminationGracePeriodSeconds: grace, containers } = deployment.spec.template.spec;
    expect(grace).toBeGreaterThan(loadConfig(file("serve.yaml")).limits.drainSeconds);
    expect(containers[0]?.readinessProbe.httpGet.path).toBe("/ready");
    expect(containers[0]?.livenessProbe.httpGet.path).toBe("/healthz");
  });
});
