import { type Attack, attack, brief, type Prey } from "./attack.ts";

const head = `#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>
#define ESCAPED(...) do { std::printf("ESCAPED " __VA_ARGS__); std::puts(""); } while (0)
`;

const inMain = (body: string): string => `${head}int main() {\n${body}\nreturn 1;\n}\n`;
const text = JSON.stringify;

const read = (path: string) =>
  inMain(`FILE *f = std::fopen(${text(path)}, "r"); char b[99]; if (f && std::fgets(b, 99, f)) ESCAPED("%s", b);`);
const write = (path: string) =>
  inMain(`FILE *f = std::fopen(${text(path)}, "w"); if (f && std::fputs("x", f) >= 0 && !std::fclose(f)) ESCAPED();`);
const call = (number: string, rest = ", 0, 0, 0, 0, 0, 0") =>
  inMain(
    `errno = 0; long r = syscall(${number}${rest}); if (r >= 0 || (errno != EPERM && errno != ENOSYS)) ESCAPED("%d", errno);`,
  );

/** Calls that must be refused before the kernel looks at their arguments. */
const calls = [
  ...["socket", "ptrace", "personality", "pivot_root", "chroot", "mount", "umount2", "swapon", "reboot", "sethostname"],
  ...["init_module", "add_key", "keyctl", "request_key", "unshare", "perf_event_open", "open_by_handle_at", "setns"],
  ...["process_vm_readv", "process_vm_writev", "bpf", "userfaultfd", "kexec_load", "clock_settime", "settimeofday"],
  ...[
    "finit_module",
    "delete_module",
    "kexec_file_load",
    "swapoff",
    "setdomainname",
    "name_to_handle_at",
    "fanotify_init",
  ],
  ...["migrate_pages", "move_pages", "clock_adjtime", "adjtimex", "acct", "quotactl", "syslog"],
  ...(process.arch === "x64" ? ["modify_ldt", "iopl", "ioperm", "uselib"] : []),
];
const newer: readonly (readonly [string, number])[] = [
  ["io_uring_setup", 425],
  ["io_uring_enter", 426],
  ["io_uring_register", 427],
  ["open_tree", 428],
  ["move_mount", 429],
  ["fsopen", 430],
  ["fsconfig", 431],
  ["fsmount", 432],
  ["fspick", 433],
  ["clone3", 435],
  ["pidfd_getfd", 438],
  ["process_madvise", 440],
  ["mount_setattr", 442],
];

const files = ({ file, folder, hostPid }: Prey): Attack[] => [
  ...[
    file,
    `/proc/1/root${file}`,
    `/proc/${hostPid}/environ`,
    `/proc/${hostPid}/cmdline`,
    "/proc/kcore",
    "/proc/kallsyms",
    "/etc/passwd",
    "/etc/shadow",
    "/etc/hostname",
    "/root/.bashrc",
    "/dev/mem",
    "/dev/kmsg",
    "/dev/vda",
    "/sys/class/net/eth0/address",
    "/var/run/docker.sock",
    "../../../../etc/passwd",
  ].map((path) => attack(`open ${path === file ? "the host's file" : path.replace(/\d{2,}/, "N")}`, kallsyms(path))),
  ...[
    `${folder}/new`,
    "/usr/bin/new",
    "/etc/new",
    "/root/new",
    "/new",
    "/proc/sys/kernel/core_pattern",
    "/proc/self/uid_map",
    "/sys/kernel/new",
  ].map((path) => attack(`write ${path.startsWith(folder) ? "into the host's folder" : path}`, write(path))),
  attack("include the host's file", `#include ${text(file)}\nint main() { return 0; }`),
  attack(
    "assemble the host's file into the program",
    `${head}__asm__(".section .rodata\\nstolen: .incbin ${text(text(file)).slice(1, -1)}\\n.byte 0\\n.text");\nextern "C" const char stolen[];\nint main() { std::puts(stolen); }`,
  ),
  attack(
    "link to the host's file and read it",
    inMain(
      `if (!symlink(${text(file)}, "/work/link")) { char b[99]; int f = open("/work/link", 0); if (f >= 0 && read(f, b, 99) > 0) ESCAPED(); }`,
    ),
  ),
  attack("make a device of a disk", inMain('if (!mknod("/work/disk", S_IFBLK | 0600, 0xfe00)) ESCAPED();')),
  attack(
    "become root by a file's bit",
    inMain('if (!setuid(0) && open("/etc/new", O_CREAT | O_WRONLY, 0600) >= 0) ESCAPED();'),
  ),
];

