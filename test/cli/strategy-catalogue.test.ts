import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { familyTitles, parseMeasured, strategyCatalogue } from "../../src/cli/strategy-catalogue.ts";
import { strategyPage } from "../../src/cli/strategy-page.ts";

const docs = join(import.meta.dirname, "../../docs");
const catalogue = builtins();
const measured = parseMeasured("measured.json", readFileSync(join(docs, "measured.json"), "utf8"));

describe("the catalogue of strategies", () => {
  it("stands in docs/strategies.md as it is now", () => {
    const current = readFileSync(join(docs, "strategies.md"), "utf8") === strategyCatalogue(catalogue, measured);
    expect(current, "docs/strategies.md is out of date: node src/cli/main.ts strategies page --write").toBe(true);
  });

  it.each(catalogue.strategies.all.map((strategy) => [strategy.name, strategy] as const))(
    "says of %s how it works and what it costs",
    (_, strategy) => {
      const { how, cost, most, options } = strategyPage(strategy);
      expect(how.join(" ").length).toBeGreaterThan(80);
      expect(cost.length).toBeGreaterThan(8);
      expect(most.calls).toBeGreaterThanOrEqual(1);
      expect(options.every(({ name }) => name.length > 0)).toBe(true);
    },
  );

  it("prints what was measured with its interval and command, and says where nothing was", () => {
    const result = {
      ...{ strategy: "self-consistency", options: "n: 8", dataset: "gsm8k", n: 24, accuracy: 0.75 },
      ...{ interval: [0.55, 0.88] as [number, number], tokens: 2412.4, command: "ruminate experiment run x.yaml" },
    };
    const page = strategyCatalogue(catalogue, { model: "a model", results: [result] });
    expect(page).toContain(
      "**Measured** with n: 8 on 24 problems of gsm8k: 75.0 % right (95 %: 55.0 to 88.0 %), 2,412 tokens a problem. `ruminate experiment run x.yaml`",
    );
    expect(page.split("Not measured yet.").length - 1).toBe(catalogue.strategies.all.length - 1);
  });

  it("refuses a file of figures that does not fit, and one that names no strategy stays out of the page", () => {
    expect(() => parseMeasured("measured.json", "{")).toThrow(/measured.json: is not JSON/);
    expect(() => parseMeasured("measured.json", '{"model": "m", "results": [{}]}')).toThrow(/results\.0/);
    for (const { strategy } of measured.results) expect(catalogue.strategies.has(strategy)).toBe(true);
  });

  it("prints the departures of a strategy, where it has any, and the title of its family", () => {
    const page = strategyCatalogue(catalogue, measured);
    const departing = catalogue.strategies.all.filter(({ departures }) => departures.length > 0);
    expect(departing.length).toBeGreaterThan(10);
    expect(page.split("**Departures.**").length - 1).toBe(departing.length);
    for (const title of Object.values(familyTitles)) expect(page).toContain(`## ${title}`);
  });
});
