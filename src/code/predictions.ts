import type { CodeForm } from "../core/question.ts";
import type { JudgedTask } from "./judge.ts";

/** Where the predicted value stands in a program of tests (the mark of CRUXEval-X: Xu et al. 2024, arXiv:2408.13001). */
export const hole = "????";

/**
 * Python that reads a prediction as plain data: literals only, so that nothing of it ever runs. A whole call or
 * assertion stands for the value or the arguments in it.
 */
const readingSource = `
def predicted_value(text):
    import ast
    try:
        return ast.literal_eval(text.strip())
    except (SyntaxError, ValueError):
        made = ast.parse(text.strip()).body[-1]
        compared = made.test if isinstance(made, ast.Assert) else made.value
        if isinstance(compared, ast.Compare) and len(compared.ops) == 1 and isinstance(compared.ops[0], (ast.Eq, ast.Is)):
            return ast.literal_eval(compared.comparators[0])
        raise

def predicted_call(text):
    import ast
    def whole_call(source):
        made = ast.parse(source).body[-1]
        found = made.test if isinstance(made, ast.Assert) else getattr(made, "value", None)
        found = found.left if isinstance(found, ast.Compare) else found
        named = isinstance(found, ast.Call) and isinstance(found.func, ast.Name) and found.func.id != "set"
        return found if named else None
    try:
        found = whole_call(text.strip())
    except SyntaxError:
        found = None
    if found is None:
        found = ast.parse("f(" + text.strip() + "\\n)", mode="eval").body
    if any(isinstance(one, ast.Starred) for one in found.args) or any(one.arg is None for one in found.keywords):
        raise ValueError("the arguments are not written out")
    return [ast.literal_eval(one) for one in found.args], {one.arg: ast.literal_eval(one.value) for one in found.keywords}

`;

/**
 * The task that decides about a prediction in Python: the given program with the predicted data in its hole. The answer
 * is text that is parsed, never code.
 */
export function predictionTask(form: CodeForm, program: string, answer: string): JudgedTask {
  const text = JSON.stringify(answer);
  const filled =
    form === "input-prediction"
      ? program.replace(`(${hole})`, () => `(*predicted_call(${text})[0], **predicted_call(${text})[1])`)
      : replaceLast(program, hole, `predicted_value(${text})`);
  return { answer: "", prefix: "", program: readingSource + filled, entryPoint: "" };
}

function replaceLast(text: string, part: string, by: string): string {
  const at = text.lastIndexOf(part);
  return at === -1 ? text : text.slice(0, at) + by + text.slice(at + part.length);
}
