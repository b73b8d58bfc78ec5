/**
 * Python that turns a value into canonical text and an exception into a trimmed traceback; every Python runtime carries
 * it, so that they agree. Whole numbers are exact at any size, `Fraction(3, 4)` is "3/4", a float is its shortest form
 * with whole floats below 10^16 written as integers ("18"), booleans are "True" and "False", text stands as it is at
 * the top and quoted inside a list, tuples are written as lists, sets are sorted by their text, `None` is no value.
 * NumPy values become plain ones and SymPy values their `str`.
 */
export const pythonValues = `
import sys, traceback, linecache, ast
from fractions import Fraction
from decimal import Decimal

class NoValue(Exception):
    pass

def number_text(value):
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        value = float(value)
        if value.is_integer() and abs(value) < 1e16:
            return str(int(value))
        return float.__repr__(value)
    if isinstance(value, Fraction):
        bottom = value.denominator
        return str(value.numerator) if bottom == 1 else str(value.numerator) + "/" + str(bottom)
    if not value.is_finite() or abs(value.adjusted()) > 60:
        return str(value)
    plain = format(value, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain

def canonical(value, nested=False):
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, (int, float, Fraction, Decimal)):
        return number_text(value)
    if isinstance(value, str):
        return str.__repr__(value) if nested else str.__str__(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join([canonical(item, True) for item in value]) + "]"
    if isinstance(value, (set, frozenset)):
        return "{" + ", ".join(sorted([canonical(item, True) for item in value])) + "}"
    if isinstance(value, dict):
        pairs = [canonical(key, True) + ": " + canonical(item, True) for key, item in value.items()]
        return "{" + ", ".join(pairs) + "}"
    home = (type(value).__module__ or "").split(".")[0]
    if home == "numpy" and hasattr(value, "tolist"):
        return canonical(value.tolist(), nested)
    return str(value)

def read_result(scope, wanted):
    if wanted is None:
        return None
    name = wanted.get("call") or wanted.get("variable")
    if name not in scope:
        raise NoValue("The program defines no " + ("function " if "call" in wanted else "variable ") + repr(name))
    value = scope[name]
    if "call" in wanted:
        if not callable(value):
            raise NoValue(repr(name) + " is not a function")
        value = value()
    return None if value is None else canonical(value)

def trimmed(error):
    try:
        frames = error.__traceback__
        while frames is not None and frames.tb_frame.f_code.co_filename[:6] not in ("<progr", "<cell "):
            frames = frames.tb_next
        if isinstance(error, NoValue):
            return "NameError: " + str(error)
        return "".join(traceback.format_exception(type(error), error, frames, limit=-8, chain=False)).strip()
    except BaseException:
        return type(error).__name__

def exit_status(error):
    code = error.code
    if code is None or code == 0:
        return ("ok", "")
    return ("error", "SystemExit: " + (str(code) if isinstance(code, (int, str)) else type(code).__name__))

def judge(error):
    if isinstance(error, SystemExit):
        return exit_status(error)
    if isinstance(error, MemoryError):
        return ("memory", "MemoryError: the program used more memory than it was given")
    return ("error", trimmed(error))

def remember(source, name):
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)

def run_source(source, scope):
    remember(source, "<program>")
    exec(compile(source, "<program>", "exec", dont_inherit=True), scope)

def run_cell(source, scope, number):
    name = "<cell " + str(number) + ">"
    remember(source, name)
    tree = compile(source, name, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, name, "exec", dont_inherit=True), scope)
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), name, "eval", dont_inherit=True), scope)

def outcome_of(request, scope, number):
    if number == 0:
        run_source(request["source"], scope)
        return read_result(scope, request["result"])
    value = run_cell(request["source"], scope, number)
    if request["result"] is not None:
        return read_result(scope, request["result"])
    return None if value is None else canonical(value)
`;
