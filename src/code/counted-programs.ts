import type { InputExample } from "../core/question.ts";

/** The function that a program which reads standard input becomes, so that what it costs can be counted. */
const name = "run_program";

/** A program as a function from what it reads to what it writes; it is compiled once, which is not counted. */
export const asFunction = (source: string): string => `import io as judge_io, sys as judge_sys
judge_code = compile(${JSON.stringify(source)}, "<answer>", "exec")

def ${name}(text):
    kept = judge_sys.stdin, judge_sys.stdout
    written = judge_io.TextIOWrapper(judge_io.BytesIO(), encoding="utf-8", write_through=True)
    judge_sys.stdin = judge_io.TextIOWrapper(judge_io.BytesIO(text.encode()), encoding="utf-8")
    judge_sys.stdout = written
    try:
        exec(judge_code, {"__name__": "__main__"})
    except SystemExit as error:
        if error.code not in (None, 0):
            raise
    finally:
        judge_sys.stdin, judge_sys.stdout = kept
    return written.buffer.getvalue().decode()
`;

/** Tests of that function, one assertion a case; of a case without an output, only that it comes to its end. */
export const countedCases = (cases: readonly (Pick<InputExample, "input"> & Partial<InputExample>)[]): string =>
  `def lines_of(text):
    lines = [" ".join(line.split()) for line in text.split("\\n")]
    while lines and lines[-1] == "":
        lines.pop()
    return lines

${cases.map(({ input, output }) => assertion(JSON.stringify(input), output)).join("\n")}
`;

const assertion = (input: string, output: string | undefined): string =>
  output === undefined
    ? `assert (${name}(${input}), True)[1]`
    : `assert lines_of(${name}(${input})) == lines_of(${JSON.stringify(output)})`;

export const countedEntry = name;
