//! Instants and days for reading, in a zone that the reader chose.
import type { Language } from "../words/language.ts";

const formats = new Map<string, Intl.DateTimeFormat>();

/** An RFC 3339 instant to the second in an IANA zone; text that is no instant stays as it is. */
export function formatInstant(text: string, zone: string, language: Language): string {
  return formatBy(text, zone, language, { dateStyle: "medium", timeStyle: "medium" });
}

/** An RFC 3339 instant to the minute, with the zone's short name. */
export function formatMinute(text: string, zone: string, language: Language): string {
  return formatBy(text, zone, language, {
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
  });
}

/** A day `YYYY-MM-DD`, which is of no zone. */
export function formatDay(text: string, language: Language): string {
  return formatBy(`${text}T00:00:00Z`, "UTC", language, { dateStyle: "medium" });
}

/** A day without its year, for axes and tiles. */
export function formatShortDay(text: string, language: Language): string {
  return formatBy(`${text.slice(0, 10)}T00:00:00Z`, "UTC", language, { month: "short", day: "numeric" });
}

/** A month `YYYY-MM` or the first of it. */
export function formatMonth(text: string, language: Language): string {
  return formatBy(`${text.slice(0, 7)}-01T00:00:00Z`, "UTC", language, { year: "numeric", month: "short" });
}

/** How long ago an instant was, e.g. "3 minutes ago". */
export function formatAgo(text: string, nowMs: number, language: Language): string {
  const seconds = (Date.parse(text) - nowMs) / 1000;
  if (Number.isNaN(seconds)) return text;
  const steps: [Intl.RelativeTimeFormatUnit, number][] = [
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
  ];
  const [unit, size] = steps.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(Math.round(seconds / size), unit);
}

let ownZone: string | undefined;

/** The browser's own zone. */
export function localZone(): string {
  return (ownZone ??= new Intl.DateTimeFormat().resolvedOptions().timeZone);
}

/** True of a name that the browser knows as a time zone. */
export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function formatBy(text: string, zone: string, language: Language, options: Intl.DateTimeFormatOptions): string {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return text;
  const key = language + zone + JSON.stringify(options);
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(language, { ...options, timeZone: zone, hourCycle: "h23" });
    formats.set(key, format);
  }
  return format.format(at);
}
