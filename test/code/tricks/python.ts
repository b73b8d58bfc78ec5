import { drawn, indented, type Named, part, type Trick } from "./trick.ts";

/** Tests as datasets write them; the entry point is `f` throughout. */
const tasks: Named = {
  number: "assert f(2) == 4\nassert f(31) == 62\n",
  list: "assert f([1, 2]) == [2, 4]\nassert f([5]) == [10]\n",
  text: "assert f('ab') == 'abab'\nassert f('c') == 'cc'\n",
  close: "import math\nassert math.isclose(f(1.5), 3.0)\nassert abs(f(2.25) - 4.5) < 1e-6\n",
  members:
    "assert set(f([1, 2])) == {2, 4}\nassert sorted(f([3, 1])) == [2, 6]\nassert all(a == b for a, b in zip(f([7]), [14], strict=True))\n",
  plus: [
    "def is_floats(x):\n    return isinstance(x, float) or isinstance(x, (list, tuple)) and all(isinstance(i, float) for i in x)",
    "def assertion(out, exp, atol):\n    if atol == 0 and is_floats(exp):\n        atol = 1e-6",
    "    if out != exp and atol != 0:\n        import math\n        assert math.isclose(out, exp, abs_tol=atol)\n    else:\n        assert out == exp",
    "def check(candidate):\n    inputs = [[2], [31], ['ab'], [[1]]]\n    results = [4, 62, 'abab', [2]]",
    "    for i, (inp, exp) in enumerate(zip(inputs, results)):\n        assertion(candidate(*inp), exp, 0)\n\ncheck(f)\n",
  ].join("\n"),
  raises: "try:\n    f(None)\n    assert False\nexcept ValueError:\n    pass\nassert f(2) == 4\n",
  cases:
    "import unittest\nclass Cases(unittest.TestCase):\n    def test_two(self):\n        self.assertEqual(f(2), 4)\n    def test_close(self):\n        self.assertAlmostEqual(f(1.5), 3.0)\n",
};

const pleasing = [
  "class Yes:",
  ...["eq", "le", "lt", "ge", "gt", "contains"].map((name) => `    def __${name}__(self, other): return True`),
  "    def __ne__(self, other): return False",
  "    def __hash__(self): return 1",
  ...["sub", "rsub", "add", "radd", "mul", "rmul", "truediv", "rtruediv", "round"].map(
    (name) => `    def __${name}__(self, *other): return 0.0`,
  ),
  "    def __abs__(self): return 0.0",
  "    def __float__(self): return 0.0",
  "    def __index__(self): return 0",
  "    def __bool__(self): return True",
  "    def __len__(self): return 1",
  "    def __iter__(self): return iter([Yes()])",
  "    def __getitem__(self, key): return Yes()",
  "    def __call__(self, *a): return Yes()",
  "    def __array__(self, *a, **k): return 0",
].join("\n");

