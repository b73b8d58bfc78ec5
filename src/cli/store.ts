import { resolve } from "node:path";
import { copySamples } from "../policy/store/copy.ts";
import { openStoreAt } from "../policy/store/open.ts";
import { rebuildSampleStore } from "../policy/store/rebuild.ts";
import { ownStore, storeAddress } from "./store-address.ts";
import { statusLine, type Terminal } from "./terminal.ts";

/** `ruminate store info [ADDRESS]`. @throws EnvironmentError, InvalidFileError, InvalidOptionError. */
export async function infoCommand(terminal: Terminal, address = ownStore()): Promise<void> {
  const store = await openStoreAt(storeAddress(terminal, address));
  try {
    const count = await store.count();
    terminal.out(`${store.path} holds ${count} ${count === 1 ? "sample" : "samples"}.\n`);
  } finally {
    await store.close();
  }
}

/** `ruminate store copy FROM TO`. @throws EnvironmentError, InvalidFileError, InvalidOptionError. */
export async function copyCommand(terminal: Terminal, from: string, to: string): Promise<void> {
  const [source, target] = [
    await openStoreAt(storeAddress(terminal, from)),
    await openStoreAt(storeAddress(terminal, to)),
  ];
  const status = statusLine(terminal);
  try {
    const { signal } = terminal;
    const onProgress = (read: number) => status.show(`${read} samples`, String(Math.floor(read / 100_000)));
    const { read, added } = await copySamples(source, target, { signal, onProgress });
    status.clear();
    terminal.out(`${read} samples of ${source.path} read; ${added} of them are new in ${target.path}.\n`);
  } finally {
    status.clear();
    await Promise.allSettled([source.close(), target.close()]);
  }
}

/** `ruminate store rebuild [FILE]`. @throws EnvironmentError, InvalidFileError. */
export function rebuildCommand(terminal: Terminal, file: string | undefined): void {
  const path = file === undefined ? ownStore() : resolve(terminal.cwd, file);
  const { kept, damaged, aside } = rebuildSampleStore(path);
  const lost = damaged === 0 ? "" : ` ${damaged} damaged ones are left out: they are drawn again when they are needed.`;
  terminal.out(`${path} holds ${kept} samples.${lost} The old file is ${aside}.\n`);
}