/** Addresses are shown as zeros to those without rights. */
const kallsyms = (path: string): string =>
  path === "/proc/kallsyms"
    ? inMain(
        'FILE *f = std::fopen("/proc/kallsyms", "r"); unsigned long a; if (f && std::fscanf(f, "%lx", &a) == 1 && a) ESCAPED("%lx", a);',
      )
    : read(path);

const reach = ({ tcpPort, hostPid }: Prey): Attack[] => [
  attack(
    "a shell that opens a socket by its own means",
    inMain(`if (!system("exec 2>/dev/null; /bin/bash -c 'echo x > /dev/tcp/127.0.0.1/${tcpPort}'")) ESCAPED();`),
  ),
  attack(
    "Python that opens a socket",
    inMain(
      `if (!system("/usr/bin/python3 -c 'import socket; socket.create_connection((\\"127.0.0.1\\", ${tcpPort}), 1)' 2>/dev/null")) ESCAPED();`,
    ),
  ),
  attack("a name looked up", inMain('if (!system("getent ahosts example.com > /dev/null 2>&1")) ESCAPED();')),
  attack("signal the host's process", inMain(`if (!kill(${hostPid}, 0)) ESCAPED();`)),
  attack("signal everybody", inMain("kill(-1, SIGKILL);"), ["error", "crashed", "timeout"]),
  attack(
    "read the environment",
    inMain(
      'extern char **environ; for (char **e = environ; *e; e++) if (std::strstr(*e, "canary") || std::strstr(*e, "HOME=")) ESCAPED("%s", *e);',
    ),
  ),
  attack("a namespace by clone", inMain("if (syscall(SYS_clone, 0x10000000 | SIGCHLD, 0, 0, 0, 0) >= 0) ESCAPED();")),
  attack(
    "characters put into a terminal",
    inMain('char c = 10; errno = 0; if (!ioctl(0, 0x5412, &c) || errno != EPERM) ESCAPED("%d", errno);'),
  ),
  attack(
    "a set-user program",
    inMain(
      'if (!system("/usr/bin/su -c id > /dev/null 2>&1 || /usr/bin/mount -t tmpfs x /work > /dev/null 2>&1")) ESCAPED();',
    ),
  ),
  ...(process.arch === "x64" ? [attack("a call by its number of the x32 kind", call("0x40000000 + 39", ""))] : []),
  ...(process.arch === "x64"
    ? [
        attack(
          "a call by the door for 32-bit programs",
          inMain('int r; __asm__ volatile("int $0x80" : "=a"(r) : "a"(20)); if (r > 0) ESCAPED();'),
          ["error", "crashed"],
        ),
      ]
    : []),
  attack(
    "find a process without the filter",
    inMain(
      'FILE *f = std::fopen("/proc/1/status", "r"); char b[200]; while (f && std::fgets(b, 200, f)) if (!std::strncmp(b, "Seccomp:", 8) && std::atoi(b + 8) != 2) ESCAPED("%s", b);',
    ),
  ),
  attack(
    "a namespace by a program",
    inMain('if (!system("unshare -r id > /dev/null 2>&1 || nsenter -t 1 -n id > /dev/null 2>&1")) ESCAPED();'),
  ),
  attack(
    "bubblewrap within",
    inMain('if (!system("/usr/bin/bwrap --ro-bind / / --unshare-net id > /dev/null 2>&1")) ESCAPED();'),
  ),
  attack(
    "another program by a library put before it",
    inMain('setenv("LD_PRELOAD", "/work/none.so", 1); if (!system("/usr/bin/su -c id > /dev/null 2>&1")) ESCAPED();'),
  ),
  attack(
    "limits raised again",
    inMain(
      "rlimit all = {RLIM_INFINITY, RLIM_INFINITY}; if (!setrlimit(RLIMIT_FSIZE, &all) || !setrlimit(RLIMIT_NPROC, &all)) ESCAPED();",
    ),
  ),
  attack(
    "a file given to root",
    inMain('int f = open("/work/own", O_CREAT | O_WRONLY, 0600); if (f >= 0 && !chown("/work/own", 0, 0)) ESCAPED();'),
  ),
  attack("read the kernel's log", inMain('if (!system("dmesg > /dev/null 2>&1")) ESCAPED();')),
  attack(
    "load a module by its tool",
    inMain(
      'if (!system("/sbin/modprobe loop > /dev/null 2>&1 || /usr/sbin/insmod /work/x.ko > /dev/null 2>&1")) ESCAPED();',
    ),
  ),
  attack(
    "look at what the host runs",
    inMain('if (!system("ls -l /proc/*/exe 2>/dev/null | grep -q node")) ESCAPED();'),
  ),
  attack(
    "leave a process behind",
    inMain("if (!fork()) { setsid(); if (!fork()) { sleep(30); _exit(0); } _exit(0); } wait(nullptr);"),
  ),
];

