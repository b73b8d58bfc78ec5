import type { Sandbox } from "../core/execution.ts";
import type { Policy } from "../core/policy.ts";
import { type Canary, canaryOf } from "../policy/canary.ts";
import { attemptsOf, type ModelSpec, openPolicy, optionsOfDefault } from "../policy/open.ts";
import { endpointKey, type RateBooks } from "../policy/rates/limits.ts";
import { stackPolicy } from "../policy/stack.ts";
import type { SampleStore } from "../policy/store/contract.ts";
import { openStoreAt } from "../policy/store/open.ts";
import { createSandbox, withLanguages, withLibraries, withMeter, withSolver } from "../sandbox/index.ts";
import { ownStore, storeAddress } from "./store-address.ts";
import { duration, paint, statusLine, type Terminal } from "./terminal.ts";

export interface OpenedModel {
  readonly policy: Policy;
  /** True where results come from the simulated policy, which every table must say. */
  readonly simulated: boolean;
  /** Asks the model of a server itself, past the store; see `canaryOf`. */
  readonly canary?: (signal?: AbortSignal) => Promise<Canary | null>;
}

export interface Tools {
  /** Opens a model with its store, limits and retries; the same model once, however often it is asked for. */
  open(spec: ModelSpec, rates?: RateBooks): Promise<OpenedModel>;
  /** One sandbox for the whole command. */
  sandbox(): Sandbox;
  close(): Promise<void>;
}

/**
 * What commands that run models need, opened when first asked for and closed together. `sandbox` is what runs Python,
 * by name.
 */
export function openTools(
  terminal: Terminal,
  options: { readonly store: boolean | string; readonly sandbox?: string | undefined },
): Tools {
  const opened = new Map<string, Promise<OpenedModel>>();
  const models = new Map<string, Promise<Policy>>();
  const policies: Policy[] = [];
  let store: Promise<SampleStore> | undefined;
  let sandbox: Sandbox | undefined;
  const openStore = () => {
    if (options.store === false) return undefined;
    store ??= openStoreAt(options.store === true ? ownStore() : storeAddress(terminal, options.store));
    return store;
  };
  const openRaw = async (spec: ModelSpec): Promise<Policy> => {
    const raw = await openPolicy(await resolveDefault(terminal, spec), {
      openLocal: (name, settings) => openLocal(terminal, name, settings),
      openSimulated: async (settings) => (await import("../policy/simulated/index.ts")).simulatedPolicy(settings),
    });
    policies.push(raw);
    return raw;
  };
  /** `rates`: the limits of a run, which are not those of another. */
  const stacked = async (spec: ModelSpec, model: Promise<Policy>, rates?: RateBooks): Promise<OpenedModel> => {
    const raw = await model;
    const simulated = raw.id.startsWith("simulated");
    const shared = simulated ? undefined : await openStore();
    const { parallel } = raw.capabilities;
    const retry = { attempts: attemptsOf(spec) };
    // A model of this machine is known by its file's hash.
    const canary =
      simulated || raw.id.startsWith("local/") ? undefined : (signal?: AbortSignal) => canaryOf(raw, signal);
    const book = rates?.(endpointKey(spec));
    return { policy: stackPolicy(raw, { concurrency: parallel, store: shared, retry, book }), simulated, canary };
  };
  return {
    open(spec, rates) {
      const key = JSON.stringify(spec);
      const raw = models.get(key) ?? openRaw(spec);
      models.set(key, raw);
      if (rates !== undefined) return stacked(spec, raw, rates);
      const model = opened.get(key) ?? stacked(spec, raw);
      opened.set(key, model);
      return model;
    },
    sandbox() {
      sandbox ??= withMeter(withLanguages(withSolver(pythonSandbox(options.sandbox ?? "auto"))));
      return sandbox;
    },
    async close() {
      await Promise.allSettled([...policies.map((policy) => policy.dispose?.()), sandbox?.dispose()]);
      await store?.then((opened) => opened.close()).catch(() => undefined);
    },
  };
}

/** `auto`: on WebAssembly, but for programs that import libraries which only the machine's own Python has. */
const pythonSandbox = (name: string): Sandbox =>
  name === "auto" ? withLibraries(createSandbox("wasi"), () => createSandbox("native")) : createSandbox(name);

/** Whatever a first use fetches is named with its licences before it is fetched, and options before that. */
async function openLocal(terminal: Terminal, name: string, settings: Readonly<Record<string, unknown>>) {
  const [{ checkLocalOptions, openLocalPolicy }, { bindingNotice }] = await Promise.all([
    import("../policy/local/index.ts"),
    import("../policy/local/binding.ts"),
  ]);
  checkLocalOptions(name, settings);
  const notice = bindingNotice();
  if (notice !== null) terminal.err(`${notice}\n`);
  return await openLocalPolicy(name, settings);
}

/**
 * "default" is the default local model, fetched the first time. Where no source answers, one line says so and the
 * simulated policy takes its place, labelled as simulated wherever its results go.
 */
async function resolveDefault(terminal: Terminal, spec: ModelSpec): Promise<ModelSpec> {
  const options = optionsOfDefault(spec);
  if (options === null) return spec;
  const { defaultModel } = await import("../policy/local/manifest.ts");
  const { installedPath } = await import("../policy/local/library.ts");
  const { checkLocalOptions } = await import("../policy/local/index.ts");
  checkLocalOptions(defaultModel, options);
  if ((await installedPath(defaultModel)) === null) {
    const reason = await fetchModel(terminal, defaultModel);
    if (reason !== null) {
      const warning = `No source of the default model answers (${reason}): running on the simulated policy instead.`;
      terminal.err(`${paint(terminal, "yellow", warning)}\n`);
      return { name: "simulated", options: {} };
    }
  }
  return { name: "local", model: defaultModel, options };
}

/** Fetches a model with a progress bar; null when it is there, else why not. */
export async function fetchModel(terminal: Terminal, name: string): Promise<string | null> {
  const { pullModel } = await import("../policy/local/library.ts");
  const { modelEntry } = await import("../policy/local/manifest.ts");
  const { title, licence, megabytes } = modelEntry(name);
  terminal.err(`Fetching ${title} (licence: ${licence}), ${megabytes} MB, checked by its SHA-256 …\n`);
  const status = statusLine(terminal);
  const began = performance.now();
  try {
    await pullModel(name, {
      signal: terminal.signal,
      onProgress: ({ source, received, total }) => {
        const share = total > 0 ? received / total : 0;
        const seconds = (performance.now() - began) / 1000;
        const left = received > 0 ? (seconds * (total - received)) / received : Number.NaN;
        const bar = "█".repeat(Math.round(share * 20)).padEnd(20, "░");
        const size = `${(received / 1e6).toFixed(0)} of ${(total / 1e6).toFixed(0)} MB`;
        status.show(
          `Fetching ${name}  ${bar}  ${size} from ${source}, about ${duration(left)} left`,
          `${Math.floor(share * 10)}`,
        );
      },
    });
    return null;
  } catch (error) {
    if (terminal.signal.aborted) throw error;
    return (error as Error).message;
  } finally {
    status.clear();
  }
}
