/**
 * Python of the judge's side for what the tests hand over and is not plain: the answer's process gets what it holds by
 * handles, and functions and objects of the tests' own classes by their source.
 */
export const handingSource = `
class Handing:
    def mock_kinds(self):
        import sys
        mock = sys.modules.get("unittest.mock")
        return () if mock is None else (mock.Mock, mock.NonCallableMock)

    def stub(self, value):
        # Of a mock the answer gets a function that returns the same and notes its calls; the mock itself stays here.
        number = next((place for place, one in enumerate(self.mocks) if one is value), len(self.mocks))
        if number == len(self.mocks):
            self.mocks.append(value)
        returned = value.return_value
        return {"stub": [number, None if isinstance(returned, self.mock_kinds()[1]) else self.encode(returned)]}

    def note_calls(self, calls):
        for number, given, named in calls if type(calls) is list else []:
            mock = self.mocks[number]
            mock(*[self.decode(one) for one in given], **{str(key): self.decode(one) for key, one in named.items()})

    def opaque(self, value):
        if isinstance(value, self.mock_kinds()[:1]) and value.side_effect is None:
            return self.stub(value)
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

    def method_source(self, value):
        # datetime.now, str.upper: methods of the library's own classes.
        import builtins, sys, types
        owner = getattr(value, "__objclass__" if isinstance(value, types.MethodDescriptorType) else "__self__", None)
        if not isinstance(value, (types.BuiltinFunctionType, types.MethodDescriptorType)) or not isinstance(owner, type):
            return None
        module, name = owner.__module__, owner.__name__
        if getattr(builtins, name, None) is owner:
            return ["pass", name + "." + value.__name__]
        if module not in sys.stdlib_module_names or getattr(sys.modules.get(module), name, None) is not owner:
            return None
        return ["import " + module, module + "." + name + "." + value.__name__]

    def function_source(self, value):
        import ast, types
        if not isinstance(value, types.FunctionType):
            of_kind = self.method_source(value)
            if of_kind is not None:
                return of_kind
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
`;
