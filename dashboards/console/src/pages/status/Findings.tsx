//! What the platform itself knows to be wrong, each leading to where one looks at it.
import type { Cell } from "../../api/rows.ts";
import { useQuery } from "../../api/use.ts";
import { formatValue } from "../../format/numbers.ts";
import { dateIn } from "../../kpis/buckets.ts";
import { kpiTitle, useKpis } from "../../kpis/catalogue.ts";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice, Notice } from "../../parts/Notice.tsx";
import { levelOf, Sign } from "../../parts/Sign.tsx";
import { Table } from "../../parts/Table.tsx";
import type { TableColumn } from "../../parts/Table.tsx";
import { hrefOf } from "../../router.ts";
import { cityName, useCities } from "../../shell/place.ts";
import { fill, useLanguage } from "../../words/index.ts";
import { findInMetrics, findInRelations, worstFirst } from "./findings.ts";
import type { Finding, FindingKind } from "./findings.ts";
import { FAILED_JOBS_SQL, REFUSED_SQL } from "./queries.ts";
import type { Scrapes } from "./scrapes.ts";
import { useStatusWords } from "./words.ts";

const EVERY_MS = 15_000;

/** The units of values; what is not here is a count. */
const UNITS: Partial<Record<FindingKind, string>> = {
  budget: "ratio",
  ahead: "ratio",
  stale: "ms",
  refusing: "ratio",
  disk: "ratio",
};

export function Findings({ scrapes, error }: Pick<Scrapes, "scrapes" | "error">) {
  const words = useStatusWords();
  const refused = useQuery(REFUSED_SQL, { every: EVERY_MS });
  const jobs = useQuery(FAILED_JOBS_SQL, { every: EVERY_MS });
  const rows = useFindingRows(worstFirst([...findInMetrics(scrapes), ...findInRelations(refused.rows, jobs.rows)]));
  const failure = refused.error ?? jobs.error;
  const isKnown = scrapes.length > 0 && refused.rows !== undefined && jobs.rows !== undefined;
  return (
    <section aria-labelledby="findings">
      <h2 id="findings">{words.findings}</h2>
      <p class="soft">{words.findingsHint}</p>
      {failure && (
        <ErrorNotice
          error={failure}
          onRetry={() => {
            refused.reload();
            jobs.reload();
          }}
        />
      )}
      {rows.length > 0 && (
        <Table
          caption={words.findings}
          captionHidden
          columns={columnsOf(words)}
          rows={rows}
          rowLink={(row) => String(row.at(-1))}
        />
      )}
      {isKnown && !error && !failure && rows.length === 0 && <Notice level="ok" title={words.noFindings} />}
      {!isKnown && !error && !failure && <Loading />}
    </section>
  );
}

function useFindingRows(findings: Finding[]): Cell[][] {
  const words = useStatusWords();
  const language = useLanguage();
  const cities = useCities();
  const kpis = useKpis();
  const place = ({ kind, of }: Finding) => {
    if (kind === "anomalies") return kpiTitle(kpis, of, language);
    return kind === "budget" || kind === "ahead" ? cityName(cities, of, language) : of;
  };
  return findings.map((finding) => {
    const { kind, level, aspect, value } = finding;
    return [
      fill(words[`found_${kind}`], { aspect: (words as Record<string, string>)[`aspect_${aspect}`] ?? aspect }),
      level,
      place(finding) || null,
      formatValue(value, UNITS[kind] ?? "count", language),
      // Beyond the columns: where the row leads.
      leadsTo(finding),
    ];
  });
}

/** Where one looks at it. */
function leadsTo({ kind, of }: Finding): string {
  switch (kind) {
    case "quality":
    case "unrated":
      return hrefOf("quality");
    case "anomalies":
      return hrefOf("anomalies", [], { series: of, severity: "act", state: "new", city: "" });
    case "rule":
      return hrefOf("rules", [], { view: "standing" });
    case "budget":
    case "ahead":
      return hrefOf("finance", [], { view: "budgets", month: dateIn("UTC", Date.now()).slice(0, 7), city: of });
    case "refused":
    case "refusing":
      return hrefOf("status", [], { section: "letters" });
    case "job":
      return hrefOf("status", [], { section: "jobs" });
    default:
      return hrefOf("status", [], { section: "tables" });
  }
}

function columnsOf(words: ReturnType<typeof useStatusWords>): TableColumn[] {
  return [
    { name: "finding", title: words.finding, type: "text" },
    { name: "state", title: words.state, type: "text", show: (cell) => <Sign level={levelOf(cell) ?? "info"} /> },
    { name: "of", title: words.findingOf, type: "text" },
    { name: "value", title: words.value, type: "text", atEnd: true },
  ];
}
