import { defineFileDataset } from "./file-dataset.ts";
import { codeDraft } from "./reading/code-task.ts";
import type { Row } from "./reading/row.ts";
import { shownExamples } from "./reading/shown-examples.ts";
import { selectionSchema } from "./selection.ts";

/**
 * ENAMEL (Qiu et al. 2024, arXiv:2406.06647): HumanEval's functions with expert references, generators of inputs at
 * four levels and checkers. The first two levels decide whether a program is right; with `efficiency: instructions`,
 * levels 1, 2 and 3 (hardness 3, 3 and 4) give `eff@k`, all cases of a level together, where the authors take its
 * slowest. The helpers of the generators are written anew: cases are of the same kind, not the same.
 */
export const enamel = defineFileDataset({
  name: "enamel",
  summary: "HumanEval's functions with expert references and inputs of rising levels, for efficiency",
  licence: "Apache-2.0",
  citation:
    "Qiu et al. 2024, How Efficient is LLM-Generated Code? A Rigorous & High-Standard Benchmark, arXiv:2406.06647",
  rows: 164,
  grading: "hidden checker on generated inputs, in the sandbox; costs by level",
  upstream: "q-rz/enamel, dataset/enamel.csv (form only)",
  files: ["enamel.csv"],
  options: selectionSchema,
  read: (row) => {
    const prompt = row.text("prompt");
    const entryPoint = row.text("entry_point");
    const answer = row.text("reference_solution");
    const cases = casesOf(row, prompt, answer, entryPoint);
    return codeDraft({
      id: row.text("task_id"),
      text: prompt,
      language: "python",
      form: "completion",
      entryPoint,
      prefix: prompt,
      visibleTests: shownExamples(prompt, entryPoint),
      parts: [{ name: "tests", program: `${cases}assert judge_level(0, 8)\nassert judge_level(1, 4)\n` }],
      costs: {
        program: `${cases}${[1, 2, 3].map((level) => `assert judge_level(${level}, 4)\n`).join("")}`,
        programs: [],
        hardness: [3, 3, 4],
      },
      answer,
    });
  },
});

function casesOf(row: Row, prompt: string, answer: string, entryPoint: string): string {
  const sizes = row.text("input_levels").trim().split(/\s+/).map(Number);
  if (sizes.length !== 4 || sizes.some((size) => !Number.isInteger(size)))
    throw row.wrong("input_levels", "must be four sizes", row.fields.input_levels);
  const quoted = (text: string) => JSON.stringify(text);
  return `${helpers}
judge_made = {"__name__": "made", "rand_parens": rand_parens, "miller_rabin": miller_rabin, "rand_probably_prime": rand_probably_prime, "rand_primality": rand_primality, "random": random, "string": string, "math": math}
exec(${quoted(`${prompt}\n    pass\n\n${row.text("input_generator")}\n${row.text("checker")}`)}, judge_made)
judge_known = {"__name__": "known"}
exec(${quoted(`${prompt}\n${answer}`)}, judge_known)

def judge_level(level, cases):
    for case in range(cases):
        random.seed(998244353 ^ (level * 8 + case))
        given = judge_made["generate_input"]([${sizes.join(", ")}][level], level, case)
        answer = judge_known["${entryPoint}"](*copy.deepcopy(given))
        output = ${entryPoint}(*copy.deepcopy(given))
        if not judge_made["__check"](given, answer, output):
            return False
    return True

`;
}

/** What the published generators call. */
const helpers = `import copy, math, random, string

def rand_parens(size, valid=True, par="()", sep=""):
    if not valid:
        half = rand_parens(max(0, (size + 1) // 2 - 1), True, par)
        return half + par[1] + par[0] + half
    groups, depth, left = [], 0, size + size % 2
    while left > 0:
        if depth == 0:
            groups.append("")
        opens = depth == 0 or (depth < left and random.random() < 0.5)
        groups[-1] += par[0] if opens else par[1]
        depth += 1 if opens else -1
        left -= 1
    return groups if sep is None else sep.join(groups)

def miller_rabin(n, k=5):
    if n < 4 or n % 2 == 0:
        return n in (2, 3)
    odd = n - 1
    twos = (odd & -odd).bit_length() - 1
    odd >>= twos
    for _ in range(k):
        power = pow(random.randrange(2, n - 1), odd, n)
        passes = power in (1, n - 1)
        for _ in range(twos - 1):
            power = power * power % n
            passes = passes or power == n - 1
        if not passes:
            return False
    return True

def rand_probably_prime(lb, ub=None):
    low, high = (max(lb, 3) // 2, max(lb, 3)) if ub is None else (max(lb, 0), max(2 * lb, ub, 3))
    while True:
        number = random.randint(low, high)
        if miller_rabin(number):
            return number

def rand_primality(size, lid, cid):
    if lid == 0 and cid < 4:
        return (30031, 561, 2, 125)[cid]
    root = int(max(size, 4) ** 0.5 + 1)
    if cid % 3 == 0:
        return rand_probably_prime(max(size, 4))
    first = rand_probably_prime(root)
    return first * (first if cid % 3 == 1 else rand_probably_prime(root))
`;