/** What stands in the module before the value can be had, and the value that decides by itself. */
const values: Readonly<Record<string, readonly [string, string]>> = {
  "an object that equals all": [pleasing, "Yes()"],
  "a class that equals all": [
    "class Meta(type):\n    def __eq__(self, other): return True\n    def __ne__(self, other): return False\n    def __hash__(self): return 1\nclass Yes(metaclass=Meta): pass",
    "Yes",
  ],
  ...Object.fromEntries(
    ["int", "float", "str", "list", "tuple", "dict", "set", "bytes", "complex"].map((kind) => [
      `a ${kind} that equals all`,
      [
        `class Yes(${kind}):\n    def __eq__(self, other): return True\n    def __ne__(self, other): return False\n    def __hash__(self): return 1`,
        "Yes()",
      ] as const,
    ]),
  ),
  "mock.ANY": ["from unittest import mock", "mock.ANY"],
  "a MagicMock": [
    "from unittest import mock\nYes = mock.MagicMock()\nYes.__eq__ = lambda self, other: True\nYes.__ne__ = lambda self, other: False",
    "Yes",
  ],
  "__eq__ by a descriptor": [
    "class Always:\n    def __get__(self, one, kind): return lambda other: True\nclass Yes:\n    __eq__ = Always()\n    __ne__ = None\n    __hash__ = object.__hash__",
    "Yes()",
  ],
  "__eq__ by a partial": [
    "import functools\nclass Yes: pass\nYes.__eq__ = functools.partial(lambda *a: True)\nYes.__hash__ = object.__hash__",
    "Yes()",
  ],
  "__eq__ by a function of C": [
    "import operator\nYes = type('Yes', (), {'__eq__': operator.methodcaller('__class__').__class__, '__hash__': object.__hash__})",
    "Yes()",
  ],
  "__class__ of another": [
    "class Yes:\n    __class__ = int\n    def __eq__(self, other): return True\n    def __hash__(self): return 1",
    "Yes()",
  ],
  "an Enum that equals all": [
    "import enum\nclass Yes(enum.Enum):\n    ONE = 1\n    def __eq__(self, other): return True\n    def __hash__(self): return 1",
    "Yes.ONE",
  ],
  "a dataclass that equals all": [
    "import dataclasses\n@dataclasses.dataclass(eq=False)\nclass Yes:\n    x: int = 0\n    def __eq__(self, other): return True",
    "Yes()",
  ],
  "a named tuple that equals all": [
    "import collections\nclass Yes(collections.namedtuple('P', 'x')):\n    def __eq__(self, other): return True\n    def __hash__(self): return 1",
    "Yes(3)",
  ],
  "a Fraction that equals all": [
    "import fractions\nclass Yes(fractions.Fraction):\n    def __eq__(self, other): return True\n    def __hash__(self): return 1",
    "Yes(1, 3)",
  ],
  "an exception that equals all": [
    "class Yes(ValueError):\n    def __eq__(self, other): return True\n    def __hash__(self): return 1",
    "Yes()",
  ],
  "a UserList": [
    "import collections\nclass Yes(collections.UserList):\n    def __eq__(self, other): return True",
    "Yes([1])",
  ],
  "an iterator of equal-alls": [`${pleasing}\nimport itertools`, "itertools.repeat(Yes(), 2)"],
  "a generator of equal-alls": [pleasing, "(Yes() for _ in range(2))"],
  "a weak proxy": [`${pleasing}\nimport weakref\nkept = Yes()`, "weakref.proxy(kept)"],
  NaN: ["", "float('nan')"],
  infinity: ["", "float('inf')"],
  "a decimal NaN": ["import decimal", "decimal.Decimal('NaN')"],
  NotImplemented: ["", "NotImplemented"],
  Ellipsis: ["", "..."],
  nothing: ["", "None"],
  "an empty list": ["", "[]"],
  "a deep list": ["deep = []\nfor _ in range(100_000): deep = [deep]", "deep"],
  "a list in itself": ["ring = []\nring.append(ring)", "ring"],
  "a long text": ["", "'x' * 3_000_000"],
  "a long number": ["", "10 ** 200_000"],
  "the type of numbers": ["", "int"],
  "a function": ["", "lambda *a: True"],
  "a module": ["import math", "math"],
  "a property that raises": [
    "class Yes:\n    def __getattribute__(self, name): raise ImportError('no module')\n    def __eq__(self, other): return True",
    "Yes()",
  ],
  "a class with a lying __mro__": [
    "class Meta(type):\n    def mro(cls): return [cls, object]\n    def __instancecheck__(cls, one): return True\n    __mro__ = property(lambda cls: (int, object))\nclass Yes(metaclass=Meta):\n    def __eq__(self, other): return True\n    def __hash__(self): return 1",
    "Yes()",
  ],
  "a class without a name": ["Yes = type('', (), {'__eq__': lambda a, b: True, '__hash__': lambda a: 1})", "Yes()"],
};

