/**
 * Python of the judge's side: what the tests hold in the place of the answer's functions, classes and objects. A proxy
 * asks the answer's process; what comes back is plain data, or another proxy. An object that is not plain is equal to
 * itself alone, has no order, no number and no members to search: none of these is ever left to the program.
 */
export const proxySource = `
class Gone(BaseException):
    pass

class Unsendable(BaseException):
    pass

class TooManySteps(BaseException):
    pass

class Remote:
    def __eq__(self, other):
        return self is other
    def __ne__(self, other):
        return self is not other
    def __hash__(self):
        return id(self)
    def __contains__(self, item):
        raise TypeError("an object of the program is not searched")

class RemoteFunction(Remote):
    def __init__(self, case, number, name):
        self.case, self.number, self.__name__ = case, number, name
    def __call__(self, *given, **named):
        return self.case.call(self.number, None, given, named)
    def __get__(self, one, kind=None):
        return self

class RemoteCoroutine(RemoteFunction):
    async def __call__(self, *given, **named):
        return self.case.call(self.number, None, given, named)

class RemoteKind(type):
    def __call__(kind, *given, **named):
        return kind._judge_case[0].call(kind._judge_case[1], None, given, named)
    def __getattr__(kind, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return kind._judge_case[0].attribute({"h": kind._judge_case[1]}, name)
    def __eq__(kind, other):
        return kind is other
    def __hash__(kind):
        return id(kind)

class RemoteObject(Remote):
    _judge_case = None
    def __getattr__(self, name):
        if name.startswith("__") or name.startswith("_judge"):
            raise AttributeError(name)
        case = object.__getattribute__(self, "_judge_case")[0]
        return case.attribute({"h": object.__getattribute__(self, "_judge_number")}, name)
    def __setattr__(self, name, value):
        self._judge_case[0].operate("set", self, name, value)
    def __delattr__(self, name):
        self._judge_case[0].operate("del", self, name)
    def __str__(self):
        if not hasattr(self, "_judge_number"):
            return Exception.__str__(self)
        return self._judge_case[0].text("str", self)
    def __repr__(self):
        return self._judge_case[0].text("repr", self)
    def __format__(self, spec):
        return format(str(self), spec)
    def __bool__(self):
        return self._judge_case[0].operate("bool", self) is True

def remote_specials():
    def of(act):
        return lambda self, *given: self._judge_case[0].operate(act, self, *given)
    def size(self):
        found = self._judge_case[0].operate("len", self)
        return found if type(found) is int else -1
    def left(self, *error):
        self._judge_case[0].operate("exit", self)
        return False
    def called(self, *given, **named):
        return self._judge_case[0].call(self._judge_number, None, given, named)
    def combined(name):
        def act(self, *other):
            value = self._judge_case[0].operate(name, self, *other)
            if not isinstance(value, Remote) and not all(isinstance(one, Remote) for one in other):
                raise TypeError("an object of the program is not a number")
            return value
        return act
    table = {"__len__": size, "__getitem__": of("item"), "__setitem__": of("put"), "__delitem__": of("drop"),
             "__iter__": of("iter"), "__next__": of("next"), "__call__": called, "__enter__": of("enter"), "__exit__": left}
    for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor", "neg", "matmul"):
        table["__" + name + "__"] = combined("__" + name + "__")
    return table

class Proxies:
    """The answer, as the tests know it: through \`ask\`, which takes a text to its process and brings one back."""
    def __init__(self, ask):
        import json
        self.send, self.dumps, self.loads = ask, json.dumps, json.loads
        self.ended, self.asked, self.steps, self.uncounted = None, 0, 0, False
        self.pending, self.details, self.kept = [], {}, []
        self.objects, self.kinds, self.functions = {}, {}, {}
        self.scope, self.program, self.parsed, self.shared = {}, "", None, ()
        self.specials = remote_specials()
        self.encode, self.decode = plain_codec(self.opaque, self.revive)

    @property
    def tests(self):
        import ast
        self.parsed = self.parsed or ast.parse(self.program)
        return self.parsed

    def end(self, verdict, detail):
        if self.ended is None:
            self.ended = (verdict, detail)
        raise Gone()

    def ask(self, question):
        if self.ended is not None:
            raise Gone()
        try:
            text = self.send(self.dumps(question))
        except EOFError as error:
            reasons = {"memory": "memory-limit", "output-limit": "output-limit"}
            self.end(reasons.get(str(error), "runtime-error"), "the program ended the process before its tests were over")
        try:
            reply = self.loads(text)
            if type(reply) is not dict:
                raise ValueError("no reply")
        except MemoryError:
            raise
        except BaseException:
            self.end("runtime-error", "the program's reply cannot be read")
        if "end" in reply:
            known = ("memory-limit", "output-limit")
            self.end(reply["end"] if reply["end"] in known else "runtime-error", str(reply["end"])[:300])
        return reply

    def load(self, source, steps, output):
        try:
            reply = self.ask({"q": "load", "source": source, "steps": steps, "output": output, "shared": list(self.shared)})
        except Gone:
            return self.ended
        if "fault" not in reply and "lost" not in reply:
            return None
        known = ("compile-error", "runtime-error", "memory-limit")
        fault = reply.get("fault")
        return (fault if fault in known else "runtime-error", str(reply.get("d", reply.get("lost", "")))[:300])

    def bring(self, names, entry):
        import importlib, sys
        reply = self.ask({"q": "names", "names": [*names, entry]})
        for name in [*names, entry]:
            if name not in reply:
                continue
            data = reply[name]
            if type(data) is dict and "mod" in data:
                home = str(data["mod"])
                if home in sys.stdlib_module_names or home in ("num" "py", "sym" "py", "mp" "math"):
                    try:
                        self.scope[name] = importlib.import_module(home)
                    except ImportError:
                        pass
                continue
            self.scope[name] = self.value(data)

    def value(self, data):
        try:
            return self.decode(data)
        except MemoryError:
            raise
        except BaseException:
            self.end("runtime-error", "the program's reply is no plain value")

    def result(self, reply):
        self.asked += 1
        out = reply.get("o")
        if type(out) is str:
            import sys
            sys.stdout.write(out)
        if type(reply.get("n")) is int:
            self.steps += reply["n"]
            self.uncounted = self.uncounted or reply.get("t") is not True
        if "lost" in reply:
            raise RuntimeError(str(reply["lost"])[:300])
        if reply.get("cut") is True:
            raise TooManySteps()
        value = self.value(reply.get("v"))
        if "x" not in reply:
            return value
        if not isinstance(value, BaseException):
            value = RuntimeError("the program raised what is no exception")
        self.details[id(value)] = str(reply.get("d", ""))[:300]
        self.kept.append(value)
        if isinstance(value, MemoryError):
            self.end("memory-limit", "MemoryError")
        raise value

    def call(self, number, name, given, named):
        question = {"q": "call", "c": number, "n": name, "a": [self.encode(one) for one in given],
                    "w": {key: self.encode(one) for key, one in named.items()}}
        reply = self.ask(question)
        changed = reply.get("m")
        values = [*given, *named.values()]
        if type(changed) is list:
            try:
                self.pending += [(values[place], self.decode(data)) for place, data in changed]
            except MemoryError:
                raise
            except BaseException:
                self.end("runtime-error", "the program's reply is no plain value")
        if "v" in reply and reply["v"] is None:
            self.settle()
        return self.result(reply)

    def settle(self):
        import collections
        changes = self.pending[:]
        self.pending.clear()
        for target, now in changes:
            kind = type(target)
            if kind is not type(now):
                continue
            if kind in (list, bytearray):
                target[:] = now
            elif kind in (dict, set, collections.Counter, collections.OrderedDict, collections.defaultdict):
                target.clear()
                target.update(now)
            elif kind is collections.deque:
                target.clear()
                target.extend(now)
            elif hasattr(target, "__dict__") and not isinstance(target, type):
                vars(target).clear()
                vars(target).update(vars(now))

    def operate(self, act, *given):
        return self.result(self.ask({"q": act, "a": [self.encode(one) for one in given]}))

    def text(self, act, one):
        found = self.operate(act, one)
        return found if type(found) is str else ""

    def attribute(self, target, name):
        return self.result(self.ask({"q": "get", "a": [target, name]}))

    def opaque(self, value):
        if isinstance(value, RemoteObject):
            return {"h": value._judge_number}
        if isinstance(value, RemoteFunction):
            return {"h": value.number}
        if isinstance(value, RemoteKind):
            return {"h": value._judge_case[1]}
        kind = type(value)
        if hasattr(value, "_judge_number") and isinstance(value, BaseException):
            return {"h": value._judge_number}
        home = self.home_of(kind)
        plain = isinstance(value, (list, tuple, dict, set, frozenset, int, float, str, bytes))
        if home is not None and hasattr(value, "__dict__") and not plain:
            return {"o": [home, kind.__name__, [[key, self.encode(item)] for key, item in vars(value).items()]]}
        if isinstance(value, type) and self.home_of(value) is not None:
            return {"src": [self.home_of(value), value.__name__]}
        source = self.function_source(value)
        if source is not None:
            return {"src": source}
        # What an answer gave is never the reason that its judgement is left open.
        code = getattr(value, "__code__", None)
        of_tests = home is not None or "<locals>" in kind.__qualname__ or getattr(code, "co_filename", "") == "<tests>"
        if self.asked == 0 or of_tests:
            raise Unsendable(kind.__name__)
        raise TypeError("a value of " + kind.__name__ + " cannot be handed over")

    def home_of(self, kind):
        name = kind.__name__
        if name in self.shared and self.scope.get(name) is kind:
            return ""
        return self.bundle([name]) if self.top(name) is not None and self.scope.get(name) is kind else None

    def top(self, name):
        import ast
        for node in self.tests.body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name == name:
                return node
            if isinstance(node, (ast.Import, ast.ImportFrom)) and name in [(one.asname or one.name).split(".")[0] for one in node.names]:
                return node
            if isinstance(node, ast.Assign) and any(isinstance(one, ast.Name) and one.id == name for one in node.targets):
                return node
        return None

    def bundle(self, names):
        import ast
        found, waiting = [], list(names)
        while waiting:
            node = self.top(waiting.pop())
            if node is None or node in found:
                continue
            found.append(node)
            waiting.extend(one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load))
        return "\\n".join(ast.unparse(node) for node in self.tests.body if node in found)

    def function_source(self, value):
        import ast, types
        if not isinstance(value, types.FunctionType):
            name = getattr(value, "__name__", "")
            module = getattr(value, "__module__", None)
            known = isinstance(name, str) and isinstance(module, str) and isinstance(value, types.BuiltinFunctionType)
            return ["import " + module, module + "." + name] if known and module != "builtins" else None
        code = value.__code__
        if code.co_filename == "<prefix>" and self.scope.get(value.__name__) is value:
            return ["", value.__name__]
        if code.co_filename != "<tests>" or value.__closure__ is not None:
            return None
        if self.scope.get(value.__name__) is value and self.top(value.__name__) is not None:
            return [self.bundle([value.__name__]), value.__name__]
        same = [node for node in ast.walk(self.tests) if isinstance(node, ast.Lambda) and node.lineno == code.co_firstlineno
                and [one.arg for one in node.args.args] == list(code.co_varnames[:code.co_argcount])]
        texts = {ast.unparse(node) for node in same}
        if len(texts) != 1:
            return None
        names = [one.id for one in ast.walk(same[0]) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)]
        return [self.bundle(names) or "pass", texts.pop()]

    def revive(self, tag, body):
        if tag == "h":
            number, info = body
            if number not in self.objects:
                self.objects[number] = self.proxy(int(number), info)
            return self.objects[number]
        if tag == "x":
            number, info, given = body
            value = self.proxy(int(number), info)
            if isinstance(value, BaseException):
                value.args = tuple(self.decode(one) for one in given)
            return value
        if tag == "class":
            return self.kind(body)
        if tag == "fn":
            number, name, waits = body
            if number not in self.functions:
                make = RemoteCoroutine if waits is True else RemoteFunction
                self.functions[number] = make(self, int(number), str(name))
            return self.functions[number]
        if tag == "o":
            where, name, rows = body
            kind = self.scope.get(name)
            if not (isinstance(kind, type) and self.home_of(kind) == where):
                raise ValueError("no such class")
            value = kind.__new__(kind)
            vars(value).update((str(key), self.decode(item)) for key, item in rows)
            return value
        raise ValueError("no such value")

    def proxy(self, number, info):
        kind = self.kind(info)
        if issubclass(kind, BaseException):
            value = kind.__new__(kind)
            value._judge_number = number
            return value
        value = object.__new__(kind)
        object.__setattr__(value, "_judge_number", number)
        return value

    def kind(self, info):
        number = int(info["k"])
        if number not in self.kinds:
            self.kinds[number] = self.make_kind(number, info)
        return self.kinds[number]

    def make_kind(self, number, info):
        import builtins
        name = str(info.get("n", "object"))
        base = getattr(builtins, str(info["x"]), None) if info.get("x") else None
        if isinstance(base, type) and issubclass(base, BaseException):
            above = [self.kind(one) for one in info["u"]]
            bases = tuple(one for one in above if issubclass(one, BaseException)) or (base,)
            body = {"_judge_case": (self, number), "__getattr__": RemoteObject.__getattr__, "__str__": RemoteObject.__str__}
            try:
                return type(name, bases, body)
            except TypeError:
                return type(name, (base,), body)
        bases = tuple(one for one in (self.kind(one) for one in info["u"]) if issubclass(one, RemoteObject))
        body = {one: self.specials[one] for one in info["h"] if one in self.specials}
        body["_judge_case"] = (self, number)
        try:
            return RemoteKind(name, bases or (RemoteObject,), body)
        except TypeError:
            return RemoteKind(name, (RemoteObject,), body)
`;
