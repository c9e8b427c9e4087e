//! What stands where an answer is awaited. It appears after a moment, so that fast answers do not flicker.
import { useWords } from "../words/index.ts";

export function Loading() {
  return (
    <p class="loading" role="status">
      <span class="spinner" aria-hidden="true" />
      {useWords().loading}…
    </p>
  );
}
