import { seccompTables } from "./native-seccomp.ts";

/**
 * Python that shuts a process off: limits that it cannot raise again, and a filter that lets through only the calls
 * listed.
 */
export const nativeLockdown = `
import ctypes, platform, resource, struct
seccomp_tables = ${seccompTables}
libc = ctypes.CDLL(None, use_errno=True)

def filter_program():
    architecture, numbers = seccomp_tables[platform.machine()]
    fcntl_number = 72 if platform.machine() == "x86_64" else 25
    ioctl_number = 16 if platform.machine() == "x86_64" else 29
    deny, no_terminal, allow = 0x00050001, 0x00050019, 0x7fff0000
    step = lambda code, true, false, value: struct.pack("HBBI", code, true, false, value)
    lines = [step(0x20, 0, 0, 4), step(0x15, 1, 0, architecture), step(0x06, 0, 0, 0x80000000), step(0x20, 0, 0, 0)]
    # A pipe may not be made to hold more (request 1031 of fcntl): that memory is in no limit.
    lines += [step(0x15, 0, 4, fcntl_number), step(0x20, 0, 0, 24), step(0x15, 0, 1, 1031), step(0x06, 0, 0, deny), step(0x20, 0, 0, 0)]
    # Python's files take a refused ioctl for "no terminal", but no other refusal.
    lines += [step(0x15, 0, 1, ioctl_number), step(0x06, 0, 0, no_terminal)]
    for number in numbers:
        lines += [step(0x15, 0, 1, number), step(0x06, 0, 0, allow)]
    lines.append(step(0x06, 0, 0, deny))
    body = b"".join(lines)
    buffer = ctypes.create_string_buffer(body, len(body))
    return ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(lines), ctypes.addressof(buffer))), buffer

program, program_body = filter_program()

def lock(limits, cells, base_bytes):
    seconds = int((1 + cells) * limits["wallMs"] / 1000) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_STACK, (64 << 20, 64 << 20))
    room = base_bytes + int(limits["memoryMiB"] * 1048576)
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    if libc.prctl(38, 1, 0, 0, 0) != 0 or libc.prctl(22, 2, program, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the system call filter could not be installed")

def address_space():
    # The smallest limit under which a page can still be had is what is in use now.
    low, high = 0, 1 << 36
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    while high - low > 65536:
        middle = (low + high) // 2
        resource.setrlimit(resource.RLIMIT_AS, (middle, hard))
        try:
            mmap.mmap(-1, 4096).close()
            high = middle
        except (OSError, MemoryError):
            low = middle
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    return high
`;
