import type { HiddenTests } from "../core/problem.ts";
import type { CodeForm, CodeTask } from "../core/question.ts";
import type { JudgedTask, Judgement } from "./judge.ts";
import { predictedPart, whyNoData } from "./predicted-data.ts";

const noData = "a function is no plain data";

/**
 * Where the predicted value stands in a program of tests (the mark of CRUXEval-X: Xu et al. 2024, arXiv:2408.13001).
 */
export const hole = "????";

/**
 * Python that reads a prediction as plain data: literals, sums and products of them, and calls that build data
 * (`dict`, `range`, a method of a text), so that nothing else of it ever runs. A whole call or assertion stands for
 * the value or the arguments in it. A function is no data: that is said in words that {@link isNoData} finds.
 */
const readingSource = `
def predicted_data(node):
    import ast
    kinds = {"dict": dict, "list": list, "set": set, "frozenset": frozenset, "tuple": tuple, "range": range, "str": str,
             "int": int, "float": float, "bool": bool, "bytes": bytes, "complex": complex}
    if any(isinstance(one, ast.Lambda) for one in ast.walk(node)):
        raise ValueError("${noData}")
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mult)):
        left, right = predicted_data(node.left), predicted_data(node.right)
        return left + right if isinstance(node.op, ast.Add) else left * right
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        items = [predicted_data(one) for one in node.elts]
        return items if isinstance(node, ast.List) else tuple(items) if isinstance(node, ast.Tuple) else set(items)
    if isinstance(node, ast.Dict):
        return {predicted_data(key): predicted_data(value) for key, value in zip(node.keys, node.values)}
    if isinstance(node, ast.Call) and not any(isinstance(one, ast.Starred) for one in node.args):
        given = [predicted_data(one) for one in node.args]
        named = {one.arg: predicted_data(one.value) for one in node.keywords}
        if isinstance(node.func, ast.Name) and node.func.id in kinds:
            return kinds[node.func.id](*given, **named)
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("join", "split", "strip", "lower", "upper", "replace"):
            text = predicted_data(node.func.value)
            if isinstance(text, str):
                return getattr(text, node.func.attr)(*given)
    return ast.literal_eval(node)

def predicted_value(text):
    import ast
    made = ast.parse(text.strip()).body[-1]
    found = made.test if isinstance(made, ast.Assert) else made.value
    if isinstance(found, ast.Compare) and len(found.ops) == 1 and isinstance(found.ops[0], (ast.Eq, ast.Is)):
        found = found.comparators[0]
    return predicted_data(found)

def predicted_call(text):
    import ast
    def whole_call(source):
        made = ast.parse(source).body
        found = made[-1].test if made and isinstance(made[-1], ast.Assert) else getattr(made[-1], "value", None) if made else None
        found = found.left if isinstance(found, ast.Compare) else found
        named = isinstance(found, ast.Call) and isinstance(found.func, ast.Name) and found.func.id in ("f", "candidate")
        return found if named else None
    try:
        found = whole_call(text.strip())
    except SyntaxError:
        found = None
    if found is None:
        found = ast.parse("f(" + text.strip() + "\\n)", mode="eval").body
    if any(isinstance(one, ast.Starred) for one in found.args) or any(one.arg is None for one in found.keywords):
        raise ValueError("the arguments are not written out")
    return [predicted_data(one) for one in found.args], {one.arg: predicted_data(one.value) for one in found.keywords}

`;

/** Is what was predicted something that cannot be read as data? That says nothing about its being right. */
export const isNoData = ({ detail }: Pick<Judgement, "detail">): boolean => detail.includes(noData);

/**
 * The task that decides about a prediction: the given program with the predicted data in its hole. In Python the
 * answer is text that is parsed at run time; elsewhere it stands in the program, once it was read as plain data. What
 * is no data is wrong.
 */
export function predictionTask(
  language: string,
  { form, entryPoint = "" }: CodeTask,
  { prefix, program }: Pick<HiddenTests, "prefix" | "program">,
  answer: string,
): JudgedTask | Judgement {
  if (language === "python") return pythonTask(form, `${prefix}${program}`, answer);
  const part = predictedPart(answer, program, hole);
  const why = whyNoData(language, part, form === "output-prediction");
  if (why !== null) return { verdict: "wrong-answer", tests: "", detail: `the prediction is no plain data: ${why}` };
  return { answer: "", prefix, program: replaceLast(program, hole, part), entryPoint };
}

function pythonTask(form: CodeForm | undefined, program: string, answer: string): JudgedTask {
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
