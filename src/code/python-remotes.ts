/**
 * Python of the judge's side: what the tests hold in the place of the answer's functions, classes and objects. A proxy
 * asks the answer's process; what comes back is plain data, or another proxy. An object that is not plain is equal to
 * itself alone, has no order, no number and no members to search: none of these is ever left to the program.
 */
export const remoteSource = `
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
        if name.startswith("__") or name.startswith("_judge"):
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

def searched(self, item):
    # Of the class that the task asks for: \`in\` is one of its methods.
    return self._judge_case[0].operate("contains", self, item) is True

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
`;
