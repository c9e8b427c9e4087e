//! JSON in localStorage under the names of this page. A browser that refuses (private mode, full) loses only memory.

/** Reads a kept value; null where there is none or it cannot be read. */
export function readKept(name: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "null");
  } catch {
    return null;
  }
}

/** Keeps a value. */
export function keep(name: string, value: unknown): void {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // A full or forbidden store must not stop anybody from asking.
  }
}
