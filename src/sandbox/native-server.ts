import { nativeLockdown } from "./native-lockdown.ts";
import { nativePair } from "./native-pair.ts";
import { pythonValues } from "./python-values.ts";

/**
 * The fork server inside bubblewrap: it loads what programs often need once, and gives each program a fork
 * of itself. It reads a request a line and answers with a line. The fork has pipes in place of the server's streams, is
 * locked down before the first line of the program is compiled, and reports through a pipe of its own, under a number
 * drawn for this program alone, so nothing that a program writes can pass for a report by accident or by guessing. The
 * folder \`/work\` is emptied after each program.
 */
export const nativeServer = `${pythonValues}${nativeLockdown}
import os, json, mmap, time, types, builtins, select, shutil, signal, gc
import math, cmath, itertools, functools, collections, re, random, string, statistics, datetime, heapq, bisect, operator, copy
import typing, dataclasses, contextlib, enum, calendar, io, warnings

file_bytes = 8 << 20
checking = "--check" in sys.argv
def seed():
    random.seed(0)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(0)

def quiet_environment():
    os.environ.clear()
    sys.argv[:] = ["program"]
    sys.set_int_max_str_digits(0) if hasattr(sys, "set_int_max_str_digits") else None
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)

def main_module():
    module = types.ModuleType("__main__")
    module.__builtins__ = builtins
    return module

def read_stdin(data):
    number = os.memfd_create("stdin")
    os.write(number, data)
    os.lseek(number, 0, 0)
    return number

quoted = json.encoder.encode_basestring_ascii

def flush():
    for stream in streams:
        try:
            stream.flush()
        except BaseException:
            pass

def replay(request, scope, begin):
    # Past cells run again without their output; the server drops what it has when the cell itself begins.
    if request["key"] is None:
        return 0
    for number, cell in enumerate(request["history"], 1):
        try:
            run_cell(cell["source"], scope, number)
        except BaseException:
            pass
    flush()
    begin()
    return len(request["history"]) + 1

def evaluate(request, begin):
    module = main_module()
    sys.modules["__main__"] = module
    if request.get("subject") is not None:
        module.ask_subject = ask_subject
    value, verdict, error = None, "ok", ""
    number = replay(request, module.__dict__, begin)
    try:
        if request.get("prelude") is not None:
            run_prelude(request["prelude"], module.__dict__)
        value = outcome_of(request, module.__dict__, number)
    except BaseException as raised:
        verdict, error = judge(raised)
    flush()
    if value is not None and len(value) > request["limits"]["outputBytes"]:
        verdict, value, error = "output-limit", None, "The value is longer than the output limit"
    shown = "null" if value is None else quoted(value)
    return ('{"verdict":' + quoted(verdict) + ',"value":' + shown + ',"error":' + quoted(error) + "}").encode()

compiled = {}

def run_prelude(text, scope):
    # Compiled once, in the server, from which all programs are forked.
    exec(compiled[text] if text in compiled else compile(text, "<program>", "exec", dont_inherit=True), scope)

def compile_once(text):
    if text is None or text in compiled:
        return
    if len(compiled) >= 8:
        compiled.clear()
    try:
        compiled[text] = compile(text, "<program>", "exec", dont_inherit=True)
    except Exception:
        pass

streams = ()

def child(request, ends, nonce):
    stdin, stdout, stderr, report, go = ends
    for source, target in ((stdin, 0), (stdout, 1), (stderr, 2)):
        os.dup2(source, target)
    os.dup2(report, 250)
    os.dup2(go, 251)
    os.closerange(3, 250)
    os.dup2(250, 3)
    os.dup2(251, 4)
    os.closerange(5, 256)
    os.chdir("/work")
    open_streams()
    seed()
    lock(request["limits"], len(request["history"]), base)
    write, read, close = os.write, os.read, os.close
    if request["key"] is None:
        close(4)
    def begin():
        write(3, nonce + b"begin\\n")
        read(4, 1)
        close(4)
    report_on(request, nonce, begin)

def open_streams():
    global streams
    sys.stdin = sys.__stdin__ = open(0, "r", encoding="utf-8", errors="surrogateescape", closefd=False)
    sys.stdout = sys.__stdout__ = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), "utf-8", "surrogateescape", write_through=True)
    sys.stderr = sys.__stderr__ = io.TextIOWrapper(io.FileIO(2, "w", closefd=False), "utf-8", "backslashreplace", write_through=True)
    streams = (sys.stdout, sys.stderr)

def report_on(request, nonce, begin):
    write, end = os.write, os._exit
    try:
        answer = evaluate(request, begin)
    except MemoryError:
        answer = b'{"verdict":"memory","value":null,"error":"MemoryError"}'
    data = nonce + answer
    while data:
        data = data[write(3, data):]
    end(0)

class Drain:
    """Reads pipes until they close, the deadline passes, or more was written than is allowed."""
    def __init__(self, stdout, stderr, report, limits, cells, begin):
        self.limits = limits
        self.begin = begin
        self.parts = {stdout: [], stderr: [], report: []}
        self.room = {stdout: (1 + cells) * limits["outputBytes"], report: 16 * limits["outputBytes"] + 65536}
        self.shared = {stdout: stdout, stderr: stdout, report: report}
        self.order = self.awaited = (stdout, stderr, report)
        self.deadline = time.monotonic() + (1 + cells) * limits["wallMs"] / 1000
        self.ended = None
        self.poll = select.poll()
        for number in self.order:
            self.poll.register(number, select.POLLIN)
    def run(self):
        left = set(self.awaited)
        while left and self.ended is None:
            wait = self.deadline - time.monotonic()
            events = self.poll.poll(max(0, wait) * 1000 + 1) if wait > 0 else []
            if not events and wait <= 0:
                self.ended = "timeout"
            for number, event in events:
                self.take(number, left)
    def take(self, number, left):
        data = os.read(number, 65536)
        if not data:
            left.discard(number)
            self.poll.unregister(number)
            return
        key = self.shared[number]
        kept = data[:self.room[key]]
        self.room[key] -= len(kept)
        self.parts[number].append(kept)
        if len(kept) < len(data):
            self.ended = "output-limit"
        if number == self.order[2] and self.text(2) == self.begin:
            self.restart()
    def restart(self):
        # What is in the pipes now was written by past cells: the program waits for the word to go on.
        for number in self.order[:2]:
            while select.select([number], [], [], 0)[0] and os.read(number, 65536):
                pass
        for number in self.order:
            self.parts[number].clear()
        self.room[self.order[0]] = self.limits["outputBytes"]
        self.deadline = time.monotonic() + self.limits["wallMs"] / 1000
        os.write(self.go, b"g")
    def text(self, index):
        return b"".join(self.parts[self.order[index]])

ends_of = {
    "timeout": lambda limits: "The program took longer than " + str(limits["wallMs"]) + " ms",
    "output-limit": lambda limits: "The program wrote more than it may",
}

def verdict_without_report(status):
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number in (signal.SIGXCPU, signal.SIGKILL):
            return ("timeout", "The program used up its processor time")
        if number == signal.SIGXFSZ:
            return ("error", "The program wrote a larger file than it may")
        return ("crashed", "The interpreter died of signal " + str(number))
    code = os.WEXITSTATUS(status)
    if code == 0:
        return ("ok", "")
    return ("error", "The program ended the process with status " + str(code))

def empty_work():
    clean = True
    for name in os.listdir("/work"):
        path = "/work/" + name
        try:
            if os.path.isdir(path) and not os.path.islink(path):
                shutil.rmtree(path)
            else:
                os.remove(path)
        except BaseException:
            clean = False
    return clean

def lay_files(files):
    # A program can ask for any name, so the name is only ever one in this folder.
    for name, text in files.items():
        number = os.open("/work/" + os.path.basename(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
        write_all(number, text.encode("utf-8", "surrogatepass"))
        os.close(number)

def perform(request):
    lay_files(request.get("files", {}))
    stdin = read_stdin(request["stdin"].encode("utf-8", "surrogatepass"))
    nonce = os.urandom(16).hex().encode()
    pipes = [os.pipe() for _ in range(3)]
    go, ready = os.pipe()
    cells = len(request["history"])
    pid = os.fork()
    if pid == 0:
        try:
            child(request, [stdin] + [end for _, end in pipes] + [go], nonce)
        except BaseException as error:
            os.write(2, repr(error).encode())
        finally:
            os._exit(71)
    for end in [stdin, go] + [end for _, end in pipes]:
        os.close(end)
    drain = Drain(*[end for end, _ in pipes], request["limits"], cells, nonce + b"begin\\n")
    drain.go = ready
    drain.run()
    if drain.ended is not None:
        os.kill(pid, signal.SIGKILL)
    status = os.waitpid(pid, 0)[1]
    for end in [ready] + [end for end, _ in pipes]:
        os.close(end)
    result, kept = outcome(drain, status, nonce, request["limits"])
    return result, kept, not empty_work()

def outcome(drain, status, nonce, limits):
    stdout = drain.text(0).decode("utf-8", "replace")
    stderr = drain.text(1).decode("utf-8", "replace")
    report = drain.text(2)
    value = None
    if drain.ended is not None:
        verdict, error = drain.ended, ends_of[drain.ended](limits)
    elif report.startswith(nonce):
        said = json.loads(report[len(nonce):])
        verdict, value, error = said["verdict"], said["value"], said["error"]
    else:
        verdict, error = verdict_without_report(status)
    result = {"verdict": verdict, "value": value, "stdout": stdout, "error": (error or stderr)[-2000:]}
    return result, report.startswith(nonce) and drain.ended is None

${nativePair}
def answer(line):
    request = json.loads(line)
    compile_once(request.get("prelude"))
    compile_once(request.get("subject"))
    result, kept, recycle = (perform if request.get("subject") is None else perform_pair)(request)
    return {"id": request["id"], "result": result, "kept": kept, "recycle": recycle}

def write_all(number, data):
    while data:
        data = data[os.write(number, data):]

def write_line(number, value):
    write_all(number, (json.dumps(value) + "\\n").encode())

def make_ready():
    global base
    gc.collect()
    gc.freeze()
    base = address_space()

# Programs that name a large library are forked from a second server that has loaded it; a fork of the first, which has not, costs less.
large = ("numpy", "mpmath", "sympy")

def start_large():
    requests, answers = os.pipe(), os.pipe()
    if os.fork() != 0:
        os.close(requests[0])
        os.close(answers[1])
        return requests[1], open(answers[0], "rb")
    os.close(requests[1])
    os.close(answers[0])
    loaded = []
    for name in large:
        try:
            __import__(name)
            loaded.append(name)
        except ImportError:
            pass
    make_ready()
    write_line(answers[1], loaded)
    for line in open(requests[0], "rb"):
        write_line(answers[1], answer(line))
    os._exit(0)

def relay(line):
    write_all(to_large, line)
    reply = from_large.readline()
    if not reply:
        raise EOFError("the server with the large libraries has ended")
    write_all(1, reply)

quiet_environment()
make_ready()
if checking:
    attempt = "import socket\\ntry:\\n    socket.socket()\\n    ans = 1\\nexcept PermissionError:\\n    ans = 2"
    limits = {"wallMs": 5000, "memoryMiB": 256, "outputBytes": 1000}
    request = {"source": attempt, "result": {"variable": "ans"}, "stdin": "", "limits": limits, "key": None, "history": []}
    result, _, _ = perform(request)
    if result["value"] != "2":
        sys.stderr.write("the system call filter does not hold: " + json.dumps(result))
        sys.exit(1)
    loaded = []
else:
    to_large, from_large = start_large()
    loaded = json.loads(from_large.readline())
write_line(1, {"ready": True, "detail": " ".join([platform.python_version()] + loaded)})
for line in open(0, "rb", closefd=False):
    if any(name.encode() in line for name in loaded):
        relay(line)
    else:
        write_line(1, answer(line))
`;
