import { plainSource } from "./python-plain.ts";

/**
 * Python that loads a program as the module `solution`: what is under `if __name__ == "__main__"` does not run, and the
 * program does not see the names of what tests it. `brief` is an exception in one line, with the line of the program
 * where it was raised.
 */
const loadingSource = `
def load_solution(source):
    import sys, types
    module = types.ModuleType("solution")
    sys.modules["solution"] = module
    exec(compile(source, "<solution>", "exec", dont_inherit=True), module.__dict__)
    return module.__dict__

def brief(error):
    line = getattr(error, "lineno", None) if isinstance(error, SyntaxError) else None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<solution>":
            line = trace.tb_lineno
        trace = trace.tb_next
    try:
        text = error.msg if isinstance(error, SyntaxError) else str(error)
    except BaseException:
        text = ""
    where = "" if line is None else " (line " + str(line) + ")"
    return type(error).__name__ + ": " + str(text)[:300] + where
`;

/**
 * Python that holds an answer and replies to the judge's questions about it: it loads the program, calls what the tests
 * call, and says in plain data what came: the value, what was raised, what was written, how arguments changed. It knows
 * no test and no expected value; a program that takes it over can say other plain data, and nothing else.
 *
 * What is not plain (an object of the program's own) stays here and gets a number, a handle, by which the tests can go
 * on to use it.
 */
