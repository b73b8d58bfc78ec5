import { handingSource } from "./python-handing.ts";
import { plainSource } from "./python-plain.ts";
import { proxySource } from "./python-proxies.ts";
import { remoteSource } from "./python-remotes.ts";
import { sayingSource } from "./python-saying.ts";
import { shownSource } from "./python-shown.ts";

/**
 * Python that runs a test program, in a process in which the answer was never loaded, and notes each assertion by
 * itself: `P` passed, `F` failed, `E` raised, `T` took too many steps. What the tests call of the answer is a proxy
 * that asks the answer's process and gets plain data back, so that what compares, what is expected and what is reported
 * are out of the program's reach. Assertions inside the test program's own `try` stay as they are, since what they
 * raise is part of the test. What a call changed in its arguments shows after the statement that made it, or at once
 * where nothing was returned.
 *
 * `broken-tests` is said before the program is asked anything, or where the tests themselves lack a library or hand
 * over what cannot be sent: nothing that the program says leads there.
 */
export const judgePrelude = `${plainSource}${remoteSource}${handingSource}${proxySource}${sayingSource}${shownSource}
import ast, types

def brief(error):
    try:
        text = error.msg if isinstance(error, SyntaxError) else str(error)
    except BaseException:
        text = ""
    return type(error).__name__ + ": " + str(text)[:300]

def empty_arrays_differ():
    # allclose([], 2.5) is true by broadcasting: no value is not a close one.
    import sys
    arrays = sys.modules.get("num" "py")
    if arrays is None:
        return
    def close_with(function, verdict):
        def close(a, b, *rest, **named):
            if (arrays.size(a) == 0) != (arrays.size(b) == 0):
                return verdict
            return function(a, b, *rest, **named)
        return close
    arrays.allclose = close_with(arrays.allclose, False)
    arrays.isclose = close_with(arrays.isclose, arrays.array([False]))

def statement(text, like):
    made = ast.parse(text).body[0]
    for node in ast.walk(made):
        if "lineno" in node._attributes:
            ast.copy_location(node, like)
    return made

# Only statements are visited: the data of tests is large.
def noted(block, inside):
    found = []
    for node in block:
        if isinstance(node, ast.Assert) and not inside:
            made = statement("try:\\n pass\\nexcept BaseException as judge_error:\\n judge_outcome(judge_error)\\nelse:\\n judge_note('P', '')", node)
            made.body = [node]
            node = made
        else:
            within = inside or isinstance(node, (ast.Try, getattr(ast, "TryStar", ast.Try)))
            for name in ("body", "orelse", "finalbody"):
                if isinstance(getattr(node, name, None), list):
                    setattr(node, name, noted(getattr(node, name), within))
            for part in [*getattr(node, "handlers", ()), *getattr(node, "cases", ())]:
                part.body = noted(part.body, within)
        bare = isinstance(node, ast.ImportFrom) and node.module == "__future__" or isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        found += [node] if bare else [statement("if judge_pending: judge_settle()", node), node]
    return found

def names_in(code):
    found = set(code.co_names)
    for one in code.co_consts:
        if isinstance(one, types.CodeType):
            found |= names_in(one)
    return found

def judge_answer(ask, answer, prefix, program, entry, of_class, limit, most_steps, output, meter):
    import builtins
    marks, first, steps, skipped = [], [], [], []
    case = Proxies(ask)

    def note(mark, detail):
        if most_steps and case.uncounted:
            mark, detail = "E", "the program replaced the counter of its steps"
        if len(marks) < limit:
            marks.append(mark)
            if most_steps:
                steps.append(case.steps if mark != "T" else None)
        case.steps, case.uncounted = 0, False
        if mark != "P" and not first:
            first.append(detail[:300])

    def outcome(error):
        if isinstance(error, TooManySteps):
            return note("T", "more than " + str(most_steps) + " steps")
        if isinstance(error, (Gone, Unsendable)):
            raise error
        note("F" if isinstance(error, AssertionError) else "E", case.details.pop(id(error), None) or brief(error))

    def bound(tree):
        found = set()
        for node in tree.body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                found.add(node.name)
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                found.update((one.asname or one.name).split(".")[0] for one in node.names)
            elif isinstance(node, (ast.Assign, ast.AnnAssign)):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                found.update(one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name))
        return found

    def run_cases(scope):
        if "unittest" not in program:
            return
        import unittest
        kinds = [one for one in scope.values() if isinstance(one, type) and issubclass(one, unittest.TestCase) and one.__module__ == "__main__"]
        class Marks(unittest.TestResult):
            def addSuccess(self, test):
                note("P", "")
            def addFailure(self, test, found):
                outcome(found[1])
            def addError(self, test, found):
                outcome(found[1])
            def addSkip(self, test, why):
                skipped.append(why)
            def addSubTest(self, test, subtest, found):
                if found is not None:
                    outcome(found[1])
        for kind in kinds:
            unittest.defaultTestLoader.loadTestsFromTestCase(kind).run(Marks())

    def run_functions(scope):
        for name, value in list(scope.items()):
            if name.startswith("test") and isinstance(value, types.FunctionType) and value.__code__.co_argcount == 0:
                try:
                    value()
                except BaseException as error:
                    outcome(error)

    try:
        tree = ast.parse(program)
        sayings = None if asserts_somewhere(tree, program) else sayings_of(tree)
        case.program, bindings = program, bound(tree)
        tree.body = noted(tree.body, False)
        tests = compile(tree, "<tests>", "exec", dont_inherit=True)
        wanted = sorted(names_in(tests) - bindings - {entry, "judge_note", "judge_outcome", "judge_pending", "judge_settle"} - set(dir(builtins)))
        scope = case.scope = globals_of_tests(program)
        if prefix:
            before = whole_of(prefix)
            shared = bound(ast.parse(before))
            exec(compile(before, "<prefix>", "exec", dont_inherit=True), scope)
            case.shared = [name for name in shared if isinstance(scope.get(name), type)]
    except BaseException as error:
        return ["broken-tests", "", brief(error), []]
    fault = case.load(answer, most_steps, output, meter)
    if fault is not None:
        return [fault[0], "", fault[1], []]
    try:
        case.bring([name for name in wanted if name not in scope], entry, of_class)
        scope.update(judge_note=note, judge_outcome=outcome, judge_pending=case.pending, judge_settle=case.settle)
        empty_arrays_differ()
        if sayings is not None:
            scope["print"] = sayings[1]
        try:
            try:
                exec(tests, scope)
            except SystemExit as error:
                if error.code not in (None, 0) or id(error) in case.details:
                    raise
            run_cases(scope)
            if not marks and not case.asked and skipped:
                return ["broken-tests", "", "the tests are skipped: " + str(skipped[0])[:200], []]
            if not marks:
                run_functions(scope)
            if not marks and sayings is not None:
                for right in sayings[0]:
                    note("P" if right else "F", "the tests print that it is wrong")
            if not marks and case.asked and ends_or_raises(tree):
                note("P", "")  # tests that raise or end the process where something is wrong
            if not marks and not asserts_somewhere(tree, program) and sayings is None and not ends_or_raises(tree):
                return ["broken-tests", "", "the tests neither assert, raise nor say whether they passed", []]
        except (Gone, Unsendable, MemoryError):
            raise  # the judge's own
        except ImportError as error:
            if id(error) in case.details or error.__context__ is not None:
                outcome(error)
            else:
                return ["broken-tests", "".join(marks), brief(error), []]
        except BaseException as error:
            if case.asked or isinstance(error, NameError):
                outcome(error)
            else:
                return ["broken-tests", "".join(marks), brief(error), []]
    except Unsendable as error:
        return ["broken-tests", "".join(marks), "the tests hand over what cannot be sent: " + str(error), []]
    except Gone:
        pass
    if case.ended is not None:
        return [case.ended[0], "", case.ended[1], steps + [None] if meter and case.ended[0] == "time-limit" else []]
    right = len(marks) > 0 and not first
    verdict = "accepted" if right else "runtime-error" if "E" in marks else "wrong-answer" if "F" in marks else "time-limit" if "T" in marks else "wrong-answer"
    return [verdict, "".join(marks), first[0] if first else "", steps]

def whole_of(prefix):
    # A signature alone is no program: its body comes with the answer.
    import ast
    try:
        ast.parse(prefix)
    except SyntaxError:
        if prefix.rstrip().endswith(":"):
            return prefix.rstrip() + " pass\\n"
    return prefix

def globals_of_tests(program):
    if "unittest" in program:
        import unittest
        unittest.main = lambda *rest, **named: None
    return {"__name__": "__main__", "__builtins__": __builtins__}

def report_of(row):
    import json
    return json.dumps(row)
`;

/** What a single judgement adds to it. */
export const judgeSource = `report = report_of(judge_answer(ask_subject, ANSWER, PREFIX, PROGRAM, ENTRY, CLASS, LIMIT, STEPS, OUTPUT, METER))`;
