import { type Attack, attack, type Prey } from "./attack.ts";

const text = JSON.stringify;

/** Attempts to reach the host's files, network, processes and environment from Python. */
export const pythonReach = (prey: Prey): Attack[] => [
  ...files(prey),
  ...processes(prey),
  ...network(prey),
  ...environment(prey),
];

function files({ file, folder, hostPid }: Prey): Attack[] {
  const read = (path: string) => `print("ESCAPED", open(${text(path)}).read())`;
  const paths = [
    file,
    `/proc/1/root${file}`,
    `/proc/${hostPid}/environ`,
    `/proc/${hostPid}/cmdline`,
    "/proc/self/environ",
    "/proc/self/maps",
    "/proc/self/mem",
    "/proc/1/environ",
    "/proc/cpuinfo",
    "/etc/passwd",
    "/etc/shadow",
    "/etc/hostname",
    "/root/.bashrc",
    "/root/.ssh/id_rsa",
    "/sys/class/net/eth0/address",
    "/dev/mem",
    "/dev/kmsg",
    "/var/run/docker.sock",
    "/run/systemd/private",
    "package.json",
    "../package.json",
    "../../../../../../etc/passwd",
    "/tmp/../etc/passwd",
    "file:///etc/passwd",
    "C:\\Windows\\win.ini",
  ];
  return [
    ...paths.map((path) =>
      attack(`open ${path === file ? "the host's file" : path.replace(/\d{2,}/, "N")}`, read(path)),
    ),
    attack("read through os.open", `import os\nprint("ESCAPED", os.read(os.open(${text(file)}, os.O_RDONLY), 99))`),
    attack("read through io.FileIO", `import io\nprint("ESCAPED", io.FileIO(${text(file)}).read())`),
    attack("read through pathlib", `import pathlib\nprint("ESCAPED", pathlib.Path(${text(file)}).read_text())`),
    attack(
      "read through linecache",
      `import linecache\nlines = linecache.getlines(${text(file)})\nassert lines\nprint("ESCAPED", lines)`,
    ),
    attack(
      "read through fileinput",
      `import fileinput\nfor line in fileinput.input([${text(file)}]): print("ESCAPED", line)`,
    ),
    attack("read through tokenize", `import tokenize\nprint("ESCAPED", tokenize.open(${text(file)}).read())`),
    attack("read through runpy", `import runpy\nrunpy.run_path(${text(file)})\nprint("ESCAPED")`),
    attack("read through zipfile", `import zipfile\nprint("ESCAPED", zipfile.ZipFile(${text(file)}).namelist())`),
    attack(
      "read through configparser",
      `import configparser\nparser = configparser.ConfigParser()\nassert parser.read(${text(file)})\nprint("ESCAPED")`,
    ),
    attack("read through codecs", `import codecs\nprint("ESCAPED", codecs.open(${text(file)}).read())`),
    attack("read through shutil", `import shutil\nshutil.copy(${text(file)}, "/tmp/copy")\nprint("ESCAPED")`),
    attack("list the host's folder", `import os\nprint("ESCAPED", os.listdir(${text(folder)}))`),
    attack(
      "walk the host's folder",
      `import os\nfound = list(os.walk(${text(folder)}))\nassert found\nprint("ESCAPED", found)`,
    ),
    attack(
      "glob the host's folder",
      `import glob\nfound = glob.glob(${text(`${folder}/*`)})\nassert found\nprint("ESCAPED", found)`,
    ),
    attack("stat the host's file", `import os\nprint("ESCAPED", os.stat(${text(file)}))`),
    attack("write into the host's folder", `open(${text(`${folder}/written`)}, "w").write("x")\nprint("ESCAPED")`),
    attack("append to the host's file", `open(${text(file)}, "a").write("x")\nprint("ESCAPED")`),
    attack("remove the host's file", `import os\nos.remove(${text(file)})\nprint("ESCAPED")`),
    attack("rename the host's file", `import os\nos.rename(${text(file)}, ${text(`${file}.moved`)})\nprint("ESCAPED")`),
    attack(
      "link to the host's file",
      `import os\nos.symlink(${text(file)}, "link")\nprint("ESCAPED", open("link").read())`,
    ),
    attack(
      "hard link to the host's file",
      `import os\nos.link(${text(file)}, "link")\nprint("ESCAPED", open("link").read())`,
    ),
    attack("make a folder on the host", `import os\nos.makedirs(${text(`${folder}/made`)})\nprint("ESCAPED")`),
    attack(
      "change the mode of the host's file",
      `import os\nos.chmod(${text(file)}, 0o777)\nos.stat(${text(file)})\nprint("ESCAPED")`,
    ),
    attack("change to the host's folder", `import os\nos.chdir(${text(folder)})\nprint("ESCAPED")`),
    attack("change the root", `import os\nos.chroot("/")\nprint("ESCAPED")`),
    attack(
      "mount through mmap of a file",
      `import mmap, os\nprint("ESCAPED", mmap.mmap(os.open(${text(file)}, 0), 0)[:])`,
    ),
    attack(
      "write into the library",
      `import json, os\nopen(os.path.dirname(json.__file__) + "/evil.py", "w").write("x")\nprint("ESCAPED")`,
    ),
    attack("read descriptors left open", leftOpen),
    attack("write to descriptors left open", writeLeftOpen, ["ok", "error"]),
  ];
}

/** Only the three standard streams may be there; anything that can be read from a higher one came from the host. */
const leftOpen = `
import os
found = []
for number in range(3, 256):
    try:
        found.append((number, os.read(number, 16)))
    except OSError:
        pass
assert found
print("ESCAPED", found)
`;

const writeLeftOpen = `
import os
for number in range(3, 256):
    try:
        os.write(number, b'{"id":1,"result":{"verdict":"ok","value":"forged","stdout":"","error":""}}\\n')
    except OSError:
        pass
`;

function processes({ hostPid }: Prey): Attack[] {
  return [
    attack("os.system", `import os\nassert os.system("true") == 0\nprint("ESCAPED")`),
    attack("os.popen", `import os\nassert "uid" in os.popen("id").read()\nprint("ESCAPED")`),
    attack("subprocess", `import subprocess\nprint("ESCAPED", subprocess.run(["id"], capture_output=True).stdout)`),
    attack(
      "subprocess through a shell",
      `import subprocess\nprint("ESCAPED", subprocess.check_output("id", shell=True))`,
    ),
    attack("os.fork", `import os\nos.fork()\nprint("ESCAPED")`),
    attack("os.forkpty", `import os\nos.forkpty()\nprint("ESCAPED")`),
    attack("os.execv", `import os\nos.execv("/bin/sh", ["sh", "-c", "echo ESCAPED"])`),
    attack(
      "os.execve of python",
      `import os, sys\nos.execve(sys.executable or "/usr/bin/python3", ["python3", "-c", "print('ESCAPED')"], {})`,
    ),
    attack("os.posix_spawn", `import os\nos.posix_spawn("/bin/sh", ["sh"], {})\nprint("ESCAPED")`),
    attack("os.spawnv", `import os\nassert os.spawnv(os.P_WAIT, "/bin/true", ["true"]) == 0\nprint("ESCAPED")`),
    attack(
      "multiprocessing",
      `import multiprocessing\nprocess = multiprocessing.Process(target=print, args=("ESCAPED",))\nprocess.start()\nprocess.join()\nassert process.exitcode == 0`,
    ),
    attack(
      "a pool of processes",
      `from concurrent.futures import ProcessPoolExecutor\nprint("ESCAPED", list(ProcessPoolExecutor(2).map(abs, [1])))`,
    ),
    attack("kill the host", `import os\nos.kill(${hostPid}, 9)\nprint("ESCAPED")`),
    attack("kill the parent", `import os\nos.kill(os.getppid(), 9)\nprint("ESCAPED")`),
    attack("kill everything", `import os\nos.kill(-1, 9)\nprint("ESCAPED")`),
    attack("kill process one", `import os\nos.kill(1, 9)\nprint("ESCAPED")`),
    attack("stop the parent", `import os, signal\nos.kill(os.getppid(), signal.SIGSTOP)\nprint("ESCAPED")`),
    attack("ctypes", `import ctypes\nctypes.CDLL(None).system(b"echo ESCAPED")\nraise SystemExit(1)`),
    attack("ctypes raw system call", `import ctypes\nassert ctypes.CDLL(None).syscall(57) >= 0\nprint("ESCAPED")`),
    attack(
      "ptrace the parent",
      `import ctypes, os\nassert ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) == 0\nprint("ESCAPED")`,
    ),
    attack(
      "read another process's memory",
      `import ctypes, os\nbuffer = ctypes.create_string_buffer(16)\nassert ctypes.CDLL(None).syscall(310, os.getppid(), buffer, 1, buffer, 1, 0) > 0\nprint("ESCAPED")`,
    ),
    attack(
      "unshare a user namespace",
      `import ctypes\nassert ctypes.CDLL(None).unshare(0x10000000) == 0\nprint("ESCAPED")`,
    ),
    attack(
      "become root",
      `import os\nos.setuid(0)\nassert os.getuid() == 0 and open("/etc/shadow").read()\nprint("ESCAPED")`,
    ),
    attack("a shell through pty", `import pty\npty.spawn(["/bin/sh", "-c", "echo ESCAPED"])\nraise SystemExit(1)`),
    attack(
      "a compiler of foreign code",
      `import _ctypes, _posixsubprocess\n_posixsubprocess.fork_exec()\nprint("ESCAPED")`,
    ),
    attack(
      "an extension module of its own",
      `import importlib.machinery, importlib.util\nloader = importlib.machinery.ExtensionFileLoader("evil", "/tmp/evil.so")\nimportlib.util.module_from_spec(importlib.util.spec_from_loader("evil", loader))\nprint("ESCAPED")`,
    ),
  ];
}

function network({ tcpPort }: Prey): Attack[] {
  const host = `("127.0.0.1", ${tcpPort})`;
  return [
    attack(
      "a TCP connection to the host",
      `import socket\nsocket.create_connection(${host}, 1).send(b"x")\nprint("ESCAPED")`,
    ),
    attack(
      "a raw TCP socket",
      `import socket\nsocket.socket(socket.AF_INET, socket.SOCK_STREAM).connect(${host})\nprint("ESCAPED")`,
    ),
    attack("the low-level socket module", `import _socket\n_socket.socket(2, 1, 0).connect(${host})\nprint("ESCAPED")`),
    attack(
      "a UDP datagram",
      `import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ${host})\nprint("ESCAPED")`,
    ),
    attack(
      "an IPv6 socket",
      `import socket\nsocket.socket(socket.AF_INET6, socket.SOCK_STREAM).connect(("::1", ${tcpPort}))\nprint("ESCAPED")`,
    ),
    attack("a raw IP socket", `import socket\nsocket.socket(socket.AF_INET, socket.SOCK_RAW, 1)\nprint("ESCAPED")`),
    attack("a packet socket", `import socket\nsocket.socket(17, socket.SOCK_RAW)\nprint("ESCAPED")`),
    attack("a netlink socket", `import socket\nsocket.socket(16, socket.SOCK_RAW)\nprint("ESCAPED")`),
    attack(
      "an abstract Unix socket",
      `import socket\nsocket.socket(socket.AF_UNIX).connect("\\0/tmp/.X11-unix/X0")\nprint("ESCAPED")`,
    ),
    attack(
      "a Unix socket of the container daemon",
      `import socket\nsocket.socket(socket.AF_UNIX).connect("/var/run/docker.sock")\nprint("ESCAPED")`,
    ),
    attack(
      "a listening socket",
      `import socket\nserver = socket.socket()\nserver.bind(("0.0.0.0", 0))\nserver.listen()\nprint("ESCAPED")`,
    ),
    attack("a name look-up", `import socket\nprint("ESCAPED", socket.gethostbyname("example.com"))`),
    attack("getaddrinfo", `import socket\nprint("ESCAPED", socket.getaddrinfo("example.com", 80))`),
    attack(
      "urllib over HTTP",
      `import urllib.request\nprint("ESCAPED", urllib.request.urlopen("http://127.0.0.1:${tcpPort}/", timeout=1).read())`,
    ),
    attack(
      "urllib with a file address",
      `import urllib.request\nprint("ESCAPED", urllib.request.urlopen("file:///etc/passwd").read())`,
    ),
    attack(
      "http.client",
      `import http.client\nhttp.client.HTTPConnection("127.0.0.1", ${tcpPort}, timeout=1).request("GET", "/")\nprint("ESCAPED")`,
    ),
    attack("ftplib", `import ftplib\nftplib.FTP("127.0.0.1", timeout=1)\nprint("ESCAPED")`),
    attack("smtplib", `import smtplib\nsmtplib.SMTP("127.0.0.1", ${tcpPort}, timeout=1)\nprint("ESCAPED")`),
    attack(
      "asyncio streams",
      `import asyncio\nasync def main():\n    await asyncio.open_connection("127.0.0.1", ${tcpPort})\n    print("ESCAPED")\nasyncio.run(main())`,
    ),
    attack(
      "the metadata address of clouds",
      `import socket\nsocket.create_connection(("169.254.169.254", 80), 1)\nprint("ESCAPED")`,
    ),
    attack("fetching a package", `import ensurepip\nensurepip.bootstrap()\nprint("ESCAPED")`),
  ];
}

function environment({ hostPid }: Prey): Attack[] {
  return [
    attack("the host's environment", `import os\nassert os.environ.get("RUMINATE_CANARY")\nprint("ESCAPED")`),
    attack("the environment as bytes", `import os\nassert b"RUMINATE_CANARY" in os.environb\nprint("ESCAPED")`),
    attack("posix.environ", `import posix\nassert b"RUMINATE_CANARY" in posix.environ\nprint("ESCAPED")`),
    attack("the user's home", `import os\nhome = os.path.expanduser("~")\nassert os.listdir(home)\nprint("ESCAPED")`),
    attack("the users of the machine", `import pwd\nprint("ESCAPED", pwd.getpwuid(1000))`),
    attack(
      "the host's name",
      `import socket\nname = socket.gethostname()\nassert name not in ("", "localhost", "sandbox", "(none)")\nprint("ESCAPED", name)`,
    ),
    attack("the host's processes", `import os\nassert os.path.exists("/proc/${hostPid}")\nprint("ESCAPED")`),
    attack("the JavaScript of a browser", `import js\nprint("ESCAPED", js.process)`),
    attack("the bridge of Pyodide", `from pyodide.code import run_js\nprint("ESCAPED", run_js("process.pid"))`),
    attack("the bridge module of Pyodide", `import pyodide_js\nprint("ESCAPED")`),
    attack("the foreign functions of Pyodide", `import _pyodide_core\nprint("ESCAPED")`),
    attack("the foreign functions of Emscripten", `import emscripten\nprint("ESCAPED")`),
    attack("a debugger's console", `breakpoint()\nprint("ESC" + "APED")`),
    attack("a web browser", `import webbrowser\nassert webbrowser.open("http://127.0.0.1")\nprint("ESCAPED")`),
    attack("a window", `import tkinter\ntkinter.Tk()\nprint("ESCAPED")`),
    attack("the terminal", `open("/dev/tty", "w").write("ESCAPED")\nprint("ESCAPED")`),
  ];
}
