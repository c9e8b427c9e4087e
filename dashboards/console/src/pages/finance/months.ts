//! Months as finance closes them.
import { objects } from "../../api/rows.ts";
import type { Rows } from "../../api/rows.ts";

export interface Month {
  /** `YYYY-MM`. */
  month: string;
  status: "open" | "prepared" | "closed";
  /** How many pools were imported; null where none. */
  pools: string | null;
  prepared_by: string | null;
  prepared_at: string | null;
  approved_by: string | null;
  approved_at: string | null;
  policy_version: string | null;
  /** The pack's id. */
  close_id: string | null;
}

export function monthsOf(rows: Rows): Month[] {
  return objects(rows) as unknown as Month[];
}

/** The month that finance most likely works on: the earliest with pools that is not closed, else the newest. */
export function preferredMonth(months: Month[]): string | undefined {
  const open = months.filter(({ status, pools }) => status !== "closed" && pools !== null).map(({ month }) => month).sort();
  return open[0] ?? months[0]?.month;
}
