import { loadingSource } from "./shown-tests.ts";

/**
 * Python that runs a test program against an answer and notes each assertion by itself: `P` passed, `F` failed, `E`
 * raised. Assertions inside the test program's own `try` stay as they are, since what they raise is part of the test.
 *
 * Against answers that would rather pass than be right: the tests have builtins and names of their own (taken before
 * the answer was loaded), an answer's names only where nothing else has them; a value that decides equality by itself,
 * with a method that the answer defined, is no right value; the report carries a word that is drawn for this run, so
 * that an early exit or a forged line is no report. What compares is in the same process as the answer, what reads the
 * report is not.
 *
 * With a limit of steps above 0 each assertion is traced: a step is a line or a call or return of the answer's own
 * Python and of library code written in Python; \`T\` marks one cut off. Work inside functions written in C (a sort, a
 * sum) is one step, so counts compare programs and do not time them.
 */
export const judgeSource = `${loadingSource}
def judge_answer(source, prefix, program, entry, limit, most_steps):
    import ast, builtins, json, sys, types
    trusted = dict(vars(builtins))
    comparing = ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__contains__", "__hash__")
    plain = (int, float, str, bool, bytes, complex, type(None))
    marks = []
    first = []

    class TooManySteps(BaseException):
        pass

    steps, count = [], [0]

    trace, seen = sys.settrace, sys.gettrace
    apart = ("<tests>", judge_answer.__code__.co_filename)

    def counting(frame, event, extra):
        if frame.f_code.co_filename in apart:
            return None
        count[0] += 1
        if count[0] > most_steps:
            count[0] = 0
            raise TooManySteps()
        return counting

    def note(mark, detail):
        if most_steps and seen() is not counting:
            mark, detail = "E", "the program replaced the counter of its steps"
            trace(counting)
        if len(marks) < limit:
            marks.append(mark)
            if most_steps:
                steps.append(count[0] if mark != "T" else None)
        count[0] = 0
        if mark != "P" and not first:
            first.append(detail[:300])

    def outcome(error):
        if isinstance(error, TooManySteps):
            trace(counting)  # what a trace function raises switches it off
            return note("T", "more than " + str(most_steps) + " steps")
        note("F" if isinstance(error, AssertionError) else "E", brief(error))

    def from_library(method):
        scope = getattr(method, "__globals__", None)
        if scope is None:
            return True
        home = sys.modules.get(scope.get("__name__"))
        spec = scope.get("__spec__")
        return home is not None and home.__dict__ is scope and getattr(spec, "origin", None) is not None

    def fair(value):
        waiting, seen = [value], set()
        while waiting:
            one = waiting.pop()
            kind = type(one)
            for name in comparing:
                for base in type.mro(kind):
                    method = type.__dict__["__dict__"].__get__(base).get(name)
                    if method is not None:
                        if not from_library(method):
                            return False
                        break
            if isinstance(one, (list, tuple, set, frozenset, dict)) and id(one) not in seen:
                seen.add(id(one))
                waiting.extend(item for item in one if type(item) not in plain)
                if isinstance(one, dict):
                    waiting.extend(item for item in one.values() if type(item) not in plain)
        return True

    def guarded(function):
        if isinstance(function, type) or not callable(function):
            return function
        def call(*args, **named):
            value = function(*args, **named)
            if not fair(value):
                raise AssertionError("the value decides equality by itself")
            return value
        return call

    class Noting(ast.NodeTransformer):
        def visit_Try(self, node):
            return node
        def visit_Assert(self, node):
            noted = ast.parse("try:\\n pass\\nexcept BaseException as judge_error:\\n judge_outcome(judge_error)\\nelse:\\n judge_note('P', '')").body[0]
            noted.body = [node]
            return ast.copy_location(noted, node)

    try:
        tests = compile(ast.fix_missing_locations(Noting().visit(ast.parse(program))), "<tests>", "exec", dont_inherit=True)
        scope = {"__name__": "tests", "__builtins__": trusted}
        if prefix:
            exec(compile(prefix, "<prefix>", "exec", dont_inherit=True), scope)
    except BaseException as error:
        return ["broken-tests", "", brief(error), []]
    try:
        answer = load_solution(source)
    except SyntaxError as error:
        return ["compile-error", "", brief(error), []]
    except MemoryError:
        raise
    except BaseException as error:
        return ["runtime-error", "", brief(error), []]
    for name, value in answer.items():
        if name not in trusted and name not in scope:
            scope[name] = guarded(value)
    if entry in answer:
        scope[entry] = guarded(answer[entry])
    scope["judge_note"] = note
    scope["judge_outcome"] = outcome
    if most_steps:
        trace(counting)
    try:
        exec(tests, scope)
    except MemoryError:
        raise
    except BaseException as error:
        outcome(error)
    trace(None)
    right = len(marks) > 0 and not first
    verdict = "accepted" if right else "runtime-error" if "E" in marks else "wrong-answer" if "F" in marks else "time-limit" if "T" in marks else "wrong-answer"
    return [verdict, "".join(marks), first[0] if first else "", steps]

def report_with(word, row):
    import json
    return json.dumps([word] + row)

WORD = report_with("WORD", judge_answer(SOURCE, PREFIX, PROGRAM, ENTRY, LIMIT, STEPS))
`;
