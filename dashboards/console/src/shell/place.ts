//! City and time zone that the reader chose, kept in the address.
import { keepAnswer } from "../api/kept.ts";
import { CITIES_SQL } from "../kpis/queries.ts";
import { isZone, localZone } from "../format/times.ts";
import { useParameter } from "../router.ts";
import type { Language } from "../words/index.ts";

export interface City {
  /** E.g. `HKG`. */
  city: string;
  names: Record<Language, string>;
  time_zone: string;
  /** ISO 4217. */
  currency: string;
  region: string;
}

const useKeptCities = keepAnswer(
  CITIES_SQL,
  ({ rows }) =>
    rows.map(([city, en, hant, hans, zone, currency, region]): City => ({
      city: String(city),
      names: { en: String(en), "zh-Hant": String(hant), "zh-Hans": String(hans) },
      time_zone: String(zone),
      currency: String(currency),
      region: String(region),
    })),
);

const NONE: City[] = [];

/** The reference data of all cities; empty until they are known. */
export function useCities(): City[] {
  return useKeptCities().value ?? NONE;
}

/** The chosen city's code, empty for all; and how to choose. */
export function useCity(): [string, (city: string) => void] {
  return useParameter("city");
}

/** The zone that times are shown in: as chosen, else the chosen city's, else the browser's. */
export function useZone(): string {
  const [chosen] = useParameter("zone");
  const [city] = useCity();
  const ofCity = useCities().find((one) => one.city === city)?.time_zone;
  return chosen !== "" && isZone(chosen) ? chosen : (ofCity ?? localZone());
}

/** A city's name in the language, or its code where it is not known. */
export function cityName(cities: City[], code: string, language: Language): string {
  return cities.find((one) => one.city === code)?.names[language] ?? code;
}
