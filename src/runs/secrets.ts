import { shownName } from "../policy/open.ts";

/**
 * An experiment as it may be kept: values of headers that do not come from the environment, and what stands after the
 * question mark of an address, may be keys.
 */
export function withoutSecrets<T>(value: T): T {
  return hidden(value, false) as T;
}

function hidden(value: unknown, header: boolean): unknown {
  if (typeof value === "string") return header && !value.includes("${") ? "[secret]" : shownName(value);
  if (Array.isArray(value)) return value.map((item) => hidden(item, header));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, hidden(item, header || key === "headers")]),
  );
}
