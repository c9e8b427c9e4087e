//! What the address says: read by the router, and before it is there.

/** Where the console is served. */
export const BASE = "/console";

export interface Route {
  /** The page's id, e.g. `kpis`; empty for /console itself. */
  page: string;
  /** What follows the page in the path, decoded. */
  rest: string[];
  query: URLSearchParams;
}

/** The page of the current address and what it is asked for. */
export function readRoute(): Route {
  const [page = "", ...rest] = location.pathname
    .slice(BASE.length + 1)
    .split("/")
    .filter((part) => part !== "")
    .map(decodeURIComponent);
  return { page, rest, query: new URLSearchParams(location.search) };
}