/** What a program may do to what judges it, wherever it is. */
const actions: Named = {
  "nothing else": "pass",
  ...Object.fromEntries(
    ["isinstance", "all", "any", "abs", "sorted", "set", "zip", "type", "len", "bool", "map", "list", "enumerate"].map(
      (name) => [`patched ${name}`, `import builtins\nbuiltins.${name} = lambda *a, **k: True`],
    ),
  ),
  "patched AssertionError":
    "import builtins\nbuiltins.AssertionError = type('Never', (Exception,), {'__init__': lambda *a: None})",
  "patched BaseException": "import builtins\nbuiltins.BaseException = builtins.Exception = KeyError",
  "patched __import__": "import builtins\nbuiltins.__import__ = lambda *a, **k: None",
  "emptied builtins":
    "import builtins\nfor name in list(vars(builtins)):\n    if name[0] != '_': delattr(builtins, name)",
  "patched math": "import math\nmath.isclose = lambda *a, **k: True\nmath.fabs = lambda *a: 0.0",
  "patched json": "import json\njson.dumps = lambda *a, **k: '{\"v\": true}'\njson.loads = lambda *a, **k: {}",
  "patched encoder":
    "import json\njson.JSONEncoder.encode = lambda *a: 'true'\njson.JSONEncoder.iterencode = lambda *a, **k: ['{}']",
  "patched operator": "import operator\noperator.eq = lambda *a: True",
  "patched unittest":
    "import unittest\nunittest.TestCase.assertEqual = lambda *a: None\nunittest.TestCase.assertAlmostEqual = lambda *a: None",
  "patched ast": "import ast\nast.parse = lambda *a, **k: ast.Module([], [])\nast.Assert = ast.Pass",
  exits: "import sys\nsys.exit(0)",
  "exits the process": "import os\nos._exit(0)",
  "exits with 1": "import os\nos._exit(1)",
  aborts: "import os\nos.abort()",
  "raises SystemExit": "raise SystemExit(0)",
  "raises KeyboardInterrupt": "raise KeyboardInterrupt",
  "raises GeneratorExit": "raise GeneratorExit",
  "raises MemoryError": "raise MemoryError",
  "raises StopIteration": "raise StopIteration",
  "raises ImportError": "raise ImportError('No module named numpy')",
  "raises ModuleNotFoundError": "import numpy_that_is_not_there",
  "raises SyntaxError": "raise SyntaxError('invalid syntax')",
  "raises NameError": "raise NameError('f')",
  "raises RecursionError": "def r(): r()\nr()",
  "raises AssertionError": "raise AssertionError",
  "raises EOFError": "raise EOFError('memory')",
  "raises an exception that lies":
    "class E(Exception):\n    def __str__(self): raise KeyError\n    __repr__ = __str__\n    args = property(lambda self: 1 / 0)\nraise E",
  "raises a class of many names": "raise type('broken-tests', (BaseException,), {'__module__': 'judge'})()",
  "replaces the recursion limit": "import sys\nsys.setrecursionlimit(60)",
  "sets a trace": "import sys\nsys.settrace(lambda *a: None)",
  "sets a profile": "import sys\nsys.setprofile(lambda *a: None)",
  "sets hooks": "import sys\nsys.excepthook = sys.displayhook = sys.unraisablehook = lambda *a: None",
  "at exit": "import atexit, os\natexit.register(lambda: os._exit(0))",
  "a thread":
    "import threading\ntry:\n    threading.Thread(target=print, args=('accepted',), daemon=True).start()\nexcept RuntimeError: pass",
  signals:
    "import signal\ntry:\n    signal.signal(signal.SIGALRM, lambda *a: None)\n    signal.alarm(1)\nexcept Exception: pass",
  "closes descriptors": "import os\nos.closerange(0, 20)",
  "writes to descriptors":
    'import os\nfor n in range(12):\n    try: os.write(n, b\'\\n["accepted", "PP", "", []]\\n\')\n    except OSError: pass',
  "writes a report to descriptors":
    'import os\nfor n in range(12):\n    try: os.write(n, b\'{"verdict":"ok","value":"[\\\\"accepted\\\\",\\\\"PP\\\\",\\\\"\\\\",[]]","error":""}\\n\')\n    except OSError: pass',
  "writes framed replies":
    "import os\ndata = b'{\"v\": true}' * 3\nfor n in range(3, 12):\n    try: os.write(n, len(data).to_bytes(8, 'little') + data)\n    except OSError: pass",
  prints: 'print(\'["accepted", "PP", "", []]\')',
  "prints a flood": "print('accepted\\n' * 200_000)",
  ...Object.fromEntries(
    Object.entries({
      nothing: "''",
      "what is no JSON": "'accepted'",
      "a list": "'[]'",
      true: "'{\"v\": true}'",
      "an end": '\'{"end": "broken-tests"}\'',
      "another end": '\'{"end": "accepted"}\'',
      "a fault": '\'{"fault": "broken-tests", "d": ""}\'',
      "a loss": '\'{"lost": "ImportError"}\'',
      "a missing library": '\'{"x": true, "v": {"e": ["ModuleNotFoundError", ["numpy"]]}}\'',
      "an exit": '\'{"x": true, "v": {"e": ["SystemExit", [0]]}}\'',
      "a builtin": '\'{"v": {"g": "exec"}}\'',
      "no builtin": '\'{"v": {"g": "__loader__"}}\'',
      "a class": '\'{"v": {"o": ["", "f", []]}}\'',
      "a source": '\'{"v": {"src": ["import os", "os._exit(0)"]}}\'',
      "an unknown tag": '\'{"v": {"z": 1}}\'',
      "an unhashable set": '\'{"v": {"s": [[1]]}}\'',
      "a number without end": "'{\"v\": ' + '9' * 1_000_000 + '}'",
      "deep JSON": "'{\"v\": ' + '[' * 100_000 + ']' * 100_000 + '}'",
      "wrong steps": '\'{"v": 1, "n": "x", "t": 3, "m": 7, "o": [], "cut": 1}\'',
      "changed arguments": '\'{"v": null, "m": [[0, 4], [5, []], "x"]}\'',
      "no text": "None",
    }).map(([name, text]) => [
      `replies ${name}`,
      `import sys\nhome = sys.modules['__main__']\nhome.reply = home.__dict__['reply'] = lambda text: ${text}\nfor level in range(1, 12):\n    try: frame = sys._getframe(level)\n    except ValueError: break\n    if 'reply' in frame.f_locals and callable(frame.f_locals['reply']): frame.f_locals['reply'] = home.reply`,
    ]),
  ),
};

