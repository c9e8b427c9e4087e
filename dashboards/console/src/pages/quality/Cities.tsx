//! KPIs of data quality by city, with their thresholds.
import { useMemo, useState } from "preact/hooks";
import { objects } from "../../api/rows.ts";
import type { Cell, Rows } from "../../api/rows.ts";
import { useQuery } from "../../api/use.ts";
import { formatValue } from "../../format/numbers.ts";
import { formatDay } from "../../format/times.ts";
import { groupBy } from "../../group.ts";
import { dateIn } from "../../kpis/buckets.ts";
import { useCatalogue } from "../../kpis/catalogue.ts";
import type { Kpi } from "../../kpis/catalogue.ts";
import { valueOf } from "../../kpis/readings.ts";
import type { Value } from "../../kpis/readings.ts";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { Sign } from "../../parts/Sign.tsx";
import { Table } from "../../parts/Table.tsx";
import type { TableColumn } from "../../parts/Table.tsx";
import { hrefOf } from "../../router.ts";
import { cityName, useCities, useZone } from "../../shell/place.ts";
import { fill, useLanguage } from "../../words/index.ts";
import { citiesSql } from "./queries.ts";
import { useQualityWords } from "./words.ts";

const EVERY_MS = 60_000;

const TOPIC = "quality";

export function Cities() {
  const words = useQualityWords();
  const language = useLanguage();
  const zone = useZone();
  const [openedAt] = useState(Date.now);
  const today = dateIn(zone, openedAt);
  const catalogue = useCatalogue();
  const kpis = useMemo(() => catalogue.value?.filter((kpi) => kpi.topic === TOPIC), [catalogue.value]);
  const { rows, error, reload } = useQuery(
    kpis && kpis.length > 0
      ? citiesSql(
          kpis.map((kpi) => kpi.kpi),
          today,
        )
      : null,
    { every: EVERY_MS },
  );
  const table = useMemo(() => (kpis && rows ? readTable(kpis, rows) : undefined), [kpis, rows]);
  const columns = useColumns(kpis ?? []);
  const failure = catalogue.error ?? error;
  return (
    <section aria-labelledby="cities">
      <h2 id="cities">{words.kpis}</h2>
      {failure && (
        <ErrorNotice
          error={failure}
          onRetry={() => {
            catalogue.reload();
            reload();
          }}
        />
      )}
      {kpis?.length === 0 && <Empty title={words.noKpis} />}
      {table?.length === 0 && <Empty title={fill(words.noFigures, { day: formatDay(today, language) })} />}
      {kpis && kpis.length > 0 && !table && !failure && <Loading />}
      {kpis && table && table.length > 0 && (
        <>
          <Table caption={words.kpis} captionHidden columns={columns} rows={table} />
          <ul class="quality-thresholds">
            {kpis.map((kpi) => (
              <Thresholds key={kpi.kpi} kpi={kpi} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

/** What a KPI means, from where on it warns, and where there is more of it. */
function Thresholds({ kpi }: { kpi: Kpi }) {
  const words = useQualityWords();
  const language = useLanguage();
  const shown = (value: number | null) => formatValue(value, kpi.unit, language);
  return (
    <li>
      <a href={hrefOf("kpis", [kpi.kpi])}>{kpi.titles[language]}</a>
      {": "}
      {kpi.meanings[language]}{" "}
      <span class="soft">({fill(words.thresholds, { warn: shown(kpi.warn), act: shown(kpi.act) })})</span>
    </li>
  );
}

/** A row a city: its newest value of each KPI. */
function readTable(kpis: Kpi[], rows: Rows): Cell[][] {
  const cities = groupBy(objects(rows), (row) => String(row["city"] ?? ""));
  return [...cities].map(([city, cells]) => [
    city,
    ...kpis.map((kpi): Cell => {
      // Rows come by day: the last of a KPI is its newest.
      const newest = cells.findLast((row) => row["kpi"] === kpi.kpi);
      return newest ? valueOf(kpi, String(newest["bucket"]), newest) : null;
    }),
  ]);
}

function useColumns(kpis: Kpi[]): TableColumn[] {
  const words = useQualityWords();
  const language = useLanguage();
  const cities = useCities();
  return useMemo(
    () => [
      {
        name: "city",
        title: words.city,
        type: "text",
        show: (city) => (city === "" ? words.noCity : cityName(cities, String(city), language)),
      },
      ...kpis.map((kpi): TableColumn => ({
        name: kpi.kpi,
        title: kpi.titles[language],
        type: "text",
        show: (cell) => {
          const value = cell as Value | null;
          if (!value) return "–";
          return (
            <span title={formatDay(value.bucket, language)}>
              <span class="number">{formatValue(value.text, kpi.unit, language)}</span>{" "}
              {value.level && <Sign level={value.level} />}
            </span>
          );
        },
      })),
    ],
    [kpis, words, language, cities],
  );
}
