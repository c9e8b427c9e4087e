//! Files of finance on their way to the server: read as text, sent as JSON, and what came back.
import { ApiError } from "../../api/errors.ts";
import { request } from "../../api/request.ts";

export const KINDS = ["pools", "rates", "budgets", "prices", "policy"] as const;

export type Kind = (typeof KINDS)[number];

/** The first line of each file; a policy is TOML. */
export const HEADERS: Record<Kind, string> = {
  pools: "month,pool,amount,currency,driver",
  rates: "month,currency,rate_to_hkd",
  budgets: "month,city,category,amount,currency",
  prices: "effective_from,service,model,meter,unit_price,currency",
  policy: "version = \"2026-2\"",
};

export interface Upload {
  name: string;
  text: string;
}

export interface Landed {
  import: number;
  files: { kind: Kind; file: string; num_rows: number }[];
}

export interface RefusedRow {
  kind: Kind;
  file: string;
  line: number | null;
  column: string | null;
  reason: string;
}

/** The text of a file, with every byte of it: a byte order mark stays. Throws where it is not UTF-8. */
export function decodeText(bytes: ArrayBuffer): string {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}

/** Sends all files in one import. */
export function importFiles(files: Partial<Record<Kind, Upload>>): Promise<Landed> {
  return request<Landed>("/v1/finance/imports", { method: "POST", json: files });
}

/** The rows that the server refused; null where it failed otherwise. */
export function refusedRows(error: unknown): RefusedRow[] | null {
  if (!(error instanceof ApiError) || error.code !== "refused") return null;
  const { refused } = (error.body ?? {}) as { refused?: RefusedRow[] };
  return refused ?? null;
}
