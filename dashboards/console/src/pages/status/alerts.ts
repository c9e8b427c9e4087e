//! KPIs that are beyond a threshold or short of a target now.
import { objects } from "../../api/rows.ts";
import type { Rows } from "../../api/rows.ts";
import type { Kpi } from "../../kpis/catalogue.ts";
import type { Level } from "../../parts/Sign.tsx";

export interface Alert {
  kpi: Kpi;
  /** Null for what has no city. */
  city: string | null;
  day: string;
  value: string | null;
  /** The threshold or target that the value is beyond. */
  limit: string | number | null;
  level: Level;
}

/** A share of fewer than these says little; the alert rules of the platform ask for as many. */
const DENOMINATOR_MIN = 20;

/** The alerts of the newest day of each city, what must be acted on first. */
export function findAlerts(kpis: Kpi[], rated: Rows): Alert[] {
  const newest = new Map<string, Alert & { denominator: number }>();
  const byId = new Map(kpis.map((kpi) => [kpi.kpi, kpi]));
  // Rows come by day, so the last of a city is its newest.
  for (const row of objects(rated)) {
    const kpi = byId.get(String(row["kpi"]));
    if (!kpi) continue;
    const text = (name: string) => (row[name] === null ? null : String(row[name]));
    const level = text("status") as Level;
    newest.set(`${kpi.kpi} ${text("city")}`, {
      kpi,
      city: text("city"),
      day: String(row["bucket"]),
      value: text("value"),
      limit: level === "act" ? kpi.act : (kpi.warn ?? text("target")),
      level,
      denominator: Number(row["denominator"]),
    });
  }
  return [...newest.values()]
    .filter(({ level, kpi, denominator }) => level !== "ok" && (!isShare(kpi) || denominator >= DENOMINATOR_MIN))
    .sort((one, other) => Number(other.level === "act") - Number(one.level === "act"));
}

function isShare(kpi: Kpi): boolean {
  return kpi.additive && !kpi.isSum;
}
