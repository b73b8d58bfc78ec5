/**
 * Python that makes mutants of a program's entry point and compares programs. `mutants` lists every single change of
 * these kinds, in the order of the text: a comparison turned into its opposite, a number one larger, an arithmetic
 * operator swapped, `and` for `or`, a condition negated, a returned value dropped.
 */
export const mutatingSource = `
import ast, copy, sys

opposite = {ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
            ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is}
swapped = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
           ast.Mod: ast.Mult, ast.Pow: ast.Mult, ast.BitXor: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd}

def changes(node):
    if isinstance(node, ast.Compare) and type(node.ops[0]) in opposite:
        def flip(one):
            one.ops[0] = opposite[type(one.ops[0])]()
        yield "comparison", flip
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        def add(one):
            one.value = one.value + 1
        yield "constant", add
    if isinstance(node, (ast.BinOp, ast.AugAssign)) and type(node.op) in swapped:
        def swap(one):
            one.op = swapped[type(one.op)]()
        yield "operator", swap
    if isinstance(node, ast.BoolOp):
        def other(one):
            one.op = ast.Or() if isinstance(one.op, ast.And) else ast.And()
        yield "and-or", other
    if isinstance(node, (ast.If, ast.While, ast.IfExp)):
        def negate(one):
            one.test = ast.UnaryOp(ast.Not(), one.test)
        yield "condition", negate
    if isinstance(node, ast.Return) and node.value is not None:
        def drop(one):
            one.value = ast.Constant(None)
        yield "return", drop

def without_docstrings(tree):
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node) is not None and len(node.body) > 1:
            node.body.pop(0)
    return tree

def mutants(source):
    tree = without_docstrings(ast.parse(source))
    made = []
    for at, node in enumerate(ast.walk(tree)):
        for which, (kind, _) in enumerate(changes(node)):
            other = copy.deepcopy(tree)
            target = [one for i, one in enumerate(ast.walk(other)) if i == at][0]
            list(changes(target))[which][1](target)
            made.append([kind, ast.unparse(ast.fix_missing_locations(other))])
    return made

def inputs_of(program, entry):
    found = []
    for node in ast.walk(ast.parse(program)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in (entry, "candidate"):
            try:
                found.append([ast.literal_eval(argument) for argument in node.args])
            except (ValueError, TypeError, MemoryError):
                pass
    return found

def near(value):
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, (int, float)):
        return [value + 1, value - 1, 0, 1, -value, value * 2]
    if isinstance(value, str):
        return [value[:-1], value[1:], value + value[:1], value[::-1], value + " a", "", value.upper()]
    if isinstance(value, (list, tuple)):
        kind = type(value)
        inner = [kind([*value[:i], other, *value[i + 1:]]) for i, item in enumerate(value[:4]) for other in near(item)[:3]]
        return [value[:-1], value[1:], value + value[:1], value[::-1], kind()] + inner
    return []

def around(inputs, most):
    made = [list(one) for one in inputs]
    for one in inputs:
        for at, value in enumerate(one):
            made += [[*one[:at], other, *one[at + 1:]] for other in near(value)]
    unique = {}
    for one in made:
        unique.setdefault(repr(one), one)
    return list(unique.values())[:most]

class TooLong(BaseException):
    pass

def outcome(source, entry, arguments, steps):
    left = [steps]
    def trace(frame, event, extra):
        left[0] -= 1
        if left[0] < 0:
            raise TooLong()
        return trace
    scope = {"__name__": "solution"}
    exec(compile(source, "<solution>", "exec"), scope)
    given = copy.deepcopy(arguments)
    sys.settrace(trace)
    try:
        return repr(scope[entry](*given))
    except TooLong:
        return "too long"
    except BaseException as error:
        return "raises " + type(error).__name__
    finally:
        sys.settrace(None)

def difference(first, second, program, entry):
    """Arguments for which the programs differ, as text; None where there are none among those tried."""
    tried = around(inputs_of(program, entry), 150)
    for arguments in tried:
        if outcome(first, entry, arguments, 20000) != outcome(second, entry, arguments, 20000):
            return repr(arguments)[:200]
    return None if tried else "nothing to try"
`;
