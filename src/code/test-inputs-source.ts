/**
 * Python that mutates the arguments of tests by their types and runs a reference on them. Its random numbers come from
 * the seed alone, and steps limit a call, so that the same inputs are made on any machine.
 */
export const mutatingSource = `
import ast, copy, io, json, random, sys

class TooLong(BaseException):
    pass

def seeds_of(program, entry):
    found, tree = [], ast.parse(program)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in (entry, "candidate"):
            try:
                if node.args and not node.keywords:
                    found.append([ast.literal_eval(one) for one in node.args])
            except (ValueError, TypeError, MemoryError):
                pass
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "inputs":
            try:
                found += [list(one) for one in ast.literal_eval(node.value) if isinstance(one, (list, tuple)) and one]
            except (ValueError, TypeError, MemoryError):
                pass
    most = max((len(one) for one in found), default=0)
    return [one for one in found if len(one) == most]

def example_inputs(program, entry, count):
    texts = [", ".join(repr(value) for value in one) for one in seeds_of(program, entry)]
    return json.dumps([one for one in texts if len(one) <= 300][:count])

def kind_of(letter):
    return "letter" if letter.isalpha() else "digit" if letter.isdigit() else "space" if letter.isspace() else letter

def traits(value, path):
    """What a value is like: types, signs, emptiness, kinds of characters, each by where it stands."""
    kind = type(value).__name__
    found = {(path, kind)}
    if kind in ("int", "float"):
        found.add((path, kind, (value > 0) - (value < 0)))
    elif kind == "str":
        found |= {(path, kind, len(value) == 0)} | {(path, kind, kind_of(one)) for one in value}
    elif kind == "dict":
        found.add((path, kind, len(value) == 0))
        for key, item in value.items():
            found |= traits(key, path + "k") | traits(item, path + "v")
    elif kind in ("list", "tuple", "set"):
        found.add((path, kind, len(value) if kind == "tuple" else len(value) == 0))
        for at, item in enumerate(value):
            found |= traits(item, path + (str(at) if kind == "tuple" else "i"))
    return found

def gather(value, pool):
    pool.setdefault(type(value).__name__, []).append(value)
    inner = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else sorted(value, key=repr) if isinstance(value, set) else ()
    for one in inner:
        gather(one, pool)

def other_number(value, draw):
    return draw.choice([value + 1, value - 1, -value, value * 2, value + draw.randint(-10, 10)])

def other_text(value, draw, pool):
    at = draw.randint(0, len(value))
    piece = draw.choice(pool["str"])
    return draw.choice([value[:at] + value[at + 1:], value[:at] + value[at:at + 1] + value[at:], value[:at] + piece + value[at:],
                        value[::-1], "".join(draw.sample(value, len(value))), value.swapcase(), piece])

def other_items(items, draw, pool):
    items = list(items)
    at = draw.randrange(len(items)) if items else 0
    act = draw.choice(("drop", "repeat", "change", "change", "order", "insert"))
    if act == "drop":
        return items[:at] + items[at + 1:]
    if act == "repeat":
        return items[:at] + items[at:at + 1] + items[at:]
    if act == "order":
        return draw.sample(items, len(items))
    if act == "insert":
        name = type(items[at]).__name__ if items else None
        return items[:at] + ([copy.deepcopy(draw.choice(pool[name]))] if name else []) + items[at:]
    return items[:at] + ([mutated(items[at], draw, pool)] if items else []) + items[at + 1:]

def mutated(value, draw, pool):
    kind = type(value)
    if kind is bool:
        return not value
    if kind in (int, float):
        return other_number(value, draw)
    if kind is str:
        return other_text(value, draw, pool)
    if kind is tuple:
        at = draw.randrange(len(value)) if value else 0
        return tuple(mutated(one, draw, pool) if i == at else one for i, one in enumerate(value))
    if kind is dict:
        return dict(other_items(value.items(), draw, {**pool, "tuple": list(value.items())}))
    if kind is list:
        return other_items(value, draw, pool)
    return set(other_items(sorted(value, key=repr), draw, pool)) if kind is set else value

def has_float(value):
    if isinstance(value, dict):
        return any(has_float(one) for pair in value.items() for one in pair)
    return any(has_float(one) for one in value) if isinstance(value, (list, tuple, set, frozenset)) else isinstance(value, (float, complex))

def outcome(function, given, steps):
    left = [steps]
    def trace(frame, event, extra):
        left[0] -= 1
        if left[0] < 0:
            raise TooLong()
        return trace
    sys.settrace(trace)
    try:
        return function(*copy.deepcopy(given))
    finally:
        sys.settrace(None)

def written(value):
    text = repr(value)
    if len(text) > 2000 or repr(ast.literal_eval(text)) != text and ast.literal_eval(text) != value:
        raise ValueError("no literal")
    return text

def assertion(entry, function, given):
    value, again = outcome(function, given, 100000), outcome(function, given, 100000)
    call = entry + "(" + ", ".join(written(one) for one in given) + ")"
    text = written(value)
    if text != written(again):
        raise ValueError("another value")
    if type(value) is float:
        return "assert abs(" + call + " - " + text + ") <= 1e-6 * max(1, abs(" + text + "))"
    if has_float(value):
        raise ValueError("a number that is compared exactly")
    return "assert " + call + " == " + text

def proposed_inputs(texts, seeds):
    found, most = [], max((len(one) for one in seeds), default=0)
    for text in texts:
        for given in (text, text.split("#")[0]):
            try:
                value = list(ast.literal_eval("(" + given.strip().rstrip(",") + ",)"))
            except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
                continue
            if len(value) == most and repr(value) not in [repr(one) for one in found]:
                found.append(value)
            break
    return found

def make_inputs(reference, program, entry, count, seed, proposed):
    draw, seeds = random.Random(seed), seeds_of(program, entry)
    scope = {"__name__": "reference"}
    out, sys.stdout = sys.stdout, io.StringIO()
    made, written_by, pool, known = [], [], {}, {repr(one) for one in seeds}
    try:
        exec(compile(reference, "<reference>", "exec", dont_inherit=True), scope)
        like = set()
        for one in seeds:
            gather(one, pool)
            for at, value in enumerate(one):
                like |= traits(value, str(at))
        grown = list(seeds)
        for given in proposed_inputs(proposed, seeds):
            if repr(given) in known:
                continue
            known.add(repr(given))
            try:
                written_by.append(assertion(entry, scope[entry], given))
                grown.append(given)
            except (Exception, TooLong):
                continue
            for at, value in enumerate(given):
                gather(value, pool)
                like |= traits(value, str(at))
        for _ in range(40 * count):
            if not seeds or len(made) == count:
                break
            given = list(draw.choice(grown))
            for _ in range(draw.choice((1, 1, 2, 3))):
                at = draw.randrange(len(given))
                given[at] = mutated(copy.deepcopy(given[at]), draw, pool)
            text = repr(given)
            if text in known or len(text) > 2000 or not set().union(*(traits(one, str(at)) for at, one in enumerate(given))) <= like:
                continue
            known.add(text)
            try:
                made.append(assertion(entry, scope[entry], given))
                grown.append(given)
            except (Exception, TooLong):
                pass
    finally:
        sys.stdout = out
    return json.dumps({"seeds": len(seeds), "assertions": made, "written": written_by})
`;
