//! Keys that work on every page: `g` and a page's key, `?`, `/`. Never while somebody types.
import { hrefOf, navigate } from "../router.ts";
import { PAGES } from "../pages.ts";

/** How long after `g` the second key still counts, in milliseconds. */
const SECOND_KEY_MS = 1_500;

/** The field that `/` goes to carries this attribute. */
const SEARCH = "[data-search]";

/** Listens until the returned function is called. */
export function listenForKeys(showHelp: () => void): () => void {
  let goUntil = 0;
  const pressed = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event)) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.timeStamp < goUntil) {
      goUntil = 0;
      const page = PAGES.find((page) => page.key === event.key);
      if (page) {
        event.preventDefault();
        navigate(hrefOf(page.id));
      }
      return;
    }
    if (event.key === "g") goUntil = event.timeStamp + SECOND_KEY_MS;
    else if (event.key === "?") showHelp();
    else if (event.key === "/") goToSearch(event);
  };
  document.addEventListener("keydown", pressed);
  return () => document.removeEventListener("keydown", pressed);
}

function goToSearch(event: KeyboardEvent): void {
  const search = document.querySelector<HTMLElement>(SEARCH);
  if (!search) return;
  event.preventDefault();
  search.focus();
}

function isTyping(event: KeyboardEvent): boolean {
  // Of a key pressed within a shadow root the target is only its host.
  const [target] = event.composedPath();
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}
