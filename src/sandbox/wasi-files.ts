import { Fd, wasi } from "@bjorn3/browser_wasi_shim";

interface Opened {
  readonly ret: number;
  readonly fd_obj: Fd | null;
}

const readOnly = wasi.ERRNO_ROFS;
const writing = BigInt(wasi.RIGHTS_FD_WRITE);

/** A file that was given: bytes in memory, read only. */
class GivenFile extends Fd {
  readonly #bytes: Uint8Array;
  readonly #stat: wasi.Filestat;
  #at = 0;

  constructor(bytes: Uint8Array, stat: wasi.Filestat) {
    super();
    this.#bytes = bytes;
    this.#stat = stat;
  }

  override fd_close() {
    return wasi.ERRNO_SUCCESS;
  }

  override fd_fdstat_get() {
    const fdstat = new wasi.Fdstat(wasi.FILETYPE_REGULAR_FILE, 0);
    fdstat.fs_rights_base = BigInt(wasi.RIGHTS_FD_READ | wasi.RIGHTS_FD_SEEK | wasi.RIGHTS_FD_TELL);
    return { ret: wasi.ERRNO_SUCCESS, fdstat };
  }

  override fd_filestat_get() {
    return { ret: wasi.ERRNO_SUCCESS, filestat: this.#stat };
  }

  override fd_read(size: number) {
    const data = this.#bytes.subarray(this.#at, this.#at + size);
    this.#at += data.length;
    return { ret: wasi.ERRNO_SUCCESS, data };
  }

  override fd_pread(size: number, offset: bigint) {
    const at = Number(offset);
    return { ret: wasi.ERRNO_SUCCESS, data: this.#bytes.subarray(at, at + size) };
  }

  override fd_seek(offset: bigint, whence: number) {
    const from = whence === wasi.WHENCE_SET ? 0 : whence === wasi.WHENCE_CUR ? this.#at : this.#bytes.length;
    const to = from + Number(offset);
    if (!(to >= 0 && to <= Number.MAX_SAFE_INTEGER)) return { ret: wasi.ERRNO_INVAL, offset: 0n };
    this.#at = to;
    return { ret: wasi.ERRNO_SUCCESS, offset: BigInt(to) };
  }

  override fd_tell() {
    return { ret: wasi.ERRNO_SUCCESS, offset: BigInt(this.#at) };
  }

  override fd_write() {
    return { ret: readOnly, nwritten: 0 };
  }
}

/**
 * The one folder that a program sees, `/`, which is also where it stands: the files that were given with it, and
 * nothing else. All is read only; whatever would make, change, rename or remove something fails.
 */
export class GivenFolder extends Fd {
  #files: readonly { readonly name: string; readonly bytes: Uint8Array; readonly stat: wasi.Filestat }[] = [];
  readonly #own = new wasi.Filestat(1n, wasi.FILETYPE_DIRECTORY, 0n);

  load(files: Readonly<Record<string, string>>): void {
    this.#files = Object.entries(files).map(([name, text], i) => {
      const bytes = Buffer.from(text);
      return { name, bytes, stat: new wasi.Filestat(BigInt(i + 2), wasi.FILETYPE_REGULAR_FILE, BigInt(bytes.length)) };
    });
  }

  #find(path: string) {
    const name = path.replace(/^(?:\.?\/)+/, "");
    return this.#files.find((file) => file.name === name);
  }

  override fd_close() {
    return wasi.ERRNO_SUCCESS;
  }

  override fd_fdstat_get() {
    const fdstat = new wasi.Fdstat(wasi.FILETYPE_DIRECTORY, 0);
    const rights = wasi.RIGHTS_PATH_OPEN | wasi.RIGHTS_FD_READDIR | wasi.RIGHTS_PATH_FILESTAT_GET;
    fdstat.fs_rights_base = BigInt(rights);
    fdstat.fs_rights_inherited = BigInt(wasi.RIGHTS_FD_READ | wasi.RIGHTS_FD_SEEK | wasi.RIGHTS_FD_TELL);
    return { ret: wasi.ERRNO_SUCCESS, fdstat };
  }

  override fd_filestat_get() {
    return { ret: wasi.ERRNO_SUCCESS, filestat: this.#own };
  }

  override fd_prestat_get() {
    return { ret: wasi.ERRNO_SUCCESS, prestat: wasi.Prestat.dir("/") };
  }

  override fd_readdir_single(cookie: bigint) {
    const file = this.#files[Number(cookie)];
    if (file === undefined) return { ret: wasi.ERRNO_SUCCESS, dirent: null };
    const dirent = new wasi.Dirent(cookie + 1n, file.stat.ino, file.name, wasi.FILETYPE_REGULAR_FILE);
    return { ret: wasi.ERRNO_SUCCESS, dirent };
  }

  override path_filestat_get(_flags: number, path: string) {
    if (/^(?:\.?\/)*\.?$/.test(path)) return { ret: wasi.ERRNO_SUCCESS, filestat: this.#own };
    const file = this.#find(path);
    return file === undefined
      ? { ret: wasi.ERRNO_NOENT, filestat: null }
      : { ret: wasi.ERRNO_SUCCESS, filestat: file.stat };
  }

  override path_open(_dirflags: number, path: string, oflags: number, rights: bigint): Opened {
    if (/^(?:\.?\/)*\.?$/.test(path)) return { ret: wasi.ERRNO_SUCCESS, fd_obj: this };
    const file = this.#find(path);
    const changes = (oflags & (wasi.OFLAGS_CREAT | wasi.OFLAGS_TRUNC)) !== 0 || (rights & writing) !== 0n;
    if (changes) return { ret: readOnly, fd_obj: null };
    if (file === undefined) return { ret: wasi.ERRNO_NOENT, fd_obj: null };
    if ((oflags & wasi.OFLAGS_DIRECTORY) !== 0) return { ret: wasi.ERRNO_NOTDIR, fd_obj: null };
    return { ret: wasi.ERRNO_SUCCESS, fd_obj: new GivenFile(file.bytes, file.stat) };
  }
}
