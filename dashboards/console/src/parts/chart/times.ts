//! Ticks of time: at points of the chart, days where it covers several, hours where it does not.
import type { Language } from "../../words/index.ts";
import type { Aligned } from "./align.ts";

export interface Tick {
  /** The index of the time. */
  at: number;
  text: string;
  /** The day below a time of day; empty for the others. */
  below: string;
}

const DAY_S = 86_400;

/** From so many days on, instants are marked at midnight only. */
const MIDNIGHTS_FROM_S = 3 * DAY_S;

/** From so many days on, the year is written too. */
const YEARS_FROM_S = 300 * DAY_S;

/** Times that may have a tick, in order. */
export function timeTicks({ times, labels }: Aligned, zone: string, language: Language): Tick[] {
  const reach = (times.at(-1) ?? 0) - (times[0] ?? 0);
  const ofDays = labels.every((label) => label.length === 10);
  const year = reach > YEARS_FROM_S ? { year: "numeric" as const } : {};
  const day = new Intl.DateTimeFormat(language, {
    ...year,
    month: "short",
    day: "numeric",
    timeZone: ofDays ? "UTC" : zone,
  });
  const time = new Intl.DateTimeFormat(language, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: zone,
  });
  const all = times.map((seconds, at) => ({
    at,
    day: day.format(seconds * 1000),
    time: ofDays ? "" : time.format(seconds * 1000),
  }));
  const midnights = all.filter((tick) => tick.time === "00:00");
  if (ofDays || (reach >= MIDNIGHTS_FROM_S && midnights.length > 1)) {
    return (ofDays ? all : midnights).map(({ at, day }) => ({ at, text: day, below: "" }));
  }
  return all.map(({ at, day, time }) => ({ at, text: time, below: day }));
}
