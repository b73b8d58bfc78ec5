import { pythonLine } from "./python-line.ts";

/**
 * Python of the fork server for a program with a subject: two forks that are joined by two pipes. The subject is forked
 * first. The program that questions it reads its own source from the server's input, so that no process from which a
 * subject is ever forked has held it.
 */
export const nativePair = `${pythonLine}
longest_text = 32 << 20

def settle_ends(ends):
    for place, end in enumerate(ends):
        os.dup2(end, 240 + place)
    os.closerange(3, 240)
    for place in range(len(ends)):
        os.dup2(240 + place, place)
    os.closerange(len(ends), 256)

def read_text(number):
    length = int.from_bytes(read_exactly(number, 8), "little")
    if length > longest_text:
        raise EOFError("output-limit")
    return read_exactly(number, length)

def ask_subject(text):
    try:
        write_text(4, text.encode("utf-8", "surrogatepass"))
    except OSError:
        raise EOFError("ended")
    return read_text(5).decode("utf-8", "replace")

def subject_child(request, ends):
    settle_ends(ends)
    os.chdir("/work")
    open_streams()
    seed()
    lock(request["limits"], 0, base)
    module = main_module()
    sys.modules["__main__"] = module
    run_prelude(request["subject"], module.__dict__)
    reply = module.__dict__["reply"]
    while True:
        text = read_text(3).decode("utf-8", "surrogatepass")
        write_text(4, reply(text).encode("utf-8", "backslashreplace"))

def judge_child(request, ends, nonce):
    write_line(1, {"id": request["id"], "wants": "source"})
    line = b""
    while not line.endswith(b"\\n"):
        part = os.read(0, 1 << 20)
        if not part:
            os._exit(71)
        line += part
    settle_ends(ends)
    os.chdir("/work")
    open_streams()
    seed()
    lock(request["limits"], 0, base)
    request.update(json.loads(line))
    report_on(request, nonce, None)

class PairDrain(Drain):
    """Also empties what the subject writes, which nobody reads."""
    def __init__(self, ends, others, limits):
        super().__init__(*ends, limits, 0, b"")
        self.order += tuple(others)
        for number in others:
            self.parts[number], self.room[number], self.shared[number] = [], limits["outputBytes"], number
            self.poll.register(number, select.POLLIN)

def fork_into(act):
    pid = os.fork()
    if pid != 0:
        return pid
    try:
        act()
    except BaseException as error:
        os.write(2, repr(error).encode())
    finally:
        os._exit(71)

def end_of(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    return os.waitpid(pid, 0)[1]

def perform_pair(request):
    nonce = os.urandom(16).hex().encode()
    stdin = read_stdin(request["stdin"].encode("utf-8", "surrogatepass"))
    nothing = read_stdin(b"")
    pipes = [os.pipe() for _ in range(7)]
    (out, err, report, ask, told, subject_out, subject_err) = pipes
    judge_ends = [stdin, out[1], err[1], report[1], ask[1], told[0]]
    subject_ends = [nothing, subject_out[1], subject_err[1], ask[0], told[1]]
    subject = fork_into(lambda: subject_child(request, subject_ends))
    judge = fork_into(lambda: judge_child(request, judge_ends, nonce))
    for end in judge_ends + subject_ends:
        os.close(end)
    kept = [out[0], err[0], report[0]], [subject_out[0], subject_err[0]]
    drain = PairDrain(*kept, request["limits"])
    drain.run()
    if drain.ended is not None:
        status = end_of(judge)
    else:
        status = os.waitpid(judge, 0)[1]
    end_of(subject)
    for end in kept[0] + kept[1]:
        os.close(end)
    result, _ = outcome(drain, status, nonce, request["limits"])
    return result, False, not empty_work()
`;
