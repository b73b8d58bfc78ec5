import { type Attack, attack } from "./attack.ts";

/**
 * System calls by their numbers on x86-64. Each must be refused with "not permitted" before the kernel looks at its
 * arguments.
 */
const calls: readonly (readonly [string, number])[] = [
  ["shmget", 29],
  ["socket", 41],
  ["socketpair", 53],
  ["clone", 56],
  ["vfork", 58],
  ["execve", 59],
  ["kill", 62],
  ["msgget", 68],
  ["chmod", 90],
  ["ptrace", 101],
  ["setuid", 105],
  ["setpgid", 109],
  ["setsid", 112],
  ["personality", 135],
  ["sched_setscheduler", 144],
  ["pivot_root", 155],
  ["prctl", 157],
  ["setrlimit", 160],
  ["chroot", 161],
  ["mount", 165],
  ["umount2", 166],
  ["init_module", 175],
  ["sched_setaffinity", 203],
  ["mq_open", 240],
  ["add_key", 248],
  ["keyctl", 250],
  ["unshare", 272],
  ["perf_event_open", 298],
  ["prlimit64", 302],
  ["open_by_handle_at", 304],
  ["setns", 308],
  ["process_vm_writev", 311],
  ["seccomp", 317],
  ["memfd_create", 319],
  ["bpf", 321],
  ["execveat", 322],
  ["userfaultfd", 323],
  ["pidfd_send_signal", 424],
  ["io_uring_setup", 425],
  ["fsopen", 430],
  ["pidfd_open", 434],
  ["clone3", 435],
  ["pidfd_getfd", 438],
  ["fork by its number of the x32 kind", 0x40000000 + 57],
];

const call = (number: number) => `
import ctypes, platform
if platform.machine() == "x86_64":
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall(ctypes.c_long(${number}), 0, 0, 0, 0, 0, 0)
    if ctypes.get_errno() != 1:
        print("ESCAPED", ctypes.get_errno())
raise SystemExit(1)
`;

/** Refused as by something that is no terminal: a request that any open file takes must fail. */
const terminalCalls = `
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
for request in (0x5451, 0x5450, 0x541B, 0x5412):
    if libc.ioctl(0, ctypes.c_ulong(request), ctypes.create_string_buffer(8)) != -1 or ctypes.get_errno() != 25:
        print("ESCAPED", request, ctypes.get_errno())
raise SystemExit(1)
`;

/**
 * Machine code that asks for a new process through the door for 32-bit programs, which numbers its calls differently.
 */
const oldDoor = `
import ctypes, mmap, platform
if platform.machine() == "x86_64":
    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(bytes.fromhex("b802000000cd80c3"))
    address = ctypes.addressof(ctypes.c_char.from_buffer(code))
    if ctypes.CFUNCTYPE(ctypes.c_int)(address)() >= 0:
        print("ESCAPED")
raise SystemExit(1)
`;

/**
 * Attempts to reach the kernel past the standard library. Where there is no kernel to call, there is no ctypes either.
 */
export const pythonKernel: readonly Attack[] = [
  ...calls.map(([name, number]) => attack(`the system call ${name}`, call(number))),
  attack("requests to a device (ioctl)", terminalCalls),
  attack("a fork through the door for 32-bit programs", oldDoor, ["error", "crashed"]),
];
