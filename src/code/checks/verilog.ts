import type { Check } from "../../core/check.ts";

/**
 * What a circuit has no use for and a verdict could be forged by: printing, ending, files, forcing, and the compiler's
 * own commands. Arithmetic such as $clog2 and $signed is let through.
 */
const forbidden =
  "\\$(?!(?:signed|unsigned|clog2|bits|countones|onehot0?|isunknown|size|left|right|low|high|dimensions|increment|rtoi|itor|ceil|floor|pow|sqrt)\\b)\\w+|\\b(?:force|release|bind|program)\\b|`(?!(?:default_nettype|timescale|resetall)\\b)\\w+|\\bRefModule\\b|\\b(?:tb|stimulus_gen|stimulus|reference_module)\\s*\\.";

/**
 * A module under a test bench, by Icarus Verilog (VerilogEval: Pinckney et al. 2024, arXiv:2408.11053). The tests print
 * "Mismatches: 0 in N samples", or PASS or FAIL in a line.
 */
export const verilogCheck: Check = {
  name: "verilog",
  timeoutSeconds: 30,
  memoryMiB: 512,
  needs: ["iverilog", "vvp"],
  files: { "answer.sv": "{prefix}{answer}\n", "tests.sv": "{tests}\n" },
  forbids: forbidden,
  command: `iverilog -g2012 -o alone answer.sv >compile.log 2>&1 || { echo "compile error: $(head -n 1 compile.log)"; exit 0; }
iverilog -Wno-timescale -g2012 -o all tests.sv answer.sv >compile.log 2>&1 || { echo "elaboration error: $(head -n 1 compile.log)"; exit 0; }
rm -f tests.sv answer.sv alone
vvp -n all`,
  verdict: {
    by: "pattern",
    right: "^(?:Mismatches: 0 in \\d+ samples|(?:ALL TESTS )?PASS(?:ED)?)\\s*$",
    wrong: "^(?:Mismatches: [1-9]\\d* in \\d+ samples|FAIL(?:ED)?\\b.*|TIMEOUT|(?:compile|elaboration) error.*)\\s*$",
  },
};
