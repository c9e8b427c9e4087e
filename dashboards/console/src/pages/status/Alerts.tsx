//! KPIs that need attention now, each leading to its page.
import { useMemo, useState } from "preact/hooks";
import type { Cell } from "../../api/rows.ts";
import { useQuery } from "../../api/use.ts";
import { formatValue } from "../../format/numbers.ts";
import { dateIn, shift } from "../../kpis/buckets.ts";
import { useCatalogue } from "../../kpis/catalogue.ts";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice, Notice } from "../../parts/Notice.tsx";
import { levelOf, Sign } from "../../parts/Sign.tsx";
import { Table } from "../../parts/Table.tsx";
import type { TableColumn } from "../../parts/Table.tsx";
import { hrefOf } from "../../router.ts";
import { cityName, useCities } from "../../shell/place.ts";
import { useLanguage } from "../../words/index.ts";
import { findAlerts } from "./alerts.ts";
import { ratedSql } from "./queries.ts";
import { useStatusWords } from "./words.ts";

const EVERY_MS = 15_000;

export function Alerts() {
  const words = useStatusWords();
  const language = useLanguage();
  const cities = useCities();
  const catalogue = useCatalogue();
  // A city whose newest day is older than yesterday is silent, which is not for this list to say.
  const [since] = useState(() => shift(dateIn("UTC", Date.now()), "day", -1));
  const { rows, error, reload } = useQuery(ratedSql(since), { every: EVERY_MS });
  const alerts = useMemo(
    () => (rows && catalogue.value ? findAlerts(catalogue.value, rows) : undefined),
    [rows, catalogue.value],
  );
  const shown = useMemo(
    () =>
      alerts?.map(({ kpi, city, day, value, limit, level }): Cell[] => [
        kpi.titles[language],
        level,
        city === null ? words.noCity : cityName(cities, city, language),
        day,
        formatValue(value, kpi.unit, language),
        formatValue(limit, kpi.unit, language),
        // Beyond the columns: where the row leads.
        hrefOf("kpis", [kpi.kpi], { city: city ?? "", upto: "now" }),
      ]),
    [alerts, cities, language, words],
  );
  const failure = error ?? catalogue.error;
  return (
    <section aria-labelledby="alerts">
      <h2 id="alerts">{words.alerts}</h2>
      <p class="soft">{words.alertsHint}</p>
      {failure && (
        <ErrorNotice
          error={failure}
          onRetry={() => {
            catalogue.reload();
            reload();
          }}
        />
      )}
      {shown?.length === 0 && <Notice level="ok" title={words.noAlerts} />}
      {shown && shown.length > 0 && (
        <Table
          caption={words.alerts}
          captionHidden
          columns={columnsOf(words)}
          rows={shown}
          rowLink={(row) => String(row.at(-1))}
        />
      )}
      {!shown && !failure && <Loading />}
    </section>
  );
}

function columnsOf(words: ReturnType<typeof useStatusWords>): TableColumn[] {
  const text = (name: string, title: string): TableColumn => ({ name, title, type: "text" });
  const figure = (name: string, title: string): TableColumn => ({ ...text(name, title), atEnd: true });
  return [
    text("kpi", words.kpi),
    { ...text("state", words.state), show: (cell) => <Sign level={levelOf(cell) ?? "info"} /> },
    text("city", words.city),
    { name: "day", title: words.day, type: "date" },
    figure("value", words.value),
    figure("limit", words.limit),
  ];
}
