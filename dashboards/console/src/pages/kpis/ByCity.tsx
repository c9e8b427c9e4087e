//! A KPI's newest value of each city.
import { useMemo } from "preact/hooks";
import { objects } from "../../api/rows.ts";
import type { Cell, Rows } from "../../api/rows.ts";
import { useQuery } from "../../api/use.ts";
import { formatChange, formatValue } from "../../format/numbers.ts";
import { groupBy } from "../../group.ts";
import type { Kpi } from "../../kpis/catalogue.ts";
import { courseOf, readingOf } from "../../kpis/readings.ts";
import type { Reading, Value } from "../../kpis/readings.ts";
import { Empty } from "../../parts/Empty.tsx";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { levelOf, Sign } from "../../parts/Sign.tsx";
import { Sparkline } from "../../parts/Sparkline.tsx";
import { Table } from "../../parts/Table.tsx";
import type { TableColumn } from "../../parts/Table.tsx";
import { hrefOf } from "../../router.ts";
import { cityName, useCities } from "../../shell/place.ts";
import { fill, useLanguage, useWords } from "../../words/index.ts";
import { keptParameters } from "./KpiTile.tsx";
import { formatBucket } from "./looking.ts";
import type { Looking } from "./looking.ts";
import { citiesSql } from "./queries.ts";
import { useKpiWords } from "./words.ts";

export function ByCity({ kpi, looking }: { kpi: Kpi; looking: Looking }) {
  const words = useKpiWords();
  const shell = useWords();
  const language = useLanguage();
  const { grain, until, zone } = looking;
  const { rows, error, reload } = useQuery(citiesSql(kpi, looking));
  const readings = useMemo(() => (rows ? readCities(kpi, rows, looking) : undefined), [kpi, rows, grain, until]);
  const table = useMemo(
    () => worstFirst([...(readings ?? [])]).map(([city, { reading, row }]) => cellsOf(kpi, city, reading, row)),
    [kpi, readings],
  );
  const columns = useColumns(kpi, readings, looking);
  const bucket = formatBucket(until, grain, zone, language);
  const title = words.byCity + shell.comma + bucket;
  return (
    <section aria-labelledby="by-city">
      <h2 id="by-city">
        {title}
      </h2>
      {error && <ErrorNotice error={error} onRetry={reload} />}
      {rows && table.length === 0 && <Empty title={fill(words.notByCity, { bucket })} />}
      {table.length > 0 && (
        <Table
          caption={title}
          captionHidden
          columns={columns}
          rows={table}
          rowLink={([city]) =>
            city === "" ? undefined : hrefOf("kpis", [kpi.kpi], { ...keptParameters(looking), city: String(city) })
          }
        />
      )}
    </section>
  );
}

interface CityReading {
  reading: Reading;
  /** The row of its newest bucket. */
  row: Record<string, Cell>;
}

function readCities(kpi: Kpi, rows: Rows, { grain, until }: Looking): Map<string, CityReading> {
  const byCity = groupBy(objects(rows), (row) => String(row["city"] ?? ""));
  return new Map(
    [...byCity].flatMap(([city, cells]) => {
      const values = new Map(cells.map((row) => [String(row["bucket"]), readCell(row)]));
      const reading = readingOf(kpi, { buckets: [...values.keys()], of: (bucket) => values.get(bucket) }, grain, until);
      const row = cells.find((row) => row["bucket"] === reading.newest?.bucket);
      return row ? [[city, { reading, row }] as const] : [];
    }),
  );
}

/** Cities that need attention before the others, which stay in the order of their codes. */
function worstFirst(readings: [string, CityReading][]): [string, CityReading][] {
  const places = { act: 0, warn: 1, info: 2, ok: 2 };
  const placeOf = ([, { reading }]: [string, CityReading]) => places[reading.newest?.level ?? "ok"];
  return readings.sort((one, other) => placeOf(one) - placeOf(other));
}

function readCell(row: Record<string, Cell>): Value {
  const text = (name: string) => (row[name] === null ? null : String(row[name]));
  return {
    bucket: String(row["bucket"]),
    text: text("value"),
    range: null,
    target: text("target"),
    level: levelOf(row["status"]),
  };
}

function cellsOf(kpi: Kpi, city: string, { newest, change }: Reading, row: Record<string, Cell>): Cell[] {
  const parts = hasParts(kpi) ? [row["numerator"] ?? null, row["denominator"] ?? null] : [];
  return [city, newest?.text ?? null, change, newest?.target ?? null, newest?.level ?? null, ...parts, null];
}

/** Only of a division that adds up do the parts mean something by themselves. */
function hasParts(kpi: Kpi): boolean {
  return kpi.additive && !kpi.isSum;
}

function useColumns(kpi: Kpi, readings: Map<string, CityReading> | undefined, looking: Looking): TableColumn[] {
  const words = useKpiWords();
  const language = useLanguage();
  const cities = useCities();
  const number = "numeric";
  const parts: TableColumn[] = [
    { name: "numerator", title: words.numerator, type: number, unit: "count" },
    { name: "denominator", title: words.denominator, type: number, unit: "count" },
  ];
  return [
    {
      name: "city",
      title: words.city,
      type: "text",
      show: (city) => (city === "" ? words.withoutCity : cityName(cities, String(city), language)),
    },
    { name: "value", title: words.value, type: number, unit: kpi.unit },
    {
      name: "change",
      title: words.change,
      type: number,
      show: (change) => (change === null ? "–" : formatChange(Number(change), kpi.unit, language)),
    },
    { name: "target", title: words.target, type: number, unit: kpi.unit },
    { name: "status", title: words.status, type: "text", show: (cell) => signOf(cell) },
    ...(hasParts(kpi) ? parts : []),
    {
      name: "course",
      title: words.courseColumn,
      type: "text",
      show: (_, [city]) => <Course kpi={kpi} reading={readings?.get(String(city))?.reading} looking={looking} />,
    },
  ];
}

function signOf(cell: Cell) {
  const level = levelOf(cell);
  return level ? <Sign level={level} /> : "–";
}

function Course({ kpi, reading, looking }: { kpi: Kpi; reading?: Reading; looking: Looking }) {
  const language = useLanguage();
  if (!reading) return null;
  const { values } = courseOf(kpi, reading.values, looking.grain, looking.until);
  const last = values.findLast((value) => value !== null);
  return (
    <span class="cell-spark">
      <Sparkline values={values} label={formatValue(last, kpi.unit, language)} />
    </span>
  );
}
