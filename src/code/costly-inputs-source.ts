import { mutatingSource } from "./test-inputs-source.ts";

/**
 * Python that makes inputs of growing size: from the arguments of a task's tests by their types, or by a generator
 * `perf_input_gen(scale)`. The scale doubles until an input is too long to be written down. Every family is a list of
 * argument texts, from the smallest on.
 */
export const costlySource = `${mutatingSource}
wide = 2 ** 63

def varied(value, factor, draw, pool):
    if type(value) is int:
        far = draw.randint(1, max(2, min(factor, wide // 2)) * max(1, abs(value)))
        return far if value > 0 else -far if value < 0 else 0
    if type(value) is float:
        return value * draw.uniform(0.5, 1) * factor
    if type(value) is str and value:
        return "".join(draw.choice(value) for _ in value)
    return copy.deepcopy(value)

def scaled(value, factor, draw, pool, vary):
    kind = type(value)
    if kind is bool or value is None or value in ("", [], ()):
        return value
    if kind in (int, float):
        return value * factor
    if kind is str:
        return "".join(draw.choice(value) for _ in range(len(value) * factor)) if vary and value else value * factor
    if kind is list:
        made = [varied(draw.choice(value), factor, draw, pool) if vary else copy.deepcopy(one) for _ in range(factor) for one in value]
        return sorted(made) if vary and rising(value) else made
    if kind is tuple and alike(value):
        return tuple(scaled(list(value), factor, draw, pool, vary))
    if kind is tuple:
        return tuple(scaled(one, factor, draw, pool, vary) for one in value)
    return value

def alike(items):
    """A tuple of three and more of one type is taken for a sequence of any length."""
    return len(items) > 2 and len({type(one) for one in items}) == 1

def listed(value):
    return list(value) if type(value) is tuple and alike(value) else value

def rising(items):
    try:
        return len(items) > 2 and all(a <= b for a, b in zip(items, items[1:]))
    except TypeError:
        return False

def written_call(given, longest):
    if any(type(one) is int and not -wide <= one < wide for one in given):
        return None
    if isinstance(given[0], list) and any(type(one) is int and not -wide <= one < wide for one in given[0]):
        return None
    text = ", ".join(repr(one) for one in given)
    if len(text) > longest:
        return None
    return None if "nan" in text or "inf" in text else text

def scaled_families(program, entry, longest, seed):
    draw, seeds = random.Random(seed), seeds_of(program, entry)
    like = set()
    for one in seeds:
        for at, value in enumerate(one):
            like |= traits(listed(value), str(at))
    families, pool = [], {}
    for one in sorted(seeds, key=lambda given: -len(repr(given)))[:2]:
        for vary in (True, False):
            family = []
            for power in range(1, 27):
                given = [scaled(value, 2 ** power, draw, pool, vary) for value in one]
                if not set().union(*(traits(listed(value), str(at)) for at, value in enumerate(given))) <= like:
                    break
                text = written_call(given, longest)
                if text is None or text in family:
                    break
                family.append(text)
            if family not in families:
                families.append(family)
    return json.dumps([one for one in families if one])

def generated_families(reference, generators, longest):
    families = []
    out, sys.stdout = sys.stdout, io.StringIO()
    try:
        for generator in generators:
            family, scope = [], {"__name__": "generator"}
            try:
                exec(compile(reference, "<reference>", "exec", dont_inherit=True), scope)
                exec(compile("from typing import *\\n" + generator, "<generator>", "exec", dont_inherit=True), scope)
                for power in range(1, 27):
                    given = limited(lambda: scope["perf_input_gen"](2 ** power), 300000)
                    given = list(given) if type(given) is tuple else [given]
                    text = written_call(given, longest)
                    if text is None:
                        break
                    if text not in family:
                        family.append(text)
            except (Exception, TooLong):
                pass
            families.append(family)
    finally:
        sys.stdout = out
    return json.dumps([one for one in families if one])

def limited(act, steps):
    left = [steps]
    def trace(frame, event, extra):
        left[0] -= 1
        if left[0] < 0:
            raise TooLong()
        return trace
    sys.settrace(trace)
    try:
        return act()
    finally:
        sys.settrace(None)
`;
