//! Addresses: /console/<page>/<rest...>?<shared state>, by the history API.
import { useCallback } from "preact/hooks";
import { BASE, readRoute } from "./address.ts";
import type { Route } from "./address.ts";
import { createStore, useStore } from "./store.ts";

/** What the pages share in the address and every link within the console keeps. */
const KEPT_PARAMETERS = ["city", "zone"];

const route = createStore(readRoute());
window.addEventListener("popstate", () => route.set(readRoute()));

export function currentRoute(): Route {
  return route.get();
}

export function useRoute(): Route {
  return useStore(route);
}

/** An address within the console. Shared state (city, zone) is kept unless given. */
export function hrefOf(page: string, rest: string[] = [], parameters: Record<string, string> = {}): string {
  const query = new URLSearchParams();
  for (const name of KEPT_PARAMETERS) {
    const value = route.get().query.get(name);
    if (value !== null) query.set(name, value);
  }
  for (const [name, value] of Object.entries(parameters)) {
    if (value === "") query.delete(name);
    else query.set(name, value);
  }
  const path = [BASE, page, ...rest.map(encodeURIComponent)].join("/");
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** Goes to an address within the console. */
export function navigate(href: string, { replace = false } = {}): void {
  const samePath = new URL(href, location.href).pathname === location.pathname;
  if (replace) history.replaceState(null, "", href);
  else history.pushState(null, "", href);
  route.set(readRoute());
  if (!samePath) window.scrollTo(0, 0);
}

/** One parameter of the address as a state: [value, set]. Setting the fallback removes it. */
export function useParameter(name: string, fallback = ""): [string, (value: string) => void] {
  const { query } = useRoute();
  const set = useCallback(
    (value: string) => setParameters({ [name]: value === fallback ? "" : value }),
    [name, fallback],
  );
  return [query.get(name) ?? fallback, set];
}

/** Sets several parameters of the address at once; an empty value removes one. */
export function setParameters(parameters: Record<string, string>): void {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(parameters)) {
    if (value === "") url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  navigate(url.pathname + url.search, { replace: true });
}

/** Turns clicks on links within the console into navigation without a load. */
export function followLinks(): void {
  document.addEventListener("click", (event) => {
    const changed = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (changed || event.defaultPrevented) return;
    const link = (event.target as Element).closest("a");
    if (!link || link.target || link.hasAttribute("download") || !isWithin(link)) return;
    event.preventDefault();
    navigate(link.pathname + link.search);
  });
}

function isWithin(link: HTMLAnchorElement): boolean {
  const inConsole = link.pathname === BASE || link.pathname.startsWith(`${BASE}/`);
  // A link to a place of the same page is the browser's to follow.
  return link.origin === location.origin && inConsole && link.hash === "";
}
