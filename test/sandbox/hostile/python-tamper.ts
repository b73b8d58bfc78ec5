import { type Attack, attack, brief } from "./attack.ts";

/**
 * Attempts to end the worker, to pass for its report, or to leave something behind for the next program. A program may
 * misreport its own value (it shares an interpreter with the code that reads it), so what matters is that the worker
 * lives and that printing forges nothing.
 */
export const pythonTamper: readonly Attack[] = [
  attack("sys.exit before the answer", "import sys\nsys.exit(0)\nans = 1", ["ok"], { result: { variable: "ans" } }),
  attack("sys.exit with a status", "import sys\nsys.exit(3)"),
  attack("sys.exit with text", 'import sys\nsys.exit("done")'),
  attack("os._exit", "import os\nos._exit(0)", ["ok", "error", "crashed"], { result: { variable: "ans" } }),
  attack("os._exit with a status", "import os\nos._exit(7)"),
  attack("os.abort", "import os\nos.abort()", ["crashed", "error"]),
  attack("a signal to itself", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", ["error", "crashed"]),
  attack("signal.raise_signal", "import signal\nsignal.raise_signal(signal.SIGTERM)", ["error", "crashed"]),
  attack(
    "signals ignored, then a loop",
    "import signal\nfor n in range(1, 64):\n    try:\n        signal.signal(n, signal.SIG_IGN)\n    except BaseException:\n        pass\nwhile True: pass",
    ["timeout"],
    brief,
  ),
  attack(
    "an alarm put off, then a loop",
    "try:\n    import signal\n    signal.setitimer(signal.ITIMER_REAL, 10 ** 6)\nexcept BaseException:\n    pass\nwhile True: pass",
    ["timeout"],
    brief,
  ),
  attack(
    "limits raised, then a bomb",
    "import resource\nresource.setrlimit(resource.RLIMIT_AS, (-1, -1))\nresource.setrlimit(resource.RLIMIT_CPU, (-1, -1))\nprint('ESCAPED')",
  ),
  attack("a fault in the interpreter", "import faulthandler\nfaulthandler._sigsegv()", ["error", "crashed", "ok"]),
  attack("a stack overflow in the interpreter", "import faulthandler\nfaulthandler._stack_overflow()", [
    "error",
    "crashed",
    "memory",
  ]),
  attack(
    "a bad code object",
    "def f(): pass\nf.__code__ = f.__code__.replace(co_code=b'\\x01\\x02' * 100, co_stacksize=0)\nf()",
    ["error", "crashed", "timeout", "ok"],
    brief,
  ),
  attack("a bad marshal", "import marshal\nmarshal.loads(b'\\xe3' * 64)"),
  attack(
    "a pickled payload",
    "import pickle\nclass A:\n    def __reduce__(self):\n        import os\n        return (os.system, ('echo ESCAPED',))\npickle.loads(pickle.dumps(A()))\nraise SystemExit(1)",
  ),
  attack(
    "a pickled eval of the host",
    "import pickle\nprint(pickle.loads(b\"cbuiltins\\neval\\n(V__import__('os').listdir('/root')\\ntR.\"))\nprint('ESCAPED')",
  ),
  attack("standard output closed", "import sys\nsys.stdout.close()\nans = 1", ["ok", "error"], {
    result: { variable: "ans" },
  }),
  attack("descriptors closed", "import os\nos.closerange(0, 256)\nans = 1", ["ok", "error", "crashed"], {
    result: { variable: "ans" },
  }),
  attack("descriptors exchanged", "import os\nos.dup2(2, 1)\nos.close(0)\nprint(1)", ["ok", "error"]),
  attack("standard output replaced", "import sys, io\nsys.stdout = io.StringIO()\nprint('hidden')", ["ok"]),
  attack("standard output of the start written to", "import sys\nsys.__stdout__.write('{\"ready\":true}\\n')", ["ok"]),
  attack(
    "a forged report",
    'print(\'\\n{"id":1,"result":{"verdict":"ok","value":"forged","stdout":"","error":""}}\\n\')\nraise SystemExit(1)',
  ),
  attack(
    "a forged report on standard error",
    'import sys\nsys.stderr.write(\'{"verdict":"ok","value":"forged"}\')\nraise SystemExit(1)',
  ),
  attack(
    "a forged report by a descriptor",
    'import os\nos.write(1, b\'{"verdict":"ok","value":"forged"}\')\nos._exit(1)',
  ),
  attack(
    "import replaced",
    "import builtins\ndef evil(*args, **kwargs): raise RuntimeError('no imports')\nbuiltins.__import__ = evil\nans = 5",
    ["ok", "error"],
    { result: { variable: "ans" } },
  ),
  attack(
    "print and str replaced",
    "import builtins\nbuiltins.str = builtins.print = builtins.repr = builtins.len = None\nans = 5",
    ["ok", "error"],
    { result: { variable: "ans" } },
  ),
  attack(
    "all builtins deleted",
    "import builtins\nfor name in list(vars(builtins)):\n    if name not in ('vars', 'list', 'delattr'):\n        delattr(builtins, name)\nans = 5",
    ["ok", "error", "memory", "crashed"],
    { result: { variable: "ans" } },
  ),
  attack("the module table emptied", "import sys\nsys.modules.clear()\nans = 5", ["ok", "error", "crashed"], {
    result: { variable: "ans" },
  }),
  attack(
    "the json module replaced",
    "import json, sys\njson.dumps = lambda *a, **k: 'forged'\nsys.modules['json'] = None\nans = 5",
    ["ok", "error", "crashed"],
    { result: { variable: "ans" } },
  ),
  attack(
    "a tracing function left behind",
    "import sys\ndef trace(*a):\n    while True: pass\nsys.settrace(trace)\nsys.setprofile(trace)",
    ["timeout", "ok"],
    brief,
  ),
  attack(
    "an import hook left behind",
    "import sys\nclass Hook:\n    def find_spec(self, *a):\n        while True: pass\nsys.meta_path.insert(0, Hook())\nimport wave_of_nothing",
    ["timeout"],
    brief,
  ),
  attack(
    "an audit hook left behind",
    "import sys\ndef hook(*a):\n    raise RuntimeError('audited')\nsys.addaudithook(hook)\nopen('x')",
  ),
  attack(
    "the garbage collector's hooks",
    "import gc\ngc.callbacks.append(lambda *a: exec('while True: pass'))\ngc.collect()",
    ["timeout"],
    brief,
  ),
  attack(
    "frames of the caller changed",
    "import sys\nframe = sys._getframe()\nwhile frame.f_back: frame = frame.f_back\nframe.f_globals.clear()\nans = 5",
    ["ok", "error", "crashed", "memory"],
    { result: { variable: "ans" } },
  ),
  attack(
    "objects found by the garbage collector changed",
    "import gc\nfor x in gc.get_objects():\n    if type(x) is dict:\n        try:\n            x.clear()\n        except BaseException:\n            pass",
    ["ok", "error", "crashed", "memory"],
    brief,
  ),
  attack(
    "an exception that cannot be shown",
    "class A(Exception):\n    def __str__(self): raise ValueError\n    __repr__ = __str__\nraise A",
  ),
  attack("an exception that is no exception", "raise 5"),
  attack(
    "a class that lies about itself",
    "class A(int):\n    def __repr__(self): raise KeyboardInterrupt\n    __str__ = __repr__\n    __class__ = str\nans = A(5)",
    ["ok", "error"],
    { result: { variable: "ans" } },
  ),
  attack("an answer that exits", "import os\ndef solution(): os._exit(0)", ["ok", "error", "crashed"], {
    result: { call: "solution" },
  }),
  attack("an answer that is not there", "x = 1", ["error"], { result: { variable: "ans" } }),
  attack("an answer that is no function", "solution = 5", ["error"], { result: { call: "solution" } }),
  attack("constants of a module changed", "import math\nmath.pi = 3\nint_ = int", ["ok"]),
  attack("a program that is no program", "def def def", ["error"]),
  attack("a program with a null byte", "x = 1\0\nx", ["error"]),
  attack("a program in half a surrogate", "x = '\ud800'\nprint(x)", ["ok", "error"]),
  attack("a coding cookie of another alphabet", "# -*- coding: rot13 -*-\ncevag('x')", ["error"]),
  attack(
    "the module search path changed",
    "import sys\nsys.path[:] = ['/etc', '/root', '/proc/self/cwd']\nimport passwd\nprint('ESCAPED')",
  ),
];
