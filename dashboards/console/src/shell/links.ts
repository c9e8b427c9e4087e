//! Links from one page to another.
import { hrefOf } from "../router.ts";

/** The SQL page with a question in its editor. */
export function sqlHref(sql: string): string {
  return hrefOf("sql", [], { q: sql });
}
