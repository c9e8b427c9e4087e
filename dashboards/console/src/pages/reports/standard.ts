//! The reports of a month: which there are, in which forms, and fetching one as a file.
import { open } from "../../api/request.ts";

export const KINDS = ["cost-allocation", "regional", "trend", "budget", "forwarders"];

export const FORMS = ["xlsx", "pdf", "excel-csv", "csv", "json", "document", "focus", "pack"];

/** What a report is asked by. */
export interface Asked {
  kind: string;
  /** `YYYY-MM`. */
  month: string;
  /** Empty for all. */
  city: string;
  /** `en`, `zh-Hant` or `zh-Hans`. */
  language: string;
  form: string;
}

export function reportPath({ kind, month, city, language, form }: Asked): string {
  const query = new URLSearchParams({ format: form, language: language.toLowerCase() });
  if (city !== "") query.set("city", city);
  return `/v1/reports/${encodeURIComponent(kind)}/${encodeURIComponent(month)}?${query}`;
}

export interface Made {
  name: string;
  bytes: Blob;
}

/** Fetches a report; its name is the server's, or is made of what was asked. */
export async function fetchReport(asked: Asked): Promise<Made> {
  const response = await open(reportPath(asked), {});
  const name = fileName(response.headers.get("content-disposition")) ?? `${asked.kind} ${asked.month}.${asked.form}`;
  return { name, bytes: await response.blob() };
}

/** The name of a file in a header, by RFC 6266: `filename*` before `filename`. */
export function fileName(disposition: string | null): string | null {
  if (disposition === null) return null;
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
  if (encoded !== undefined) return decodeURIComponent(encoded);
  return /filename="([^"]+)"/i.exec(disposition)?.[1] ?? null;
}

/** Hands a file to the browser to keep. */
export function keepFile({ name, bytes }: Made): void {
  const url = URL.createObjectURL(bytes);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the address by the next turn.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
