//! Reference data: asked once, kept while the console is open, shared by all who use it.
import { useLayoutEffect } from "preact/hooks";
import { createStore, useStore } from "../store.ts";
import { asApiError } from "./errors.ts";
import { query } from "./rows.ts";
import type { Rows } from "./rows.ts";
import type { Answer } from "./use.ts";

/** A hook for the answer of `sql`, read by `read`. A failure is asked again by the next who uses it. */
export function keepAnswer<T>(sql: string, read: (rows: Rows) => T): () => Answer<T> {
  let underway = false;
  const load = async () => {
    if (underway) return;
    underway = true;
    try {
      answer.set({ value: read(await query(sql)), loading: false, reload });
    } catch (error) {
      answer.set({ ...answer.get(), error: asApiError(error), loading: false });
    } finally {
      underway = false;
    }
  };
  const reload = () => {
    answer.set({ ...answer.get(), error: undefined, loading: true });
    void load();
  };
  const answer = createStore<Answer<T>>({ loading: true, reload: () => reload() });
  return function useKept() {
    const kept = useStore(answer);
    useLayoutEffect(() => {
      if (answer.get().value === undefined) void load();
    }, []);
    return kept;
  };
}