export const subjectSource = `${loadingSource}${plainSource}
def answering():
    import builtins, io, json, operator, sys, time
    dumps, loads, text_of, fault = json.dumps, json.loads, str, brief
    trace, seen = sys.settrace, sys.gettrace
    handles, numbers, made = [], {}, {}
    answer, brought = [{}], {}
    stubs, stub_numbers, returns, noted = {}, {}, {}, []
    limits = {"steps": 0, "meter": False, "output": 0, "shared": ()}
    resolution, clock, nearest = time.clock_getres, time.CLOCK_MONOTONIC, round
    specials = ("__len__", "__getitem__", "__setitem__", "__delitem__", "__iter__", "__next__", "__call__", "__enter__",
                "__exit__", "__add__", "__sub__", "__mul__", "__truediv__", "__floordiv__", "__mod__", "__pow__",
                "__and__", "__or__", "__xor__", "__neg__", "__matmul__")
    own = {id(value) for value in vars(builtins).values()}

    class Flood(BaseException):
        pass

    class TooManySteps(BaseException):
        pass

    class Written(io.StringIO):
        def write(self, text):
            if self.tell() + len(text) > limits["output"]:
                raise Flood()
            return io.StringIO.write(self, text)

    written = Written()
    count = [0]
    apart = ("<program>",)

    def counting(frame, event, extra):
        if frame.f_code.co_filename in apart:
            return None
        count[0] += 1
        if count[0] > limits["steps"]:
            count[0] = 0
            raise TooManySteps()
        return counting

    def keep(value):
        number = numbers.get(id(value))
        if number is None:
            number = numbers[id(value)] = len(handles)
            handles.append(value)
        return number

    def described(kind):
        known = made.get(id(kind))
        if known is not None:
            return {"k": known["k"]}
        line = [base for base in type.mro(kind) if base is not object]
        info = made[id(kind)] = {"k": keep(kind), "n": text_of(kind.__name__),
            "u": [described(base) for base in kind.__bases__ if id(base) not in own and isinstance(base, type)],
            "x": next((base.__name__ for base in line if id(base) in own and issubclass(base, BaseException)), None),
            "h": [name for name in specials if any(name in vars(base) for base in line)]}
        return info

    def stub_of(number):
        def stub(*given, **named):
            noted.append([number, [encode(one) for one in given], {key: encode(one) for key, one in named.items()}])
            return decode(returns[number])
        return stub

    def opaque(value):
        kind = type(value)
        if id(value) in stub_numbers:
            return {"stub": [stub_numbers[id(value)]]}
        if isinstance(value, type):
            return {"class": described(value)}
        name = kind.__name__
        if name in limits["shared"] and answer[0].get(name) is kind:
            return {"o": ["", name, [[key, encode(item)] for key, item in vars(value).items()]]}
        if id(kind) in brought:
            where, name = brought[id(kind)]
            return {"o": [where, name, [[key, encode(item)] for key, item in vars(value).items()]]}
        if kind.__name__ in ("function", "builtin_function_or_method", "method"):
            return {"fn": [keep(value), text_of(getattr(value, "__name__", "")), is_async(value)]}
        if kind.__name__ == "module":
            return {"mod": text_of(value.__name__)}
        if isinstance(value, BaseException):
            return {"x": [keep(value), described(kind), [encode(item) for item in value.args]]}
        return {"h": [keep(value), described(kind)]}

    def is_async(value):
        code = getattr(value, "__code__", None)
        return bool(code is not None and code.co_flags & 0x80)

    def space(text):
        if text == "":
            return answer[0]
        if text not in made:
            made[text] = scope = {"__name__": "given"}
            exec(compile(text, "<given>", "exec", dont_inherit=True), scope)
        return made[text]

    def revive(tag, body):
        if tag == "h":
            return handles[body]
        if tag == "stub":
            number, returns[body[0]] = body[0], body[1]
            if number not in stubs:
                stubs[number] = stub_of(number)
                stub_numbers[id(stubs[number])] = number
            return stubs[number]
        if tag == "src":
            where, expression = body
            return eval(compile(expression, "<given>", "eval", dont_inherit=True), space(where))
        if tag == "o":
            where, name, rows = body
            kind = space(where)[name]
            if where != "":
                brought[id(kind)] = (where, name)
            value = kind.__new__(kind)
            vars(value).update((key, decode(item)) for key, item in rows)
            return value
        raise ValueError("no such value")

    encode, decode = plain_codec(opaque, revive, False)

    def run_async(value):
        try:
            value.send(None)
        except StopIteration as end:
            return end.value
        raise RuntimeError("the program waits for something that never comes")

    def mutable(data):
        return isinstance(data, (list, dict)) and "h" not in data and "src" not in data

    def call(question):
        target = handles[question["c"]]
        if question.get("n") is not None:
            target = getattr(target, question["n"])
        given = [decode(one) for one in question["a"]]
        named = {key: decode(one) for key, one in question["w"].items()}
        watched = [(place, one, dumps(data)) for place, one, data in
                   zip(range(len(given) + len(named)), [*given, *named.values()], [*question["a"], *question["w"].values()])
                   if mutable(data)]
        reply = observed(lambda: target(*given, **named), is_async(target))
        changed = []
        for place, one, before in watched:
            now = encode(one)
            if dumps(now) != before:
                changed.append([place, now])
        if changed:
            reply["m"] = changed
        return reply

    empty = [0]  # what an observed call takes that does nothing

    def instructions():
        return nearest(resolution(clock) * 1e9)  # what a metered interpreter says there

    def observed(act, waits=False):
        count[0] = 0
        begun = instructions() if limits["meter"] else 0
        if limits["steps"]:
            trace(counting)
        try:
            value = act()
            if waits:
                value = run_async(value)
            reply = {}
        except BaseException as error:
            value, reply = error, {"x": True}
        taken = instructions() - begun - empty[0] if limits["meter"] else 0
        counted = seen() is counting
        trace(None) if limits["steps"] else None
        if isinstance(value, TooManySteps):
            return {"cut": True}
        if isinstance(value, Flood):
            return {"end": "output-limit"}
        reply["v"] = encode(value)
        if noted:
            reply["c"] = noted[:1000]
            noted.clear()
        if "x" in reply:
            reply["d"] = fault(value)
        if limits["meter"]:
            reply["n"] = taken
            reply["t"] = True
        elif limits["steps"]:
            reply["n"] = count[0]
            reply["t"] = counted
        out = written.getvalue()
        if out:
            written.seek(0)
            written.truncate(0)
            reply["o"] = out
        return reply

    def renew(value, now):
        if type(value) is type(now) is list:
            value[:] = now
        elif type(value) is type(now) and type(now) in (dict, set):
            value.clear()
            value.update(now)

    def attribute(one, name):
        found = []
        def read():
            found.append(getattr(one, name))
            return found[0]
        said = observed(read)
        if found and type(found[0]) in (list, dict, set) and "v" in said:
            said["i"] = keep(found[0])
        return said

    operations = {
        "contains": operator.contains, "renew": renew, "state": lambda one: one,
        "len": len, "iter": iter, "next": next, "str": str, "repr": repr, "bool": bool,
        "item": operator.getitem, "put": operator.setitem, "drop": operator.delitem,
        "set": setattr, "del": delattr,
        "enter": lambda one: type(one).__enter__(one), "exit": lambda one: type(one).__exit__(one, None, None, None),
        **{name: getattr(operator, name) for name in specials if hasattr(operator, name)},
    }

    def load(question):
        limits["output"], limits["shared"] = question["output"], tuple(question["shared"])
        sys.stdout = written
        try:
            answer[0] = load_solution(question["source"])
        except SyntaxError as error:
            return {"fault": "compile-error", "d": fault(error)}
        except MemoryError:
            return {"fault": "memory-limit", "d": "MemoryError"}
        except Flood:
            return {"end": "output-limit"}
        except BaseException as error:
            return {"fault": "runtime-error", "d": fault(error)}
        limits["steps"], limits["meter"] = question["steps"], question["meter"]
        if limits["meter"]:
            empty[0] = observed(lambda: None)["n"]
        written.seek(0)
        written.truncate(0)
        return {}

    def reply(text):
        try:
            question = loads(text)
            kind = question["q"]
            if kind == "load":
                return dumps(load(question))
            if kind == "names":
                return dumps({name: encode(answer[0][name]) for name in question["names"] if name in answer[0]})
            if kind == "call":
                return dumps(call(question))
            given = [decode(one) for one in question["a"]]
            if kind == "get":
                return dumps(attribute(*given))
            return dumps(observed(lambda: operations[kind](*given)))
        except MemoryError:
            return '{"end":"memory-limit"}'
        except Flood:
            return '{"end":"output-limit"}'
        except BaseException as error:
            return dumps({"lost": fault(error)})

    return reply

reply = answering()
`;
