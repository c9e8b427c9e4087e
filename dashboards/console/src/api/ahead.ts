//! Questions asked before the code of the page that wants their answers is there, so that a first visit does not wait
//! for the one and then for the other.
//!
//! Who asks is a script of its own, which shares no module with the page: they meet in the window.
import { open } from "./request.ts";

declare global {
  /** Answers on their way, by the question. */
  var askedAhead: Map<string, Promise<Response>> | undefined;
}

/** Asks what the page will ask at `path` with this body. */
export function askAhead(path: string, json: unknown): void {
  const answer = open(path, { method: "POST", json });
  // A failure is for whoever takes the answer to tell, and nobody may.
  answer.catch(() => undefined);
  (globalThis.askedAhead ??= new Map()).set(key(path, json), answer);
}

/** The answer that was asked ahead, once: whoever asks after that wants a newer one. */
export function takeAhead(path: string, json: unknown): Promise<Response> | undefined {
  const asked = key(path, json);
  const answer = globalThis.askedAhead?.get(asked);
  globalThis.askedAhead?.delete(asked);
  return answer;
}

function key(path: string, json: unknown): string {
  return `${path} ${JSON.stringify(json)}`;
}
