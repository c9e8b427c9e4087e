//! Rows of an allocation as a table of cities by pools, with exact totals.
import { addDecimals } from "./decimals.ts";

export interface Share {
  city: string;
  pool: string;
  /** A decimal. */
  amount: string;
}

export interface Pivot {
  pools: string[];
  rows: { city: string; amounts: (string | null)[]; total: string }[];
  /** Of each pool, then of all. */
  totals: string[];
}

/** What nobody bears stands below the cities. */
const LAST = ["unallocated", "idle"];

/** Cities by code and pools in the order in which they come; several rows of one place are added up. */
export function pivotOf(shares: Share[]): Pivot {
  const pools = [...new Set(shares.map(({ pool }) => pool))];
  const cities = [...new Set(shares.map(({ city }) => city))].sort(compareCities);
  const amountsOf = (wanted: (share: Share) => boolean) => shares.filter(wanted).map(({ amount }) => amount);
  const rows = cities.map((city) => ({
    city,
    amounts: pools.map((pool) => {
      const found = amountsOf((share) => share.city === city && share.pool === pool);
      return found.length === 0 ? null : addDecimals(found);
    }),
    total: addDecimals(amountsOf((share) => share.city === city)),
  }));
  const totals = [...pools.map((pool) => addDecimals(amountsOf((share) => share.pool === pool))), addDecimals(amountsOf(() => true))];
  return { pools, rows, totals };
}

function compareCities(one: string, other: string): number {
  const [first, second] = [LAST.indexOf(one), LAST.indexOf(other)];
  return first - second || (one < other ? -1 : 1);
}
