import { createWriteStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { crc32, createInflateRaw } from "node:zlib";

const endRecord = 0x06054b50;
const centralRecord = 0x02014b50;
const localHeaderLength = 30;

interface ZipMember {
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly offset: number;
}

/**
 * Writes one file of a zip archive to `target`: stored or deflated, below 4 GiB, its CRC-32 checked. That is what
 * Python wheels are made of.
 * @throws Error where the archive is damaged, has no such member or packs it in another way.
 */
export async function extractMember(archive: string, member: string, target: string): Promise<void> {
  const file = await open(archive);
  try {
    const found = await findMember(file, member);
    const header = await readAt(file, found.offset, localHeaderLength);
    const start = found.offset + localHeaderLength + header.readUInt16LE(26) + header.readUInt16LE(28);
    if (found.method !== 0 && found.method !== 8) throw new Error(`${member} is packed by method ${found.method}`);
    const check = checkedBy(found.crc, member);
    const packed = file.createReadStream({ start, end: start + found.packedBytes - 1, autoClose: false });
    const written = createWriteStream(target);
    if (found.method === 0) await pipeline(packed, check, written);
    else await pipeline(packed, createInflateRaw(), check, written);
  } finally {
    await file.close();
  }
}

function checkedBy(crc: number, member: string): Transform {
  let sum = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sum = crc32(chunk, sum);
      done(null, chunk);
    },
    flush(done) {
      done(sum === crc ? null : new Error(`${member} is damaged: its checksum is not the archive's`));
    },
  });
}

async function findMember(file: FileHandle, member: string): Promise<ZipMember> {
  const { size } = await file.stat();
  const tailBytes = Math.min(size, 22 + 0xffff);
  const tail = await readAt(file, size - tailBytes, tailBytes);
  let end = tail.length - 22;
  while (end >= 0 && tail.readUInt32LE(end) !== endRecord) end--;
  if (end < 0) throw new Error("not a zip archive");
  const directory = await readAt(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === centralRecord; ) {
    const nameLength = directory.readUInt16LE(at + 28);
    if (directory.toString("utf8", at + 46, at + 46 + nameLength) === member) {
      return {
        method: directory.readUInt16LE(at + 10),
        crc: directory.readUInt32LE(at + 16),
        packedBytes: directory.readUInt32LE(at + 20),
        offset: directory.readUInt32LE(at + 42),
      };
    }
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  throw new Error(`the archive has no ${member}`);
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead < length) throw new Error("the archive ends early");
  return buffer;
}
