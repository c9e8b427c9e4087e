//! Until when a mute holds: a span from now, or a moment by a clock.

/** Spans that are offered, in hours. */
export const SPANS = { hours4: 4, day1: 24, days3: 72, week1: 168, days30: 720 } as const;

export type SpanName = keyof typeof SPANS;

/** The instant at which a clock in `zone` shows `local` (`YYYY-MM-DDTHH:MM`), in milliseconds; NaN of what is no time. */
export function instantOf(local: string, zone: string): number {
  if (!/^\d{4,}-\d\d-\d\dT\d\d:\d\d$/.test(local)) return Number.NaN;
  const asUtc = Date.parse(`${local}:00Z`);
  // The offset is looked up twice: the first guess may lie on the other side of a change of clocks.
  const guess = asUtc - offsetAt(asUtc, zone);
  return asUtc - offsetAt(guess, zone);
}

/** What a clock in `zone` shows at an instant, as an input of time takes it. */
export function localOf(instantMs: number, zone: string): string {
  return new Date(instantMs + offsetAt(instantMs, zone)).toISOString().slice(0, 16);
}

/** How far a zone is ahead of UTC at an instant, in milliseconds. */
function offsetAt(instantMs: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric",
  }).formatToParts(instantMs);
  const of = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value);
  const shown = Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"));
  return shown - Math.floor(instantMs / 1000) * 1000;
}
