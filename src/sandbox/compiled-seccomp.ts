/**
 * System calls that a compiler and what it built may not make, with their numbers on x86-64 and on arm64 (null where
 * there is none). Compilers start processes and threads, and Java's and Go's runtimes need most of what the kernel has,
 * so this is a list of what is refused: memory that belongs to no process (shared segments, queues, files without a
 * name, sockets to oneself), sockets, looking into other processes, mounts, namespaces, keys, kernel modules, clocks,
 * and doors to the kernel that few programs need and many escapes used.
 */
const refused: readonly (readonly [string, number | null, number | null])[] = [
  ["socket", 41, 198],
  ["socketpair", 53, 199],
  ["shmget", 29, 194],
  ["msgget", 68, 186],
  ["mq_open", 240, 180],
  ["memfd_create", 319, 279],
  ["memfd_secret", 447, 447],
  ["ptrace", 101, 117],
  ["syslog", 103, 116],
  ["personality", 135, 92],
  ["uselib", 134, null],
  ["modify_ldt", 154, null],
  ["pivot_root", 155, 41],
  ["adjtimex", 159, 171],
  ["chroot", 161, 51],
  ["acct", 163, 89],
  ["settimeofday", 164, 170],
  ["mount", 165, 40],
  ["umount2", 166, 39],
  ["swapon", 167, 224],
  ["swapoff", 168, 225],
  ["reboot", 169, 142],
  ["sethostname", 170, 161],
  ["setdomainname", 171, 162],
  ["iopl", 172, null],
  ["ioperm", 173, null],
  ["init_module", 175, 105],
  ["delete_module", 176, 106],
  ["quotactl", 179, 60],
  ["clock_settime", 227, 112],
  ["kexec_load", 246, 104],
  ["add_key", 248, 217],
  ["request_key", 249, 218],
  ["keyctl", 250, 219],
  ["migrate_pages", 256, 238],
  ["unshare", 272, 97],
  ["move_pages", 279, 239],
  ["perf_event_open", 298, 241],
  ["fanotify_init", 300, 262],
  ["name_to_handle_at", 303, 264],
  ["open_by_handle_at", 304, 265],
  ["clock_adjtime", 305, 266],
  ["setns", 308, 268],
  ["process_vm_readv", 310, 270],
  ["process_vm_writev", 311, 271],
  ["finit_module", 313, 273],
  ["kexec_file_load", 320, 294],
  ["bpf", 321, 280],
  ["userfaultfd", 323, 282],
  ["io_uring_setup", 425, 425],
  ["io_uring_enter", 426, 426],
  ["io_uring_register", 427, 427],
  ["open_tree", 428, 428],
  ["move_mount", 429, 429],
  ["fsopen", 430, 430],
  ["fsconfig", 431, 431],
  ["fsmount", 432, 432],
  ["fspick", 433, 433],
  ["pidfd_getfd", 438, 438],
  ["process_madvise", 440, 440],
  ["mount_setattr", 442, 442],
];

const machines: Readonly<
  Record<string, { audit: number; column: 1 | 2; clone: number; clone3: number; ioctl: number; fcntl: number }>
> = {
  x64: { audit: 0xc000003e, column: 1, clone: 56, clone3: 435, ioctl: 16, fcntl: 72 },
  arm64: { audit: 0xc00000b7, column: 2, clone: 220, clone3: 435, ioctl: 29, fcntl: 25 },
};

// Instructions of the classic packet filter, and where the kernel keeps a call: number, architecture, then arguments of
// 8 bytes.
const load = 0x20;
const jumpEqual = 0x15;
const jumpAtLeast = 0x35;
const jumpAnyBit = 0x45;
const give = 0x06;
const callNumber = 0;
const architecture = 4;
const argument = (index: number) => 16 + 8 * index;

const allow = 0x7fff0000;
const kill = 0x80000000;
const failWith = (errno: number) => 0x00050000 | errno;
const notPermitted = 1;
const notThere = 38;

/** Flags of clone that make namespaces. */
const newNamespaces = 0x7e020000;
/** Requests that put characters into a terminal's input. */
const terminalInput = [0x5412, 0x541c];
/** The request of fcntl that makes a pipe hold more. */
const largerPipe = 1031;
/** From here on x86-64 takes calls by the numbers of its x32 kind. */
const x32 = 0x40000000;

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, value: number];

/**
 * The filter of system calls for compiled programs, in the form that bubblewrap reads; null on a machine whose numbers
 * are not known here. A refused call fails with "not permitted", `clone3` as if there were none (its flags are out of a
 * filter's sight, and libraries then use `clone`); a call by another architecture's door ends the process. `needed`
 * names calls that a language's runtime cannot do without.
 */
export function compiledFilter(arch: string, needed: readonly string[] = []): Buffer | null {
  const machine = machines[arch];
  if (machine === undefined) return null;
  const numbers = refused.flatMap((row) => (needed.includes(row[0]) ? [] : (row[machine.column] ?? [])));
  const refusing: Instruction[] = numbers.flatMap((number) => [
    [jumpEqual, 0, 1, number],
    [give, 0, 0, failWith(notPermitted)],
  ]);
  const program: Instruction[] = [
    [load, 0, 0, architecture],
    [jumpEqual, 1, 0, machine.audit],
    [give, 0, 0, kill],
    [load, 0, 0, callNumber],
    [jumpAtLeast, 0, 1, x32],
    [give, 0, 0, failWith(notPermitted)],
    [jumpEqual, 0, 1, machine.clone3],
    [give, 0, 0, failWith(notThere)],
    ...refusing,
    [jumpEqual, 0, 4, machine.fcntl],
    [load, 0, 0, argument(1)],
    [jumpEqual, 0, 1, largerPipe],
    [give, 0, 0, failWith(notPermitted)],
    [give, 0, 0, allow],
    [jumpEqual, 0, 4, machine.clone],
    [load, 0, 0, argument(0)],
    [jumpAnyBit, 0, 1, newNamespaces],
    [give, 0, 0, failWith(notPermitted)],
    [give, 0, 0, allow],
    [jumpEqual, 0, 4, machine.ioctl],
    [load, 0, 0, argument(1)],
    [jumpEqual, 1, 0, terminalInput[0] ?? 0],
    [jumpEqual, 0, 1, terminalInput[1] ?? 0],
    [give, 0, 0, failWith(notPermitted)],
    [give, 0, 0, allow],
  ];
  const bytes = Buffer.alloc(8 * program.length);
  for (const [i, [code, ifTrue, ifFalse, value]] of program.entries()) {
    bytes.writeUInt16LE(code, 8 * i);
    bytes.writeUInt8(ifTrue, 8 * i + 2);
    bytes.writeUInt8(ifFalse, 8 * i + 3);
    bytes.writeUInt32LE(value >>> 0, 8 * i + 4);
  }
  return bytes;
}