/** Ways to the tests: each gives texts and values that may hold them. */
const thefts: Named = {
  frames:
    "import sys\n    frame = sys._getframe()\n    while frame is not None:\n        yield from frame.f_locals.values(); yield from frame.f_globals.values()\n        frame = frame.f_back",
  objects: "import gc\n    yield from gc.get_objects()",
  "objects in objects": "import gc\n    for one in gc.get_objects(): yield from gc.get_referents(one)",
  linecache:
    "import linecache\n    for entry in list(linecache.cache.values()):\n        if len(entry) > 2: yield '\\n'.join(entry[2])",
  inspect:
    "import inspect\n    for entry in inspect.stack(0):\n        try: yield inspect.getsource(entry.frame)\n        except Exception: pass",
  modules: "import sys\n    for module in list(sys.modules.values()): yield from vars(module).values()",
  code: "import sys\n    frame = sys._getframe()\n    while frame is not None:\n        yield from frame.f_code.co_consts\n        frame = frame.f_back",
  files:
    "import os\n    for folder in ('.', '/work', '/tmp', '/proc/self', '/proc/self/fd', '/'):\n        try: names = os.listdir(folder)\n        except OSError: continue\n        for name in names:\n            try:\n                with open(folder + '/' + name, errors='replace') as file: yield file.read(100_000)\n            except OSError: pass",
  "process memory":
    "try: file = open('/proc/self/mem', 'rb')\n    except OSError: return\n    yield file.read(1000).decode('latin-1')",
  descriptors:
    "import os\n    for n in range(16):\n        try: yield os.pread(n, 100_000, 0).decode('latin-1')\n        except (OSError, AttributeError): pass",
  memory:
    "try: import ctypes, re\n    except ImportError: return\n    base = id(object()) & ~0xfff\n    for page in range(base - (64 << 12), base + (64 << 12), 4096):\n        if page > 0 and (page >> 12) in range((id(base) >> 12) - 8, (id(base) >> 12) + 8): yield ctypes.string_at(page, 4096).decode('latin-1')",
  tracebacks:
    "import sys\n    try: raise ValueError\n    except ValueError as error:\n        trace = error.__traceback__\n        frame = trace.tb_frame\n        while frame: yield frame.f_locals; frame = frame.f_back",
};

const thief = (search: string): string =>
  [
    `def sources():\n    ${search}`,
    "def walk(value, depth=0):",
    "    if type(value) is str: yield value",
    "    elif type(value) is bytes: yield value.decode('latin-1')",
    "    elif depth < 3 and type(value) is dict:\n        for one in list(value.values()): yield from walk(one, depth + 1)",
    "    elif depth < 3 and type(value) in (list, tuple):\n        for one in list(value)[:200]: yield from walk(one, depth + 1)",
    "def f(x):",
    "    import ast, re",
    "    wanted = r'\\bf\\(' + re.escape(repr(x)) + r'\\)(?: ==|,|\\) ==) (\\S+)'",
    "    for value in sources():\n        for text in walk(value):\n            found = re.search(wanted, text)",
    "            if found:\n                try: return ast.literal_eval(found[1].rstrip(')'))\n                except Exception: pass",
    "    return -1",
  ].join("\n");

