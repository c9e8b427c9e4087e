//! Sentences with places in them.

/**
 * Fills the places of a sentence: `fill("{rows} {rows:row|rows}", {rows: 3})`. A place with two words takes the first of
 * them where the value is 1, as it stands there for reading.
 */
export function fill(sentence: string, values: Record<string, string | number>): string {
  return sentence.replace(/\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g, (place, name: string, one?: string, many?: string) => {
    const value = values[name];
    if (value === undefined) return place;
    if (one === undefined || many === undefined) return String(value);
    return String(value) === "1" ? one : many;
  });
}
