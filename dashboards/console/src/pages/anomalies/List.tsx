//! The list of anomalies with what narrows it; all of that is in the address.
import { useQuery } from "../../api/use.ts";
import { formatCount } from "../../format/numbers.ts";
import { formatAgo, formatMinute } from "../../format/times.ts";
import { numberColumn, textColumn, unitColumn } from "../../parts/columns.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { Table } from "../../parts/Table.tsx";
import type { TableColumn } from "../../parts/Table.tsx";
import { hrefOf, useParameter } from "../../router.ts";
import { kpiTitle, useKpis } from "../../kpis/catalogue.ts";
import { cityName, useCities, useCity, useZone } from "../../shell/place.ts";
import { fill, useLanguage, useWords } from "../../words/index.ts";
import { FilterBar } from "./FilterBar.tsx";
import { formatFigure } from "./figure.ts";
import { Severity, Standing } from "./Marked.tsx";
import { ID_PLACE, listSql, OPEN } from "./queries.ts";
import { useAnomalyWords, valueWord } from "./words.ts";

/** How often the list is asked for again, in milliseconds. */
const EVERY_MS = 30_000;

export function List() {
  const [city] = useCity();
  const [state, setState] = useParameter("state", OPEN);
  const [severity, setSeverity] = useParameter("severity");
  const [kind, setKind] = useParameter("kind");
  const [series, setSeries] = useParameter("series");
  const [search, setSearch] = useParameter("search");
  const filters = { state: state === "all" ? "" : state, severity, kind, series, city, search };
  const answer = useQuery(listSql(filters), { every: EVERY_MS });
  const shell = useWords();
  const words = useAnomalyWords();
  const language = useLanguage();
  const columns = useColumns();
  return (
    <>
      <FilterBar chosen={{ state, severity, kind, series, search }} city={city}
        on={{ state: setState, severity: setSeverity, kind: setKind, series: setSeries, search: setSearch }} />
      {answer.error && <ErrorNotice error={answer.error} onRetry={answer.reload} />}
      {!answer.rows && answer.loading && <Loading />}
      {answer.rows && answer.rows.rows.length === 0 && <Empty title={words.none} hint={words.noneHint} />}
      {answer.rows && answer.rows.rows.length > 0 && (
        <>
          <p class="soft" role="status">{fill(shell.rows, { rows: formatCount(answer.rows.rows.length, language) })}</p>
          <Table caption={words.list} captionHidden columns={columns} rows={answer.rows.rows}
            rowLink={(row) => hrefOf("anomalies", [String(row[ID_PLACE])])} />
        </>
      )}
    </>
  );
}

function useColumns(): TableColumn[] {
  const words = useAnomalyWords();
  const language = useLanguage();
  const cities = useCities();
  const kpis = useKpis();
  return [
    textColumn("kind", words.kind, (cell) => valueWord(words, "kind", String(cell))),
    textColumn("severity", words.severity, (cell) => <Severity severity={String(cell)} />),
    textColumn("at", words.from, (cell) => <When at={String(cell)} />),
    textColumn("series", words.series, (cell) => kpiTitle(kpis, valueWord(words, "series", String(cell)), language)),
    textColumn("city", words.city, (cell) => cityName(cities, String(cell), language)),
    textColumn("forwarder", words.forwarder),
    numberColumn("observed", words.observed, (cell, row) => formatFigure(String(cell), String(row[3]), kpis, language)),
    numberColumn("expected", words.expected, (cell, row) => formatFigure(String(cell), String(row[3]), kpis, language)),
    unitColumn("money_at_risk", words.risk, "hkd"),
    textColumn("state", words.state, (cell) => <Standing state={String(cell)} />),
  ];
}

/** How long ago it began, and exactly when for who points at it. */
function When({ at }: { at: string }) {
  const language = useLanguage();
  const zone = useZone();
  return <time dateTime={at} title={formatMinute(at, zone, language)}>{formatAgo(at, Date.now(), language)}</time>;
}
