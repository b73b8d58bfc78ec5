import type { JudgedTask } from "../../../src/code/judge.ts";
import { insideOf, type Kind } from "./kinds.ts";
import { type MoreLanguage, writtenIn } from "./more.ts";
import type { EarlyLanguage, Task, Value } from "./tasks.ts";
import type { Form as TypedForm } from "./written.ts";

export type TriedLanguage = EarlyLanguage | MoreLanguage;

const isMap = (value: Value): value is { readonly map: Readonly<Record<string, Value>> } =>
  typeof value === "object" && value !== null && !Array.isArray(value) && "map" in value;
const isFloat = (value: Value): value is { readonly float: number } =>
  typeof value === "object" && value !== null && "float" in value;

interface Form {
  readonly text: (text: string) => string;
  readonly word: (value: boolean | null) => string;
  readonly list: (parts: readonly string[], values: readonly Value[]) => string;
  readonly map: (rows: readonly (readonly [string, string])[]) => string;
  readonly prompt: (task: Task) => string;
  readonly closing: string;
  /** The body as it stands in the function, where that is not as it is. */
  readonly whole: (task: Task, body: string) => string;
  readonly tests: (task: Task, cases: readonly (readonly [string[], string])[]) => string;
}

const quoted = (text: string): string => JSON.stringify(text);
const dollars = (names: readonly string[]) => names.map((name) => `$${name}`).join(", ");

/** How each language writes values, prompts and tests, in MultiPL-E's form. */
const forms: Readonly<Record<EarlyLanguage, Form>> = {
  php: {
    text: quoted,
    word: (value) => String(value),
    list: (parts) => `array(${parts.join(", ")})`,
    map: (rows) => `array(${rows.map(([key, value]) => `${key} => ${value}`).join(", ")})`,
    prompt: ({ name, parameters }) => `<?php\n// Does it.\nfunction ${name}(${dollars(parameters)}) {\n`,
    closing: "\n}\n",
    whole: ({ name, parameters }, body) => `<?php\nfunction ${name}(${dollars(parameters)}) {\n    ${body}\n}\n`,
    tests: ({ name }, cases) =>
      `function candidate(...$args) {\n    return ${name}(...$args);\n}\n\nfunction test(): void {\n${cases
        .map(
          ([given, wanted]) =>
            `    if (candidate(${given.join(", ")}) !== ${wanted}) { throw new Exception("Test failed!"); }`,
        )
        .join("\n")}\n}\n\ntest();`,
  },
  ruby: {
    text: quoted,
    word: (value) => (value === null ? "nil" : String(value)),
    list: (parts) => `[${parts.join(", ")}]`,
    map: (rows) => `{${rows.map(([key, value]) => `${key} => ${value}`).join(", ")}}`,
    prompt: ({ name, parameters }) => `# Does it.\ndef ${name}(${parameters.join(", ")})\n`,
    closing: "\nend\n",
    whole: ({ name, parameters }, body) => `def ${name}(${parameters.join(", ")})\n  ${body}\nend\n`,
    tests: ({ name }, cases) =>
      `require 'test/unit'\nclass TestHumanEval < Test::Unit::TestCase\n  def test_${name}\n    candidate = method(:${name})\n${cases
        .map(([given, wanted]) => `    assert_equal(${wanted}, candidate.call(${given.join(", ")}))`)
        .join("\n")}\n  end\nend\n`,
  },
  lua: {
    text: (text) => quoted(text),
    word: (value) => (value === null ? "nil" : String(value)),
    list: (parts) => `{${parts.join(", ")}}`,
    map: (rows) => `{${rows.map(([key, value]) => `[${key}] = ${value}`).join(", ")}}`,
    prompt: ({ name, parameters }) => `-- Does it.\nlocal function ${name}(${parameters.join(", ")})\n`,
    closing: "\nend\n",
    whole: ({ name, parameters }, body) => `local function ${name}(${parameters.join(", ")})\n  ${body}\nend\n`,
    tests: ({ name }, cases) =>
      `lu = require('luaunit')\n\nfunction test_humaneval()\nlocal candidate = ${name}\n${cases
        .map(([given, wanted]) => `    lu.assertEquals(candidate(${given.join(", ")}), ${wanted})`)
        .join("\n")}\nend\n\nos.exit(lu.LuaUnit.run())`,
  },
  perl: {
    text: (text) => quoted(text).replace(/[$@]/g, "\\$&"),
    word: (value) => (value === null ? "undef" : value ? "1" : '""'),
    list: (parts) => `[${parts.join(", ")}]`,
    map: (rows) => `{${rows.map(([key, value]) => `${key} => ${value}`).join(", ")}}`,
    prompt: ({ name, parameters }) => `# Does it.\nsub ${name} {\n    my(${dollars(parameters)}) = @_;\n`,
    closing: "\n}\n",
    whole: ({ name, parameters }, body) => `sub ${name} {\n    my(${dollars(parameters)}) = @_;\n    ${body}\n}\n`,
    tests: ({ name }, cases) =>
      `use Test::Deep;\n\n\nsub testhumaneval {\n    my $candidate = \\&${name};\n${cases
        .map(
          ([given, wanted]) =>
            `        if(eq_deeply($candidate->(${given.join(", ")}),${wanted})) {\n        print "ok!" }else{\n        exit 1;\n        }`,
        )
        .join("\n")}\n}\n\ntesthumaneval();`,
  },
  r: {
    text: quoted,
    word: (value) => (value === null ? "NULL" : value ? "TRUE" : "FALSE"),
    list: (parts, values) => `${values.some(Array.isArray) ? "list" : "c"}(${parts.join(", ")})`,
    map: (rows) => `list(${rows.map(([key, value]) => `${key} = ${value}`).join(", ")})`,
    prompt: ({ name, parameters }) => `# Does it.\n${name} <- function(${parameters.join(", ")}) {\n`,
    closing: "\n}\n",
    whole: ({ name, parameters }, body) => `${name} <- function(${parameters.join(", ")}) {\n  ${body}\n}\n`,
    tests: ({ name }, cases) =>
      `test_humaneval <- function() {\ncandidate <- ${name}\n${cases
        .map(([given, wanted]) => `    if(!identical(candidate(${given.join(", ")}), ${wanted})){quit('no', 1)}`)
        .join("\n")}\n}\ntest_humaneval()`,
  },
  racket: {
    text: quoted,
    word: (value) => (value === true ? "#t" : "#f"),
    list: (parts) => `(list ${parts.join(" ")})`,
    map: (rows) => `#hash(${rows.map(([key, value]) => `(${key} . ${value})`).join(" ")})`,
    prompt: ({ name, parameters }) => `#lang racket\n\n;; Does it.\n(define (${name} ${parameters.join(" ")})\n`,
    closing: ")\n",
    whole: ({ name, parameters }, body) => `#lang racket\n(define (${name} ${parameters.join(" ")})\n  ${body})\n`,
    tests: ({ name }, cases) =>
      `(require rackunit)\n\n(define (test-humaneval) \n\n  (let (( candidate ${name}))\n${cases
        .map(([given, wanted]) => `    (check-within (candidate ${given.join(" ")}) ${wanted} 0.001)`)
        .join("\n")}\n))\n\n(test-humaneval)`,
  },
};

