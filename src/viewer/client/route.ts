/// <reference lib="dom" />
import { useEffect, useState } from "preact/hooks";

/**
 * Where the viewer is: the parts of the path behind "#/" and the query behind "?". Every state of the page has its
 * address.
 */
export interface Route {
  readonly parts: readonly string[];
  readonly query: Readonly<Record<string, string>>;
}

export function readRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const parts = path.split("/").filter((part) => part !== "");
  return { parts: parts.map(decodeURIComponent), query: Object.fromEntries(new URLSearchParams(query)) };
}

export function address(parts: readonly string[], query: Readonly<Record<string, string>> = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== "");
  const search = new URLSearchParams(Object.fromEntries(given)).toString();
  return `#/${parts.map(encodeURIComponent).join("/")}${search === "" ? "" : `?${search}`}`;
}

export const go = (to: string): void => {
  location.hash = to;
};

export function useRoute(): Route {
  const [route, setRoute] = useState(() => readRoute(location.hash));
  useEffect(() => {
    const follow = () => setRoute(readRoute(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return route;
}

/**
 * What `load` gives, loaded again when `key` changes and, while `again` says so, every two seconds. The value stays the
 * same object while nothing changed, so that a page which follows a run is drawn again only for news.
 */
export function useLoaded<T>(
  key: string,
  load: () => Promise<T>,
  again: (value: T) => boolean = () => false,
): { readonly value: T | null; readonly error: string | null } {
  const [state, setState] = useState<{ key: string; value: T | null; error: string | null }>({
    key,
    value: null,
    error: null,
  });
  useEffect(() => {
    let stale = false;
    let last: string | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const step = async () => {
      try {
        const value = await load();
        if (stale) return;
        const text = JSON.stringify(value);
        if (text !== last) setState({ key, value, error: null });
        last = text;
        if (again(value)) timer = setTimeout(step, 2_000);
      } catch (error) {
        if (!stale) setState({ key, value: null, error: (error as Error).message });
      }
    };
    void step();
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [key]);
  return state.key === key ? state : { value: null, error: null };
}
