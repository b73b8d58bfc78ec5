import { describe, expect, it } from "vitest";
import { stepNamed } from "../../strategies/correction/kit/signals.ts";

describe("the step that a critic names", () => {
  it.each([
    ["Step 2 is wrong: it should be 3.", 2, true],
    ["Step 1 is right. Step 2 is right.\nStep 3 has a mistake.", 3, true],
    ["Step 1: no errors. Step 2: the product should be 12.", 2, true],
    ["**Step 4** is incorrect.", 4, true],
    ["The error is in step #5.", 5, true],
    ["I would look at step 2.", 2, false],
    ["Step 1 is right and without mistakes.", 1, false],
  ])("%s", (reply, step, fault) => {
    expect(stepNamed(reply)).toEqual({ step, fault });
  });

  it("is none where no step is named", () => {
    expect(stepNamed("NO ERRORS")).toBeNull();
    expect(stepNamed("")).toBeNull();
    expect(stepNamed("Something is wrong in the second line.")).toBeNull();
  });
});
