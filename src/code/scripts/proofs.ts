import type { ScriptLanguage } from "../../core/execution.ts";

const proof = (prefix: string, program: string, answer: (factor: number) => string) => ({
  ...{ entryPoint: "twice", prefix, program, right: answer(2), wrong: answer(3) },
});

/** Proofs of the scripting languages' runtimes, in MultiPL-E's form. */
export const scriptProofs: Readonly<Record<ScriptLanguage, ReturnType<typeof proof>>> = {
  php: proof(
    "<?php\nfunction twice($x) {\n",
    "if (twice(21) !== 42) { throw new Exception('not equal'); }\n",
    (factor) => `    return ${factor} * $x;\n}\n`,
  ),
  ruby: proof(
    "def twice(x)\n",
    "require 'test/unit'\nclass Proof < Test::Unit::TestCase\n  def test_twice = assert_equal(42, twice(21))\nend\n",
    (factor) => `  ${factor} * x\nend\n`,
  ),
  lua: proof(
    "local function twice(x)\n",
    "lu = require('luaunit')\nfunction test_twice() lu.assertEquals(twice(21), 42) end\nos.exit(lu.LuaUnit.run())\n",
    (factor) => `  return ${factor} * x\nend\n`,
  ),
  perl: proof(
    "sub twice {\n    my($x) = @_;\n",
    "use Test::Deep;\nexit 1 unless eq_deeply(twice(21), 42);\n",
    (factor) => `    return ${factor} * $x;\n}\n`,
  ),
  r: proof(
    "twice <- function(x) {\n",
    "if (!identical(twice(21), 42)) { quit('no', 1) }\n",
    (factor) => `  ${factor} * x\n}\n`,
  ),
  bash: proof(
    "#!/bin/bash\ntwice() {\n",
    '}\n\nset -e\nrun_test() {\n    [[ $(twice "21") = "42" ]]\n}\n\nrun_test',
    (factor) => `    echo $((${factor} * $1))\n}\n`,
  ),
  ocaml: proof("let twice (x : int) : int =\n", "let () = assert (twice 21 = 42)\n", (factor) => `  ${factor} * x\n`),
  racket: proof(
    "#lang racket\n(define (twice x)\n",
    "(require rackunit)\n(check-within (twice 21) 42 0.001)\n",
    (factor) => `  (* ${factor} x))\n`,
  ),
};
