//! What was found unusual in a KPI.
import { useQuery } from "../../api/use.ts";
import type { Kpi } from "../../kpis/catalogue.ts";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { Sentence } from "../../parts/Sentence.tsx";
import { levelOf, Sign } from "../../parts/Sign.tsx";
import { Table } from "../../parts/Table.tsx";
import type { TableColumn } from "../../parts/Table.tsx";
import { hrefOf } from "../../router.ts";
import { cityName, useCities } from "../../shell/place.ts";
import { useLanguage } from "../../words/index.ts";
import type { Looking } from "./looking.ts";
import { anomaliesSql } from "./queries.ts";
import { useKpiWords } from "./words.ts";

export function Findings({ kpi, looking }: { kpi: Kpi; looking: Looking }) {
  const words = useKpiWords();
  const language = useLanguage();
  const cities = useCities();
  const { rows, error, reload } = useQuery(anomaliesSql(kpi, looking.city));
  const columns: TableColumn[] = [
    { name: "at", title: words.detected, type: "timestamptz" },
    {
      name: "city",
      title: words.city,
      type: "text",
      show: (city) => (city === null ? words.withoutCity : cityName(cities, String(city), language)),
    },
    { name: "severity", title: words.severity, type: "text", show: (cell) => <Sign level={levelOf(cell) ?? "info"} /> },
    {
      name: "explanation",
      title: words.explanation,
      type: "text",
      show: (cell) => <Sentence text={String(cell)} isCut />,
    },
  ];
  const found = rows?.rows.map(([id, at, city, severity, , , explanation]) =>
    [at, city, severity, explanation, id].map((cell) => cell ?? null),
  );
  return (
    <section aria-labelledby="findings">
      <h2 id="findings">
        <a href={hrefOf("anomalies", [], { series: kpi.kpi })}>{words.anomaliesOf}</a>
      </h2>
      {error && <ErrorNotice error={error} onRetry={reload} />}
      {found?.length === 0 && <p class="soft">{words.noAnomalies}</p>}
      {found && found.length > 0 && (
        <Table
          caption={words.anomaliesOf}
          captionHidden
          columns={columns}
          rows={found}
          rowLink={(row) => hrefOf("anomalies", [String(row[4])])}
        />
      )}
    </section>
  );
}
