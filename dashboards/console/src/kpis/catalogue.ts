//! The KPI catalogue as the server states it.
import { keepAnswer } from "../api/kept.ts";
import { objects } from "../api/rows.ts";
import type { Cell } from "../api/rows.ts";
import type { Language } from "../words/index.ts";
import { CATALOGUE_SQL } from "./queries.ts";

export type Grain = "hour" | "day" | "month";

export interface Kpi {
  /** E.g. `automation_rate`. */
  kpi: string;
  topic: string;
  titles: Record<Language, string>;
  meanings: Record<Language, string>;
  formula: string;
  /** `ratio`, `count`, `ms`, `hkd` or `points`. */
  unit: string;
  direction: "up" | "down" | "none";
  owner: string;
  grains: Grain[];
  /** Grains that are foretold. */
  forecast: Grain[];
  /** Targets until 3 months, until 6 months and from then on after a city's go-live; null where it has none. */
  targets: [number, number, number] | null;
  warn: number | null;
  act: number | null;
  by_forwarder: boolean;
  /** Whether numerators and denominators of cells add up to those of larger spans and groups. */
  additive: boolean;
  /** Whether a total is the sum of its parts' numerators: a count or cost with nothing to divide by. */
  isSum: boolean;
}

export const useCatalogue = keepAnswer(CATALOGUE_SQL, (rows) => objects(rows).map(readKpi));

const NONE: Kpi[] = [];

/** Every KPI; none until the catalogue is known. */
export function useKpis(): Kpi[] {
  return useCatalogue().value ?? NONE;
}

/** The KPI of that id, once the catalogue is known. */
export function useKpi(id: string): Kpi | undefined {
  return useKpis().find(({ kpi }) => kpi === id);
}

/** A KPI's title in the language, or its id where the catalogue does not know it. */
export function kpiTitle(kpis: Kpi[], id: string, language: Language): string {
  return kpis.find(({ kpi }) => kpi === id)?.titles[language] ?? id;
}

/** A KPI from a row of the relation `kpis`. */
export function readKpi(row: Record<string, Cell>): Kpi {
  const text = (name: string) => String(row[name] ?? "");
  const number = (name: string) => (row[name] === null ? null : Number(row[name]));
  const grains = (name: string) =>
    text(name)
      .split(" ")
      .filter((grain) => grain !== "") as Grain[];
  const inLanguages = (name: string) => ({
    en: text(name),
    "zh-Hant": text(`${name}_zh_hant`),
    "zh-Hans": text(`${name}_zh_hans`),
  });
  const targets = ["target_3m", "target_6m", "target_12m"].map(number);
  return {
    kpi: text("kpi"),
    topic: text("topic"),
    titles: inLanguages("title"),
    meanings: inLanguages("meaning"),
    formula: text("formula"),
    unit: text("unit"),
    direction: text("direction") as Kpi["direction"],
    owner: text("owner"),
    grains: grains("grains"),
    forecast: grains("forecast"),
    targets: targets.includes(null) ? null : (targets as [number, number, number]),
    warn: number("warn"),
    act: number("act"),
    by_forwarder: row["by_forwarder"] === true,
    additive: row["additive"] === true,
    // The catalogue writes what is divided as "numerator / denominator".
    isSum: ["count", "hkd"].includes(text("unit")) && !text("formula").includes(" / "),
  };
}
