//! Buckets of the KPI relations: clock hours as instants, local days and months as dates.
import type { Grain } from "./catalogue.ts";

const HOUR_MS = 3_600_000;

export const GRAINS: Grain[] = ["hour", "day", "month"];

/** The grain that an address names; days where it names none. */
export function grainOf(text: string | null): Grain {
  return GRAINS.find((grain) => grain === text) ?? "day";
}

/** So many buckets a sparkline shows. */
export const SPARK_BUCKETS: Record<Grain, number> = { hour: 48, day: 30, month: 12 };

/** The local date in a zone, `YYYY-MM-DD`. */
export function dateIn(zone: string, nowMs: number): string {
  // What is asked before the first paint needs no other zone, and Intl takes a while when it is first used.
  if (zone === "UTC") return new Date(nowMs).toISOString().slice(0, 10);
  // Swedish writes dates as ISO 8601 does.
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone }).format(nowMs);
}

/** The newest bucket that is over in every one of the zones. */
export function lastComplete(grain: Grain, zones: string[], nowMs: number): string {
  if (grain === "hour") return shift(floorHour(nowMs), grain, -1);
  const today = zones.map((zone) => dateIn(zone, nowMs)).sort()[0] ?? dateIn("UTC", nowMs);
  return grain === "day" ? shift(today, grain, -1) : shift(`${today.slice(0, 7)}-01`, grain, -1);
}

/** The bucket of a zone that is underway. */
export function currentBucket(grain: Grain, zone: string, nowMs: number): string {
  if (grain === "hour") return floorHour(nowMs);
  const today = dateIn(zone, nowMs);
  return grain === "day" ? today : `${today.slice(0, 7)}-01`;
}

/** The bucket `steps` later (earlier where negative). */
export function shift(bucket: string, grain: Grain, steps: number): string {
  const at = new Date(grain === "hour" ? bucket : `${bucket.slice(0, 10)}T00:00:00Z`);
  if (grain === "hour") return instantText(at.getTime() + steps * HOUR_MS);
  if (grain === "day") at.setUTCDate(at.getUTCDate() + steps);
  else at.setUTCMonth(at.getUTCMonth() + steps);
  return at.toISOString().slice(0, 10);
}

/** The bucket that a value is compared with: a week before, or the month before. */
export function comparedWith(bucket: string, grain: Grain): string {
  return shift(bucket, grain, { hour: -7 * 24, day: -7, month: -1 }[grain]);
}

/** The hour of an instant, as the relations write it. */
export function floorHour(ms: number): string {
  return instantText(Math.floor(ms / HOUR_MS) * HOUR_MS);
}

/** To the second, without a fraction: `2026-11-22T09:00:00Z`. */
function instantText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