function written(value: Value, form: Form): string {
  if (value === null || typeof value === "boolean") return form.word(value);
  if (typeof value === "string") return form.text(value);
  if (typeof value === "number") return String(value);
  if (isFloat(value)) return Number.isInteger(value.float) ? `${value.float}.0` : String(value.float);
  if (isMap(value))
    return form.map(Object.entries(value.map).map(([key, one]) => [form.text(key), written(one, form)]));
  return form.list(
    value.map((one) => written(one, form)),
    value,
  );
}

/** A value as a language with types writes it where this kind is wanted. */
function writtenAs(value: Value, form: TypedForm, kind: Kind): string {
  if (kind === "maybe" && value !== null) return (form.some ?? String)(writtenAs(value, form, "int"));
  if (value === null || typeof value === "boolean") return form.word(value);
  if (typeof value === "string") return form.text(value);
  if (typeof value === "number" && kind !== "float") return (form.int ?? String)(value);
  const number = typeof value === "number" ? value : isFloat(value) ? value.float : null;
  if (number !== null) return Number.isInteger(number) ? `${number}.0` : String(number);
  const inside = insideOf(kind) ?? kind;
  if (isMap(value))
    return form.map(Object.entries(value.map).map(([key, one]) => [form.text(key), writtenAs(one, form, inside)]));
  return form.list(
    (value as readonly Value[]).map((one) => writtenAs(one, form, inside)),
    kind,
  );
}

/** The task in a language, without an answer. */
export function taskIn(language: TriedLanguage, task: Task): Omit<JudgedTask, "answer"> {
  const typed = writtenIn(language)?.form;
  const form = typed ?? forms[language as EarlyLanguage];
  const write = (value: Value, i: number) =>
    typed === undefined
      ? written(value, forms[language as EarlyLanguage])
      : writtenAs(value, typed, task.kinds.at(i) ?? "int");
  const cases = task.cases.map(({ given, wanted }) => [given.map(write), write(wanted, -1)] as [string[], string]);
  return { entryPoint: task.name, prefix: form.prompt(task), program: form.tests(task, cases) };
}

const bodyIn = (language: TriedLanguage, task: Task): string =>
  writtenIn(language)?.bodies[task.name] ?? task.bodies[language as EarlyLanguage];

/** The answer that goes on from the prompt, and the whole function. */
export function answersIn(language: TriedLanguage, task: Task, body = bodyIn(language, task)) {
  const form = writtenIn(language)?.form ?? forms[language as EarlyLanguage];
  return {
    completion: `${writtenIn(language)?.form.opening ?? ""}  ${body}${form.closing}`,
    whole: form.whole(task, body),
  };
}

/**
 * Another function's body with this one's parameters: a wrong answer that is a program of its own. With types: the
 * value of the first case for all.
 */
export function wrongBody(language: TriedLanguage, task: Task, other: Task): string {
  const typed = writtenIn(language)?.form;
  const first = task.cases[0]?.wanted ?? null;
  if (typed !== undefined) return typed.returning(writtenAs(first, typed, task.kinds.at(-1) ?? "int"));
  let body = bodyIn(language, other).replaceAll(other.name, `${task.name}`);
  for (const [i, parameter] of other.parameters.entries()) {
    const own = task.parameters[Math.min(i, task.parameters.length - 1)] ?? parameter;
    body = body.replace(new RegExp(`(?<![\\w.>-])${parameter}(?![\\w])`, "g"), own);
  }
  return body;
}
