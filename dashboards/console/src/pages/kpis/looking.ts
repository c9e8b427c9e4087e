//! What the reader looks at: which span, up to when, of which city. Kept in the address.
import { useMemo, useState } from "preact/hooks";
import { formatDay, formatMinute, formatMonth } from "../../format/times.ts";
import { currentBucket, grainOf, lastComplete } from "../../kpis/buckets.ts";
import type { Grain } from "../../kpis/catalogue.ts";
import { useParameter } from "../../router.ts";
import { useCities, useCity, useZone } from "../../shell/place.ts";
import type { Language } from "../../words/index.ts";

export interface Looking {
  grain: Grain;
  /** Empty for all cities. */
  city: string;
  /** True where the bucket that is not over counts too. */
  soFar: boolean;
  /** The newest bucket that is looked at. */
  until: string;
  zone: string;
  /** The bucket of UTC that is underway: bounds what is asked before the cities' zones are known. */
  anchor: string;
}

/** What is looked at; `fixed` where the span is not the reader's to choose. */
export function useLooking(fixed?: Grain): Looking {
  const [grainText] = useParameter("grain", "day");
  const [upTo] = useParameter("upto");
  const [city] = useCity();
  const zone = useZone();
  const cities = useCities();
  // One clock for as long as the page is open would go stale; one a drawing would ask anew every time.
  const [openedAt] = useState(Date.now);
  const grain = fixed ?? grainOf(grainText);
  const soFar = upTo === "now";
  const until = useMemo(() => {
    const zones = cities.filter((one) => city === "" || one.city === city).map((one) => one.time_zone);
    return soFar
      ? currentBucket(grain, zone, openedAt)
      : lastComplete(grain, zones.length > 0 ? zones : [zone], openedAt);
  }, [grain, soFar, city, cities, zone, openedAt]);
  return { grain, city, soFar, until, zone, anchor: currentBucket(grain, "UTC", openedAt) };
}

/** A bucket for reading. */
export function formatBucket(bucket: string, grain: Grain, zone: string, language: Language): string {
  switch (grain) {
    case "hour":
      return formatMinute(bucket, zone, language);
    case "day":
      return formatDay(bucket, language);
    case "month":
      return formatMonth(bucket, language);
  }
}
