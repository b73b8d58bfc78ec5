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
  if (opcode >= 0x28 && opcode <= 0x3e)
    reader.skip(2); // loads and stores: alignment, offset
  else if (opcode >= 0x45 && opcode <= 0xc4)
    return; // comparisons, arithmetic, conversions, sign extension
  else if (opcode === 0x0e)
    reader.skip(reader.number() + 1); // br_table
  else if (opcode === 0x43) reader.at += 4;
  else if (opcode === 0x44) reader.at += 8;
  else if (opcode === 0xfc) skipPrefixed(reader, reader.number());
  else if (opcode === 0x1c)
    reader.skip(reader.number()); // select with types
  else {
    const count = immediates[opcode];
    if (count === undefined) throw new RangeError(`The module has an instruction that is not known: ${opcode}`);
    reader.skip(count);
  }
}

/** Numbers in LEB128 that follow an opcode: control, calls, variables, memory size, constants. */
const immediates: Readonly<Record<number, number>> = {
  ...{ 0: 0, 1: 0, 2: 1, 3: 1, 4: 1, 5: 0, 11: 0, 12: 1, 13: 1, 15: 0 },
  ...{ 16: 1, 17: 2, 26: 0, 27: 0, 32: 1, 33: 1, 34: 1, 35: 1, 36: 1, 37: 1, 38: 1 },
  ...{ 63: 1, 64: 1, 65: 1, 66: 1, 208: 1, 209: 0, 210: 1 },
};

/** Saturating conversions (0 to 7), memory.init and copy, data.drop, memory.fill, and the same for tables. */
const prefixed: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1];

function skipPrefixed(reader: Cursor, opcode: number): void {
  const count = prefixed[opcode];
  if (count === undefined) throw new RangeError(`The module has an instruction that is not known: 0xfc ${opcode}`);
  reader.skip(count);
}
