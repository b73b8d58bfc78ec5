import type { Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from "node:zlib";
import { lookup } from "../../core/lookup.ts";

/** Takes a body as it came over the wire and gives it as it was meant. */
export interface BodyDecoder {
  write(chunk: Buffer): void;
  /** Rejects where the body cannot be decompressed to its end. */
  end(): Promise<void>;
  /** Nothing more of it is wanted. */
  stop(): void;
}

const decompressors: Readonly<Record<string, () => Transform>> = lookup({
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
});

/** For a body with this `content-encoding`. Some servers and proxies compress though nobody asked them to. */
export function bodyDecoder(encoding: string | undefined, onData: (data: Buffer) => void): BodyDecoder {
  const make = decompressors[encoding?.trim().toLowerCase() ?? ""];
  if (make === undefined) return { write: onData, end: async () => undefined, stop: () => {} };
  const stream = make();
  const done = new Promise<void>((resolve, reject) => {
    stream.on("data", onData);
    stream.once("end", resolve);
    stream.once("error", reject);
  });
  done.catch(() => undefined); // reported by end()
  return {
    write: (chunk) => void (stream.destroyed || stream.write(chunk)),
    end: () => {
      stream.end();
      return done;
    },
    stop: () => void stream.destroy(),
  };
}
