//! Saved reports over HTTP.
import { ApiError } from "../../api/errors.ts";
import { request } from "../../api/request.ts";
import { queryAt } from "../../api/rows.ts";
import type { Rows } from "../../api/rows.ts";
import { quoted } from "../../api/sql.ts";
import { trimmed } from "./document.ts";
import type { Document, Problem } from "./document.ts";

export function definitionPath(name: string): string {
  return `/v1/report-definitions/${encodeURIComponent(name)}`;
}

export function putDefinition(name: string, document: Document): Promise<unknown> {
  return request(definitionPath(name), { method: "PUT", json: trimmed(document) });
}

export function deleteDefinition(name: string): Promise<unknown> {
  return request(definitionPath(name), { method: "DELETE" });
}

export function runDefinition(name: string): Promise<unknown> {
  return request(`${definitionPath(name)}/run`, { method: "POST", json: {} });
}

/** The first rows of a report as it stands in the form; nothing is saved. */
export function previewDefinition(name: string, document: Document): Promise<Rows> {
  return queryAt(`${definitionPath(name || "preview")}/preview`, trimmed(document));
}

/** What the server's check found wrong with a document; null where it failed otherwise. */
export function problemsOf(error: unknown): Problem[] | null {
  if (!(error instanceof ApiError)) return null;
  const { problems } = (error.body ?? {}) as { problems?: Problem[] };
  return problems ?? null;
}

export const DEFINITIONS_SQL = "SELECT * FROM report_definitions ORDER BY name";

/** One of them, by its name: the form's own document does not say what is wrong with it. */
export function definitionSql(name: string): string {
  return `SELECT * FROM report_definitions WHERE name = ${quoted(name)}`;
}

export const RUNS_SQL = "SELECT * FROM report_runs";
