//! The names that the editor can offer, asked of the server once a page load.
import type { Completion } from "@codemirror/autocomplete";
import { query } from "../../api/rows.ts";
import { readCatalogue } from "../catalog/catalogue.ts";
import type { Catalogue } from "../catalog/catalogue.ts";

/** A function of the dialect, with an example of a call where the server has one. */
export interface SqlFunction {
  name: string;
  example: string;
  meaning: string;
}

/** All that can be offered. */
export interface Vocabulary {
  catalogue: Catalogue;
  functions: SqlFunction[];
  cities: Completion[];
}

/** Functions that only programs call: of the PostgreSQL catalogue, and aliases by which others know arrays. */
const UNOFFERED = "^(_|pg_|has_|list_|inet_|arrow_|current_schema|format_type|(col|obj|shobj)_description)";

let asked: Promise<Vocabulary> | undefined;

/** Reads the vocabulary; a failure is asked again by the next who wants it. */
export function readVocabulary(): Promise<Vocabulary> {
  asked ??= askVocabulary().catch((error: unknown) => {
    asked = undefined;
    throw error;
  });
  return asked;
}

async function askVocabulary(): Promise<Vocabulary> {
  const [catalogue, functions, cities] = await Promise.all([
    readCatalogue(),
    query(
      `SELECT routine_name, min(syntax_example), min(description) FROM information_schema.routines
       WHERE routine_name !~ '${UNOFFERED}' GROUP BY routine_name ORDER BY routine_name`,
    ),
    query("SELECT city, name FROM cities ORDER BY city"),
  ]);
  return {
    catalogue,
    functions: functions.rows.map(([name, example, meaning]) => (
      { name: String(name), example: String(example ?? ""), meaning: String(meaning ?? "") }
    )),
    cities: cities.rows.map(([city, name]) => ({ label: String(city), type: "constant", detail: String(name) })),
  };
}
