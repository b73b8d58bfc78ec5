import { pythonLine } from "./python-line.ts";
import { pythonValues } from "./python-values.ts";

/**
 * The Python that an interpreter runs at its start. It imports what programs often need, defines `serve`, writes on
 * standard output where `serve` lies in memory, and asks for the time: the host answers that call by leaving the
 * interpreter, whose memory is then the picture that every program starts from. From there on the host enters `serve`
 * directly, once for a program.
 *
 * `serve` reads its request from standard input (a line with its length in bytes, then JSON; what follows is the
 * program's own input), runs it in a module of its own named `__main__`, and returns the report as a bytes object that
 * the host reads out of memory. Nothing a program prints can pass for a report. What it can do is misreport *itself*,
 * since it shares an interpreter with `serve`: it may end up with any value or verdict of its own choosing, and with
 * nothing else. Whoever grades a program compares its values on the host's side.
 */
const harness = `${pythonValues}
import os, json, time, types, builtins, gc
import math, cmath, itertools, functools, collections, re, random, string, statistics, datetime, heapq, bisect, operator, copy
import typing, dataclasses, contextlib, enum, calendar

builtins.exit = builtins.quit = sys.exit
sys.set_int_max_str_digits(0)
out_of_memory = b'{"verdict":"memory","value":null,"error":"MemoryError"}'
read = os.read
quoted = json.encoder.encode_basestring_ascii
modules = sys.modules
streams = (sys.stdout, sys.stderr)

def read_request():
    head = b""
    while not head.endswith(b"\\n"):
        head += read(0, 1)
    left = int(head)
    parts = []
    while left > 0:
        part = read(0, left)
        parts.append(part)
        left -= len(part)
    return json.loads(b"".join(parts))

${pythonLine}
def ask_subject(text):
    write_text(0, text.encode("utf-8", "surrogatepass"))
    length = int.from_bytes(read_exactly(0, 8), "little", signed=True)
    if length < 0:
        raise EOFError(ends[read_exactly(0, 1)])
    return read_exactly(0, length).decode("utf-8", "replace")

ends = {b"m": "memory", b"o": "output-limit", b"i": "instructions", b"e": "ended"}

def replied():
    parts = []
    while True:
        part = read(0, 1 << 20)
        if not part:
            break
        parts.append(part)
    return session.__dict__["reply"](b"".join(parts).decode("utf-8", "surrogatepass")).encode("utf-8", "backslashreplace")

def main_module():
    module = types.ModuleType("__main__")
    module.__builtins__ = builtins
    return module

session = main_module()

def report(verdict, value, error):
    shown = "null" if value is None else quoted(value)
    return ('{"verdict":' + quoted(verdict) + ',"value":' + shown + ',"error":' + quoted(error) + "}").encode()

def perform(request):
    global session
    if request["number"] < 0:
        return replied()
    if request["number"] < 2 and not request["after"]:
        session = main_module()
    modules["__main__"] = session
    scope = session.__dict__
    if request["subject"]:
        scope["ask_subject"] = ask_subject
    value = None
    verdict, error = "ok", ""
    try:
        value = outcome_of(request, scope, request["number"])
    except BaseException as raised:
        verdict, error = judge(raised)
    for stream in streams:
        try:
            stream.flush()
        except BaseException:
            pass
    return report(verdict, value, error)

def serve():
    try:
        return perform(read_request())
    except MemoryError:
        return out_of_memory

gc.collect()
gc.freeze()
print(id(serve), id(types.FunctionType), id(()), flush=True)
time.time()
`;

/** The harness has builtins of its own, so that a program that replaces the common ones replaces only those. */
export const wasiHarness = `import builtins
exec(compile(${JSON.stringify(harness)}, "<harness>", "exec"), {"__builtins__": dict(vars(builtins)), "__name__": "harness"})
`;
