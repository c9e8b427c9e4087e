//! What is said to readers who cannot see that something changed: "12 rows in 40 ms".
import { createStore } from "../store.ts";

export const said = createStore("");

/** Says a sentence through the page's live region. */
export function say(sentence: string): void {
  // The same sentence twice would not be read twice.
  said.set(said.get() === sentence ? `${sentence}\u00a0` : sentence);
}
