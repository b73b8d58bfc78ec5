import { Cursor, join, signed, unsigned } from "./wasm-bytes.ts";

/**
 * Counts the instructions that a WebAssembly module executes, in a global of its own: each straight run of instructions
 * adds its length where it begins. What is counted depends on the program alone: no clock, no load and no machine has a
 * part in it.
 */

/**
 * The body of a function with its instructions counted in global number `meter` (a mutable i64). A loop that begins
 * again when the count is beyond the next global's value traps.
 */
export function meteredBody(body: Uint8Array, meter: number): Uint8Array {
  const reader = new Cursor(body);
  skipLocals(reader);
  const pieces: Uint8Array[] = [body.subarray(0, reader.at)];
  let [from, length] = [reader.at, 0];
  const close = (until: number): void => {
    if (length > 0) pieces.push(counting(meter, length));
    pieces.push(body.subarray(from, until));
    [from, length] = [until, 0];
  };
  while (!reader.atEnd) {
    const opcode = reader.byte();
    skipImmediates(reader, opcode);
    if (!isMark.has(opcode)) length++;
    if (!endsRun.has(opcode)) continue;
    close(reader.at);
    if (opcode === loop) pieces.push(checking(meter));
  }
  close(reader.at);
  return join(pieces);
}

/** After these, the next instruction may be reached from elsewhere, or not at all: loops, if, else, end, branches. */
const endsRun: ReadonlySet<number> = new Set([0x00, 0x03, 0x04, 0x05, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f]);

const loop = 0x03;
/** Nothing is done where a block, a loop or an else begins or ends. */
const isMark: ReadonlySet<number> = new Set([0x01, 0x02, loop, 0x05, 0x0b]);

/** global.get, i64.const, i64.add, global.set. */
const counting = (meter: number, length: number): Uint8Array =>
  Uint8Array.from([0x23, ...unsigned(meter), 0x42, ...signed(length), 0x7c, 0x24, ...unsigned(meter)]);

/** global.get twice, i64.gt_u, if, unreachable, end. */
const checking = (meter: number): Uint8Array =>
  Uint8Array.from([0x23, ...unsigned(meter), 0x23, ...unsigned(meter + 1), 0x56, 0x04, 0x40, 0x00, 0x0b]);

function skipLocals(reader: Cursor): void {
  for (let groups = reader.number(); groups > 0; groups--) {
    reader.number();
    reader.byte();
  }
}

/** Passes what follows an opcode. @throws RangeError for one that is not known. */
function skipImmediates(reader: Cursor, opcode: number): void {
  if (opcode >= 0x28 && opcode <= 0x3e) reader.skip(2); // loads and stores: alignment, offset
  else if (opcode >= 0x45 && opcode <= 0xc4) return; // comparisons, arithmetic, conversions, sign extension
  else if (opcode === 0x0e) reader.skip(reader.number() + 1); // br_table
  else if (opcode === 0x43) reader.at += 4;
  else if (opcode === 0x44) reader.at += 8;
  else if (opcode === 0xfc) skipPrefixed(reader, reader.number());
  else if (opcode === 0x1c) reader.skip(reader.number()); // select with types
  else {
    const count = immediates[opcode];
    if (count === undefined) throw new RangeError(`The module has an instruction that is not known: ${opcode}`);
    reader.skip(count);
  }
}

/** Numbers in LEB128 that follow an opcode: control, calls, variables, memory size, constants. */
const immediates: Readonly<Record<number, number>> = {
  ...{ 0x00: 0, 0x01: 0, 0x02: 1, 0x03: 1, 0x04: 1, 0x05: 0, 0x0b: 0, 0x0c: 1, 0x0d: 1, 0x0f: 0 },
  ...{ 0x10: 1, 0x11: 2, 0x1a: 0, 0x1b: 0, 0x20: 1, 0x21: 1, 0x22: 1, 0x23: 1, 0x24: 1, 0x25: 1, 0x26: 1 },
  ...{ 0x3f: 1, 0x40: 1, 0x41: 1, 0x42: 1, 0xd0: 1, 0xd1: 0, 0xd2: 1 },
};

/** Saturating conversions (0 to 7), memory.init and copy, data.drop, memory.fill, and the same for tables. */
const prefixed: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1];

function skipPrefixed(reader: Cursor, opcode: number): void {
  const count = prefixed[opcode];
  if (count === undefined) throw new RangeError(`The module has an instruction that is not known: 0xfc ${opcode}`);
  reader.skip(count);
}
