import { expect, it } from "vitest";
import { parseExperiment } from "../../src/runs/load.ts";
import { policyLabel, rolesOf } from "../../src/runs/named-models.ts";

it("two models that tables would call the same go by their parts", () => {
  const labels = (yaml: string) => {
    const experiment = parseExperiment(
      "x.yaml",
      `name: x\ndataset: arithmetic\nstrategies: [chain-of-thought]\n${yaml}`,
    );
    return Object.values(rolesOf(experiment)).map(policyLabel);
  };
  const teacher = "models: {teacher: {name: simulated, options: {stepError: 0.02}}, judge: simulated}";
  expect(labels(`policy: {name: simulated, options: {stepError: 0.3}}\n${teacher}`)).toEqual(["teacher", "judge"]);
  expect(labels(`policy: simulated\n${teacher}`)).toEqual(["teacher", "simulated"]);
  expect(labels("policy: simulated\nmodels: {judge: simulated}")).toEqual(["simulated"]);
});
