/**
 * The part of the WebAssembly interface that the sandbox uses; the library of types for Node leaves it to the
 * browser's.
 */
declare namespace WebAssembly {
  type ImportValue = ((...values: never[]) => unknown) | Memory;
  type Imports = Record<string, Record<string, ImportValue>>;

  class Module {
    private constructor();
  }

  class Instance {
    readonly exports: Record<string, unknown>;
    constructor(module: Module, imports: Imports);
  }

  class Memory {
    readonly buffer: ArrayBuffer;
    constructor(limits: { initial: number; maximum: number });
  }

  class Global {
    value: number;
  }

  class Table {
    get(index: number): unknown;
  }

  function compile(bytes: Uint8Array<ArrayBuffer>): Promise<Module>;
}
