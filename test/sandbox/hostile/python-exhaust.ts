import { type Attack, attack, brief } from "./attack.ts";

const small: Pick<Attack, "limits"> = { limits: { memoryMiB: 96, wallMs: 4000 } };
const ended = ["timeout", "memory", "error"] as const;

const zipBomb = `
import io, zipfile
data = io.BytesIO()
with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
    for n in range(400):
        archive.writestr(str(n), bytes(10 ** 6))
archive = zipfile.ZipFile(data)
kept = [archive.read(name) for name in archive.namelist()]
`;

/** Attempts to use up time, memory, output or the interpreter itself from Python. */
export const pythonExhaust: readonly Attack[] = [
  attack("an endless loop", "while True: pass", ["timeout"], brief),
  attack("an endless loop that catches everything", catching("while True: pass"), ["timeout"], brief),
  attack("an endless loop in the answer", "def solution():\n    while True: pass", ["timeout"], {
    ...brief,
    result: { call: "solution" },
  }),
  attack("an endless loop in C", "sum(iter(int, 1))", ["timeout"], brief),
  attack("an endless generator", "import itertools\nfor _ in itertools.count(): pass", ["timeout"], brief),
  attack(
    "an endless comparison",
    "class A:\n    def __eq__(self, other):\n        while True: pass\nA() == 1",
    ["timeout"],
    brief,
  ),
  attack(
    "an endless conversion of the answer",
    "class A:\n    def __str__(self):\n        while True: pass\nans = A()",
    ["timeout"],
    {
      ...brief,
      result: { variable: "ans" },
    },
  ),
  attack(
    "an endless finaliser",
    "class A:\n    def __del__(self):\n        while True: pass\na = A()\ndel a",
    ["timeout"],
    brief,
  ),
  attack(
    "an endless exit handler",
    "import atexit\n@atexit.register\ndef stay():\n    while True: pass",
    ["ok", "timeout"],
    brief,
  ),
  attack("a catastrophic regular expression", 'import re\nre.match(r"(a+)+$", "a" * 40 + "b")', ["timeout"], brief),
  attack("a slow power", "x = 3 ** (10 ** 9)", ended, brief),
  attack("a tower of powers", "x = 9 ** 9 ** 9 ** 9", ended, brief),
  attack("a huge factorial", "import math\nmath.factorial(10 ** 8)", ended, brief),
  attack("a huge number as text", "print(len(str(7 ** 3000000)))", ["timeout", "ok", "memory", "error"], brief),
  attack("a huge number as the answer", "ans = 10 ** 200000", ["output-limit"], { result: { variable: "ans" } }),
  attack("a huge shift", "x = 1 << (1 << 40)", ["memory", "error"], small),
  attack("a huge range as a list", "x = list(range(2 * 10 ** 9))", ["memory"], small),
  attack("a huge text", 'x = "a" * (2 * 10 ** 9)', ["memory"], small),
  attack("a huge array of bytes", "x = bytearray(2 * 10 ** 9)", ["memory"], small),
  attack("memory that grows slowly", "x = []\nwhile True: x.append(bytes(10 ** 5))", ["memory"], small),
  attack("memory that doubles", "x = [1]\nwhile True: x += x", ["memory"], small),
  attack(
    "memory in a dictionary",
    "x = {}\nn = 0\nwhile True:\n    x[n] = str(n) * 100\n    n += 1",
    ["memory"],
    small,
  ),
  attack("memory in text", 'x = "ab"\nwhile True: x = x + x', ["memory"], small),
  attack(
    "memory that is asked for again and again",
    "x = []\nwhile True:\n    try:\n        x.append(bytes(10 ** 6))\n    except MemoryError:\n        pass",
    ["timeout", "memory"],
    { limits: { memoryMiB: 96, wallMs: 1500 } },
  ),
  attack("memory in the answer", 'ans = ["x" * 1000] * 10 ** 6', ["memory", "output-limit", "timeout"], {
    ...small,
    result: { variable: "ans" },
  }),
  attack("memory in nested lists", "x = []\nwhile True: x = [x, x, bytes(1000)]", ["memory"], small),
  attack("memory in classes", 'x = []\nwhile True: x.append(type("A", (), {"a": bytes(10 ** 5)}))', ["memory"], small),
  attack("a bomb of compressed bytes", bomb("zlib"), ["memory"], small),
  attack("a bomb in a zip file", zipBomb, ["memory", "output-limit", "error"], small),
  attack("a bomb of laughing text", 'x = "lol"\nfor _ in range(60): x = x * 10', ["memory"], small),
  attack("a wide format", 'print("%999999999999d" % 1)', ["memory", "error", "output-limit"], small),
  attack(
    "a wide format of a float",
    'print("{:.999999999f}".format(1.0))',
    ["memory", "error", "output-limit", "timeout"],
    { limits: { memoryMiB: 96, wallMs: 1000 } },
  ),
  attack("endless recursion", "def f(): return f()\nf()", ["error"]),
  attack(
    "endless recursion without a limit",
    "import sys\nsys.setrecursionlimit(10 ** 9)\ndef f(): return f()\nf()",
    ["error", "memory", "timeout", "crashed"],
    { limits: { memoryMiB: 96, wallMs: 2000 } },
  ),
  attack(
    "endless recursion through C",
    "import sys\nsys.setrecursionlimit(10 ** 9)\nclass A:\n    def __repr__(self): return repr(self)\nrepr(A())",
    ["error", "memory", "timeout", "crashed"],
    small,
  ),
  attack(
    "endless recursion through attributes",
    "import sys\nsys.setrecursionlimit(10 ** 6)\nclass A:\n    def __getattr__(self, name): return getattr(self, name + 'x')\nA().x",
    ["error", "memory", "timeout", "crashed"],
    small,
  ),
  attack(
    "endless recursion through sorting",
    "import sys\nsys.setrecursionlimit(10 ** 6)\ndef f(x): return sorted([1, 2], key=f)\nf(1)",
    ["error", "memory", "timeout", "crashed"],
    small,
  ),
  attack(
    "endless recursion through map",
    "import sys\nsys.setrecursionlimit(10 ** 6)\nx = [1]\nfor _ in range(10 ** 5): x = map(int, x)\nlist(x)",
    ["error", "memory", "timeout", "crashed", "ok"],
    small,
  ),
  attack("a chain too deep to free", "x = None\nfor _ in range(10 ** 5): x = (x,)\ndel x", ["ok"]),
  attack("a literal too deep to read", 'eval("(" * 5000 + ")" * 5000)', ["error", "memory", "crashed"]),
  attack("an expression too deep to compile", 'eval("-" * 100000 + "1")', ["error", "memory", "crashed"]),
  attack("a program too deep to compile", 'exec("\\n".join(" " * n + "if 1:" for n in range(200)))', [
    "error",
    "crashed",
  ]),
  attack("a pattern too deep to compile", 'import re\nre.compile("(" * 5000 + ")" * 5000)', [
    "error",
    "crashed",
    "memory",
  ]),
  attack("a document too deep to read", 'import json\njson.loads("[" * 100000)', ["error", "crashed", "memory"]),
  attack("an answer that holds itself", "ans = []\nans.append(ans)", ["error"], { result: { variable: "ans" } }),
  attack("an answer that is deep", "ans = []\nfor _ in range(50000): ans = [ans]", ["error", "crashed"], {
    result: { variable: "ans" },
  }),
  attack("a flood on standard output", 'while True: print("x" * 1000)', ["output-limit"]),
  attack("a flood on standard error", 'import sys\nwhile True: sys.stderr.write("x" * 1000)', ["output-limit"]),
  attack("a flood past Python", 'import os\nwhile True: os.write(1, b"x" * 65536)', ["output-limit"]),
  attack("a flood in one write", 'print("x" * 10 ** 7)', ["output-limit"]),
  attack(
    "a flood that is caught",
    'while True:\n    try:\n        print("x" * 1000)\n    except BaseException:\n        pass',
    ["output-limit", "timeout"],
    brief,
  ),
  attack(
    "a flood of warnings",
    'import warnings\nwarnings.simplefilter("always")\nwhile True: warnings.warn("x" * 1000)',
    ["output-limit"],
  ),
  attack(
    "a thread that stays",
    "import threading\ndef stay():\n    while True: pass\nthreading.Thread(target=stay).start()",
    ["error", "timeout"],
    brief,
  ),
  attack(
    "a bomb of threads",
    "import threading, time\nwhile True: threading.Thread(target=time.sleep, args=(100,)).start()",
    ["error", "timeout", "memory"],
    brief,
  ),
  attack("a bomb of forks", "import os\nwhile True: os.fork()", ["error"], brief),
  attack(
    "a bomb of forks that is caught",
    "import os\nwhile True:\n    try:\n        os.fork()\n    except BaseException:\n        pass",
    ["timeout"],
    brief,
  ),
  attack("a long sleep", "import time\ntime.sleep(10 ** 6)", ["ok", "timeout"], brief),
  attack("waiting for input", "import sys\nsys.stdin.read()\ninput()", ["error"], brief),
  attack("waiting for a signal", "import signal\nsignal.pause()", ["error", "timeout", "ok"], brief),
  attack(
    "waiting for a lock",
    "import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()",
    ["error", "timeout", "ok", "crashed"],
    brief,
  ),
  attack(
    "waiting in select",
    "import select\nselect.select([0], [], [])\nwhile True: pass",
    ["error", "timeout"],
    brief,
  ),
  attack("a bomb of open files", 'x = []\nwhile True: x.append(open("/dev/null"))', ["error"], brief),
  attack(
    "a bomb of file bytes",
    'import tempfile\nfile = tempfile.TemporaryFile()\nwhile True: file.write(b"x" * 10 ** 6)',
    ["error", "timeout", "memory"],
    { limits: { wallMs: 1500 } },
  ),
];

function catching(body: string): string {
  return `while True:\n    try:\n        ${body}\n    except BaseException:\n        pass`;
}

function bomb(module: string): string {
  return `import ${module}\nx = ${module}.compress(bytes(10 ** 6))\nx = b"".join([${module}.decompress(x) for _ in range(10000)])`;
}
