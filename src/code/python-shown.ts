/**
 * Python of the judge's side that runs shown tests one after the other on the answer's proxies, each in a copy of their
 * names. `assert a == b` is taken apart, so that a failure can say which value came. One row a test, or `ended` with
 * the reason why the answer's process did. Tests may import the program as `solution`.
 */
export const shownSource = `
def report_on_shown_tests(ask, source, tests, output):
    import json, sys
    case, names = Proxies(ask), set()

    def show(value):
        try:
            text = repr(value)
        except Exception:
            text = "a value of " + type(value).__name__
        return text if len(text) <= 200 else text[:197] + "..."

    def parsed(test):
        try:
            names.update(names_in(compile(test, "<tests>", "exec", dont_inherit=True)))
            return ast.parse(test), None
        except Exception as error:
            return None, str(error)[:200]

    def look(test, tree, scope):
        case.program, case.parsed, case.scope = test, None, scope
        case.pending.clear()
        scope.update(judge_pending=case.pending, judge_settle=case.settle)
        last = tree.body[-1] if tree.body else None
        compared = last.test if isinstance(last, ast.Assert) else None
        apart = isinstance(compared, ast.Compare) and len(compared.ops) == 1 and isinstance(compared.ops[0], ast.Eq)
        if apart:
            tree.body.pop()
        tree.body = noted(tree.body, True)
        exec(compile(tree, "<tests>", "exec", dont_inherit=True), scope)
        case.settle()
        if not apart:
            return ["passed", ""]
        came = eval(compile(ast.Expression(compared.left), "<tests>", "eval", dont_inherit=True), scope)
        expected = eval(compile(ast.Expression(compared.comparators[0]), "<tests>", "eval", dont_inherit=True), scope)
        if came == expected:
            return ["passed", ""]
        return ["failed", "expected " + show(expected) + ", got " + show(came)]

    def judge(test, tree, scope):
        try:
            return look(test, tree, scope)
        except Gone:
            raise
        except Unsendable as error:
            return ["malformed", "the test hands over what cannot be sent: " + str(error)]
        except BaseException as error:
            known = case.details.pop(id(error), None)
            if isinstance(error, AssertionError):
                return ["failed", str(error)[:200] or "the assertion does not hold"]
            return ["error", known or brief(error)]

    def report():
        trees = [parsed(test) for test in tests]
        fault = case.load(source, 0, output, None)
        if fault is not None and fault is not case.ended:
            return [["error", fault[1]] if tree else ["malformed", flaw] for tree, flaw in trees]
        case.scope = scope = {"__name__": "__main__", "__builtins__": __builtins__}
        case.bring(sorted(names), "", False)
        module = sys.modules["solution"] = types.ModuleType("solution")
        vars(module).update((name, scope[name]) for name in names if name in scope)
        return [judge(test, tree, dict(scope)) if tree else ["malformed", flaw] for test, (tree, flaw) in zip(tests, trees)]

    try:
        return json.dumps(report())
    except Gone:
        verdict, detail = case.ended
        return json.dumps({"ended": [{"memory-limit": "memory", "output-limit": "output-limit"}.get(verdict, "error"), detail]})
`;
