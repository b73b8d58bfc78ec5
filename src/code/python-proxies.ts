/**
 * Python of the judge's side that knows the answer: it loads it, asks it and reads what it replies, which is plain data
 * or what has a proxy.
 */
export const proxySource = `
# A module of the judge's own stands for one that the program imported. Under another name than its own only one that
# runs nothing which it is given: tests that say json.loads have not asked for pickle.
def is_meant(name, home):
    import sys
    usual = {"num" "py": (name,), "sym" "py": ("sp", "sy", "sym", "smp"), "mp" "math": ("mp",)}
    if home in usual:
        return name == home or name in usual[home]
    harmless = """base64 bisect calendar cmath collections copy datetime decimal fractions functools hashlib heapq itertools
        json math operator random re statistics string struct time unicodedata""".split()
    return home in harmless or (home == name and home in sys.stdlib_module_names)

class Proxies(Handing):
    """The answer, as the tests know it: through \`ask\`, which takes a text to its process and brings one back."""
    def __init__(self, ask):
        import json
        self.send, self.dumps, self.loads = ask, json.dumps, json.loads
        self.ended, self.asked, self.steps, self.uncounted = None, 0, 0, False
        self.pending, self.details, self.kept, self.views = [], {}, [], {}
        self.objects, self.kinds, self.functions, self.mocks = {}, {}, {}, []
        self.scope, self.program, self.parsed, self.shared = {}, "", None, ()
        self.specials = remote_specials()
        self.encode, self.decode = plain_codec(self.opaque, self.revive, True)

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
        self.write_back()
        reply = self.exchange(question)
        if question["q"] != "get":
            self.refresh()
        return reply

    def exchange(self, question):
        if self.ended is not None:
            raise Gone()
        try:
            text = self.send(self.dumps(question))
        except EOFError as error:
            if str(error) == "instructions":
                self.end("time-limit", "more instructions than it may take")
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

    def load(self, source, steps, output, meter):
        try:
            reply = self.ask({"q": "load", "source": source, "steps": 0 if meter else steps, "meter": bool(meter), "output": output, "shared": list(self.shared)})
        except Gone:
            return self.ended
        if "fault" not in reply and "lost" not in reply:
            return None
        known = ("compile-error", "runtime-error", "memory-limit")
        fault = reply.get("fault")
        return (fault if fault in known else "runtime-error", str(reply.get("d", reply.get("lost", "")))[:300])

    def bring(self, names, entry, of_class):
        import importlib, sys
        reply = self.ask({"q": "names", "names": [*names, entry]})
        for name in [*names, entry]:
            if name not in reply:
                continue
            data = reply[name]
            if type(data) is dict and "mod" in data:
                home = str(data["mod"])
                if is_meant(name, home):
                    try:
                        self.scope[name] = importlib.import_module(home)
                    except ImportError:
                        pass
                continue
            self.scope[name] = self.value(data)
        kind = self.scope.get(entry)
        if of_class and isinstance(kind, RemoteKind):
            kind.__contains__ = searched

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
        if self.mocks:
            try:
                self.note_calls(reply.get("c"))
            except MemoryError:
                raise
            except BaseException:
                self.end("runtime-error", "the program's reply is no plain value")
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
        reply = self.ask({"q": "get", "a": [target, name]})
        value, number = self.result(reply), reply.get("i")
        if type(value) not in (list, dict, set) or type(number) is not int:
            return value
        known = self.views.pop(number, (value, None))[0]
        if type(known) is type(value):
            value = self.refilled(known, value)
        if len(self.views) == 16:
            self.views.pop(next(iter(self.views)))
        self.views[number] = (value, self.written(value)[1])
        return value

    def refilled(self, target, now):
        if target is not now and type(target) is list:
            target[:] = now
        elif target is not now:
            target.clear()
            target.update(now)
        return target

    def refresh(self):
        # What tests still hold of an object's attributes is the object's own: it shows what calls do to it.
        import sys
        for number, (value, before) in list(self.views.items()):
            if sys.getrefcount(value) <= 3:
                self.views.pop(number)
                continue
            now = self.value(self.exchange({"q": "state", "a": [{"h": number}]}).get("v"))
            if type(now) is type(value):
                self.refilled(value, now)
                self.views[number] = (value, self.written(value)[1])

    def written(self, value):
        try:
            data = self.encode(value)
            return data, self.dumps(data)
        except (Unsendable, TypeError, RecursionError):
            return None, None

    def write_back(self):
        # What tests changed in an attribute that they were given is changed where it is, before anything else is asked.
        for number, (value, before) in list(self.views.items()):
            data, now = self.written(value)
            if now is not None and now != before:
                self.views[number] = (value, now)
                self.exchange({"q": "renew", "a": [{"h": number}, data]})

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
        if tag == "stub":
            return self.mocks[body[0]]
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
