//! Whether a value is well: by its thresholds, else by its target. The catalogue's `status` of a
//! cell says the same of one city; this is for groups of cities, whose cells have none.
import type { Level } from "../parts/Sign.tsx";
import type { Kpi } from "./catalogue.ts";

/** The level of a value; null where nothing is asked of it. `target` is that of the group. */
export function levelOfValue(kpi: Kpi, value: number | null, target: number | null): Level | null {
  const warn = kpi.warn ?? target;
  if (value === null || kpi.direction === "none" || (warn === null && kpi.act === null)) return null;
  const isBeyond = (limit: number | null) => limit !== null && (kpi.direction === "up" ? value < limit : value > limit);
  if (isBeyond(kpi.act)) return "act";
  return isBeyond(warn) ? "warn" : "ok";
}

/** A change below this, of a ratio or relative, is none: it is written as 0.0. */
const CHANGE_MIN = 0.0005;

/** Whether a change of the value is for the better; null where neither way is, or where nothing changed. */
export function isBetter(kpi: Kpi, change: number): boolean | null {
  const isNone = Math.abs(change) < (kpi.unit === "points" ? 100 * CHANGE_MIN : CHANGE_MIN);
  if (kpi.direction === "none" || isNone) return null;
  return change > 0 === (kpi.direction === "up");
}
