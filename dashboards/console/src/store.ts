//! A value that parts of the page share: whoever uses it is drawn again when it changes.
import { useEffect, useState } from "preact/hooks";

export interface Store<T> {
  get(): T;
  set(value: T): void;
  /** Calls back after every change until the returned function is called. */
  subscribe(changed: () => void): () => void;
}

export function createStore<T>(first: T): Store<T> {
  let value = first;
  const readers = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const changed of [...readers]) changed();
    },
    subscribe(changed) {
      readers.add(changed);
      return () => readers.delete(changed);
    },
  };
}

/** The value of a store, for a component. */
export function useStore<T>(store: Store<T>): T {
  const [, redraw] = useState({});
  const drawn = store.get();
  useEffect(() => {
    const stop = store.subscribe(() => redraw({}));
    // A change between drawing and subscribing would be lost.
    if (!Object.is(drawn, store.get())) redraw({});
    return stop;
  }, [store]);
  return drawn;
}