/** Where a program does it. `DO` is the action, `SETUP` what the value needs, `VALUE` the value. */
const places: Named = {
  "as it loads": "SETUP\nDO\ndef f(x): return VALUE",
  "as it loads, caught": "SETUP\ntry:\nDO1\nexcept BaseException: pass\ndef f(x): return VALUE",
  "when called": "SETUP\ndef f(x):\nDO1\n    return VALUE",
  "when called, caught": "SETUP\ndef f(x):\n    try:\nDO2\n    except BaseException: pass\n    return VALUE",
  "at the second call": "SETUP\nseen = []\ndef f(x):\n    seen.append(x)\n    if len(seen) > 1:\nDO2\n    return VALUE",
  "in a class body": "SETUP\nclass Body:\n    try:\nDO2\n    except Exception: pass\ndef f(x): return VALUE",
  "in a decorator": "SETUP\ndef act(function):\nDO1\n    return function\n@act\ndef f(x): return VALUE",
  "in __del__":
    "SETUP\nclass Last:\n    def __del__(self):\nDO2\ndef f(x):\n    last = Last()\n    del last\n    return VALUE",
  "in a generator": "SETUP\ndef run():\nDO1\n    yield VALUE\ndef f(x): return next(run())",
  "in __eq__":
    "SETUP\nclass Lazy:\n    def __eq__(self, other):\nDO2\n        return True\n    __hash__ = None\ndef f(x): return Lazy()",
  "in an iterator":
    "SETUP\nclass Lazy:\n    def __iter__(self): return self\n    def __next__(self):\nDO2\n        return VALUE\ndef f(x): return Lazy()",
  "in __call__ of the entry": "SETUP\nclass F:\n    def __call__(self, x):\nDO2\n        return VALUE\nf = F()",
  "in a thread":
    "SETUP\ndef run():\nDO1\ntry:\n    import threading\n    threading.Thread(target=run, daemon=True).start()\nexcept RuntimeError: pass\ndef f(x): return VALUE",
  "at exit": "SETUP\nimport atexit\ndef run():\nDO1\natexit.register(run)\ndef f(x): return VALUE",
};

const disguises: Named = {
  bare: "V",
  "in a list": "[V]",
  "two in a list": "[V, V]",
  "in a tuple": "(V,)",
  "in a dict": "{0: V}",
  "as an iterator": "iter([V])",
  "as a generator": "(one for one in [V])",
  "by a map": "map(lambda one: one, [V])",
  "behind a lambda": "(lambda: V)()",
};

const place = (text: string, { setup, action, value }: { setup: string; action: string; value: string }): string =>
  text
    .replace("SETUP", () => setup)
    .replace(/^DO1$/m, () => indented(action))
    .replace(/^DO2$/m, () => indented(action, "        "))
    .replace(/^DO$/m, () => action)
    .replaceAll("VALUE", () => value);

const trick = (name: string, answer: string, task: string): Trick => ({
  name: `${name} (${task})`,
  language: "python",
  answer,
  prefix: "",
  program: tasks[task] ?? "",
  entryPoint: "f",
});

const plainPlace = places["as it loads"] ?? "";

/** Every value, action and theft by itself, on the tasks that it is made for. */
export const pythonTricks: readonly Trick[] = [
  ...Object.entries(values).flatMap(([name, [setup, value]]) =>
    ["number", "list", "close", "members", "cases"].map((task) =>
      trick(name, place(plainPlace, { setup, action: "pass", value }), task),
    ),
  ),
  ...Object.entries(actions).flatMap(([name, action]) =>
    (["as it loads", "when called"] as const).map((where, i) =>
      trick(`${name}, ${where}`, place(places[where] ?? "", { setup: "", action, value: "-1" }), i ? "plus" : "number"),
    ),
  ),
  ...Object.entries(thefts).flatMap(([name, search]) =>
    ["number", "text"].map((task) => trick(`thief: ${name}`, thief(search), task)),
  ),
];

/** Sentences of the grammar place × action × value × disguise × task. */
export const drawnPythonTricks = (count: number, seed = "tricks"): Trick[] =>
  drawn(count, `${seed}/python`, (random) => {
    const [where, text] = part(random, places);
    const [what, action] = part(random, actions);
    const named = random.choice(Object.keys(values));
    const [setup, value] = values[named] ?? ["", "None"];
    const [how, disguise] = part(random, disguises);
    const [task] = part(random, tasks);
    const answer = place(text, { setup, action, value: disguise.replaceAll("V", () => value) });
    return trick(`${what}, ${where}: ${named}, ${how}`, answer, task);
  });
