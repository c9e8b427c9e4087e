//! Where SQL is asked, and how values are written in it.

/** The address that answers SQL with rows in the console's form. */
export const ROWS_PATH = "/v1/sql?format=rows";

/** Text as an SQL literal. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
