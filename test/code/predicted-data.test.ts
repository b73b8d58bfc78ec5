import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { predictedPart, readsPredictions, whyNoData } from "../../src/code/predicted-data.ts";
import { hole } from "../../src/code/predictions.ts";

/** What published rows of each language have in their holes. */
const data: Readonly<Record<string, readonly string[]>> = {
  javascript: ["[[4, 1], -2.5]", '{"a": [1, "b"], "c": undefined}', "'it\\'s'", "`a\nb`"],
  typescript: ['{"a": 1}', "[true, null]"],
  java: [
    '(new ArrayList<String>(Arrays.asList((String)" ", (String)"a,b")))',
    '(new HashMap<String,Long>(Map.of("l", 1l, "t", 2l)))',
    "(new ArrayList<Pair<Long, Long>>(Arrays.asList((Pair<Long, Long>)Pair.with(4l, 1l))))",
    "(-1l)",
  ],
  cpp: [
    '(std::vector<std::string>({(std::string)" ", (std::string)"<b>"}))',
    '(std::map<std::string,std::vector<long>>({{"a", {1, 2}}}))',
    "(std::make_tuple(1, 2))",
  ],
  csharp: ['(new List<string>(new string[]{(string)" ", (string)"x"}))', "(Tuple.Create(0L, 'c'))"],
  go: ['map[string]int{"a": 1}', "[]interface{}{0, `x`}", "[][]int{[]int{1}}"],
  d: ['["l": 1L, "t": 2L].nullable', "tuple(1L, [2L])", "Nullable!(long[string]).init"],
  rust: [
    'vec![String::from("a"), String::from("b")]',
    'HashMap::from([(String::from("a"), 1)])',
    "Vec::<isize>::new()",
  ],
  php: ['array("a" => 1, "b" => array())', '"costs 5$"', "null"],
  ruby: ['{"a" => [1, nil]}', '"a#b"'],
  lua: ["{['a'] = 1, ['b'] = {2}}", "{{4, 1}, {}}"],
  perl: ['{"a" => [1, undef]}', '"a@ b"'],
  r: ["list('a' = c(1, 2), 'b' = c())", "TRUE"],
  racket: ['(list (list 4 1) #t "a b")', '#hash(("a" . 1))', "#f"],
  bash: ['"0 xx"', "'$(id)'", "-1", "a.b"],
};

/** What computes, compares, looks up, ends the assertion, or brings an argument of its own to it. */
const tricks: Readonly<Record<string, readonly string[]>> = {
  javascript: [
    "f(1)",
    "1) || (1",
    "[1] || [2]",
    "() => 1",
    `\`\${f(1)}\``,
    "1, 'message'",
    "test",
    "1 // x",
    "{toString: f}",
    "[-2.f(1)]",
  ],
  typescript: ["f(1)", "1 as any || 2", "candidate(1)"],
  java: [
    "f(1l)",
    "(1l)) || (1l).equals((1l)",
    "(1l) == (1l)",
    "new Object(){{f(1l);}}",
    "(Object)null, 1",
    "1l; System.exit(0)",
  ],
  cpp: [
    "f(1)",
    "5 < 7",
    "1 || 1",
    "(1, f(1))",
    "[]{return 1;}()",
    "1); exit(0); (1",
    "candidate(1)",
    "1 == 1",
    "std::vector<long>{1} < 2",
  ],
  csharp: ["F(1L)", "1L == 1L", "1L) || (1L", "new Func<long>(() => 1L)()"],
  go: ["f(1)", "candidate(1)", "tests[0].actual", "1}, {actual: 1, expected: 1", "func() int { return 1 }()"],
  d: ["f(1L)", "candidate(1L)", "1L || true", "mixin(`1`)", "{ return 1; }()", "2.f(1)"],
  rust: ["f(1)", "candidate(1)", "{ std::process::exit(0) }", "1 < 2", 'panic!("x")', "1, 2"],
  php: [
    "f(1)",
    "candidate(1)",
    "1 || true",
    '"$array"',
    '"{$x}"',
    "1 => 2",
    "`id`",
    "1) { } if (1",
    '"f"(1)',
    '["f"][0](1)',
    '("f") (1)',
  ],
  ruby: ["f(1)", "candidate.call(1)", '"#{f(1)}"', "1, 1", "`id`", "1 == 1", "exit!"],
  lua: ["f(1)", "candidate(1)", "1, 1", "1 == 1", "os.exit(0)", "function() end", "1 or 2"],
  perl: ["f(1)", "$candidate->(1)", '"@{[exit 0]}"', '"$x"', "1, 1", "qx(id)", "1 || 1"],
  r: [
    "f(1)",
    "candidate(1)",
    "1, tolerance = 1e9",
    "1, 100",
    "1) || TRUE || (1",
    "function(x) x",
    "quit('no', 0)",
    "'f'(1)",
  ],
  racket: ["(f 1)", "(candidate 1)", "1 1000", "(list 1) 9", "(exit 0)", "1) (check-true #t"],
  bash: ["$(f 1)", '"$1"', '"`id`"', "*", "?", "[a-z]", '"a" ]] || [[ "a"', "a b", "a;exit", '"a" "b"'],
};

describe("plain data", () => {
  it.each(Object.keys(data))("of %s is read, and nothing that runs", (language) => {
    expect(readsPredictions(language)).toBe(true);
    for (const text of data[language] ?? []) expect([text, whyNoData(language, text, true)]).toEqual([text, null]);
    for (const text of tricks[language] ?? [])
      expect([text, whyNoData(language, text, true)]).not.toEqual([text, null]);
  });

  it("may be several values where arguments are asked for, or none", () => {
    for (const [language, text] of [
      ["javascript", '"a", [1]'],
      ["cpp", '(std::string)"a", (long)-1'],
      ["racket", '"a" (list 1)'],
      ["bash", '"a" "b c"'],
      ["ruby", ""],
    ] as const) {
      expect(whyNoData(language, text, false)).toBeNull();
      expect(whyNoData(language, text, true)).not.toBeNull();
    }
    expect(whyNoData("julia", "1", true)).toBe("predictions in julia cannot be read");
  });

  it("holds no call of the program, wherever it is hidden", () => {
    const calls = ["f(1)", "(f 1)", "candidate(1)", "$(f 1)", "F(1)", "$candidate->(1)"];
    const literal = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|(?<!\w)\d+/g;
    const cases = Object.entries(data).flatMap(([language, texts]) => texts.map((text) => [language, text] as const));
    fc.assert(
      fc.property(fc.constantFrom(...cases), fc.constantFrom(...calls), fc.nat(), ([language, text], call, seed) => {
        const places = [...text.matchAll(literal)];
        const found = places[seed % Math.max(1, places.length)];
        if (found === undefined) return;
        const changed = `${text.slice(0, found.index)}${call}${text.slice(found.index + found[0].length)}`;
        expect(whyNoData(language, changed, false)).not.toBeNull();
      }),
    );
  });
});

describe("what is predicted", () => {
  const tests = `int main() {\n    assert(candidate((1)) == ${hole});\n}\n`;
  it.each([
    ["(2)", "(2)"],
    [" (2) ;\n", "(2)"],
    ["assert(candidate((1)) == (2));", "(2)"],
    ["assert( candidate( (1) )==(2) )", "(2)"],
    ["assert(candidate((7)) == (2));", "assert(candidate((7)) == (2))"],
  ])("%j is %j", (answer, part) => {
    expect(predictedPart(answer, tests, hole)).toBe(part);
  });
});