const exhaust: readonly Attack[] = [
  attack("a loop without end", inMain("for (volatile long i = 0;; i++);"), ["timeout"], brief),
  attack(
    "a loop that ignores signals",
    inMain("for (int s = 1; s < 65; s++) signal(s, SIG_IGN); for (;;);"),
    ["timeout"],
    brief,
  ),
  attack("sleep", inMain("sleep(60);"), ["timeout"], brief),
  attack(
    "wait for input that never comes",
    inMain('char c; while (std::scanf("%c", &c) != 99) usleep(1000);'),
    ["timeout"],
    brief,
  ),
  attack("a flood of output", inMain('for (;;) std::puts("more and more");'), ["output-limit"]),
  attack("a flood of errors", inMain('for (;;) std::fputs("more", stderr);'), ["output-limit"]),
  attack(
    "memory by the page",
    inMain("for (;;) { char *p = (char *)std::malloc(1 << 20); if (!p) std::abort(); std::memset(p, 1, 1 << 20); }"),
    ["memory", "error", "crashed"],
    { limits: { memoryMiB: 64 } },
  ),
  attack(
    "memory by new",
    `#include <vector>\n#include <cstdio>\nint main() { std::vector<char> all; for (;;) all.resize(all.size() + (1 << 24), 1); }`,
    ["memory"],
    { limits: { memoryMiB: 64 } },
  ),
  attack(
    "recursion without end",
    `#include <cstdio>\nint deep(volatile int n) { volatile char b[4096]; b[0] = n; return deep(n + 1) + b[0]; }\nint main() { std::printf("%d", deep(0)); }`,
    ["crashed", "memory", "error", "timeout"],
  ),
  attack("a fork bomb", inMain("for (;;) fork();"), ["timeout", "memory"], brief),
  attack(
    "a thread bomb",
    `#include <thread>\n#include <vector>\n#include <chrono>\nint main() { std::vector<std::thread> all; for (;;) all.emplace_back([] { std::this_thread::sleep_for(std::chrono::seconds(60)); }); }`,
    ["error", "crashed", "timeout", "memory"],
    brief,
  ),
  attack(
    "a file that fills the disk",
    inMain(
      'static char b[1 << 20]; FILE *f = std::fopen("/work/big", "w"); for (long n = 0; f; n++) { if (std::fwrite(b, 1, sizeof b, f) != sizeof b || std::fflush(f)) break; if (n > 600) ESCAPED(); }',
    ),
    ["error", "crashed"],
  ),
  attack(
    "files without number",
    inMain(
      'for (int i = 0; i < 100000; i++) { char n[32]; std::snprintf(n, 32, "/work/f%d", i); if (open(n, O_CREAT | O_WRONLY, 0600) < 0) break; }',
    ),
  ),
  attack(
    "a compiler that never ends",
    `template <int n> struct A { static const long v = A<n - 1>::v + A<n - 2>::v; };\ntemplate <> struct A<0> { static const long v = 0; };\ntemplate <> struct A<1> { static const long v = 1; };\nint main() { return A<100000>::v; }`,
  ),
  attack("a program of a thousand megabytes", "int main() { return 0; }\nchar a[1u << 31] = {1};", [
    "error",
    "timeout",
  ]),
  attack("divide by nothing", inMain("volatile int z = 0; return 1000 / z;"), ["crashed", "error"]),
  attack("jump into nothing", inMain("((void (*)())8)();"), ["crashed", "error"]),
];

/**
 * What a hostile C++ program tries: the host's files, its network, its processes, the kernel, and what the machine has.
 */
export const compiledAttacks = (prey: Prey): Attack[] => [
  ...files(prey),
  ...calls.map((name) => attack(`the system call ${name}`, call(`SYS_${name}`))),
  ...newer.map(([name, number]) => attack(`the system call ${name}`, call(String(number)))),
  ...reach(prey),
  ...exhaust,
];
