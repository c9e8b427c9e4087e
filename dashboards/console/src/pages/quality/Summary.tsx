//! Each stream by aspect: a sign and a share, and what was found in words.
import { objects } from "../../api/rows.ts";
import type { Cell } from "../../api/rows.ts";
import { useQuery } from "../../api/use.ts";
import { formatCount, formatValue } from "../../format/numbers.ts";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice, Notice } from "../../parts/Notice.tsx";
import { Sentence } from "../../parts/Sentence.tsx";
import { levelOf, Sign } from "../../parts/Sign.tsx";
import { Table } from "../../parts/Table.tsx";
import type { TableColumn } from "../../parts/Table.tsx";
import { fill, useLanguage, useWords } from "../../words/index.ts";
import { SUMMARY_SQL } from "./queries.ts";
import { useQualityWords } from "./words.ts";
import type { QualityWords } from "./words.ts";

const EVERY_MS = 60_000;

/** The aspects in the order in which a record meets them. */
const ASPECTS = ["completeness", "validity", "timeliness", "uniqueness", "drift", "reconciliation"] as const;

export function Summary() {
  const words = useQualityWords();
  const { rows, error, reload } = useQuery(SUMMARY_SQL, { every: EVERY_MS });
  const found = rows && objects(rows);
  const streams = [...new Set(found?.map((row) => String(row["stream"])))];
  const cellOf = (stream: string, aspect: string) =>
    found?.find((row) => row["stream"] === stream && row["aspect"] === aspect) ?? null;
  const columns: TableColumn[] = [
    { name: "stream", title: words.stream, type: "text" },
    ...ASPECTS.map((aspect): TableColumn => ({
      name: aspect,
      title: words[aspect],
      type: "text",
      show: (cell) => <Aspect row={cell as Record<string, Cell> | null} />,
    })),
  ];
  return (
    <section aria-labelledby="aspects">
      <h2 id="aspects">{words.aspects}</h2>
      {error && <ErrorNotice error={error} onRetry={reload} />}
      {!found && !error && <Loading />}
      {found && (
        <Table
          caption={words.aspects}
          captionHidden
          columns={columns}
          rows={streams.map((stream) => [stream, ...ASPECTS.map((aspect) => cellOf(stream, aspect))])}
        />
      )}
      {found && <Worst found={found} words={words} />}
    </section>
  );
}

function Aspect({ row }: { row: Record<string, Cell> | null }) {
  const words = useQualityWords();
  const language = useLanguage();
  const level = levelOf(row?.["status"]);
  if (!row || !level) return "–";
  const count = String(row["findings"] ?? "0");
  return (
    <>
      <Sign level={level} />{" "}
      {row["share"] !== null && <span class="number">{formatValue(Number(row["share"]), "ratio", language)}</span>}
      {count !== "0" && <small> {fill(words.findings, { count: formatCount(count, language) })}</small>}
    </>
  );
}

/** The worst of each aspect in words. */
function Worst({ found, words }: { found: Record<string, Cell>[]; words: QualityWords }) {
  const bad = found.filter((row) => row["reason"] !== null && row["status"] !== "ok");
  const shell = useWords();
  if (bad.length === 0) return <Notice level="ok" title={words.nothingFound} />;
  return (
    <>
      {bad.map((row) => (
        <Notice
          key={`${row["stream"]} ${row["aspect"]}`}
          level={levelOf(row["status"]) === "act" ? "act" : "warn"}
          title={`${row["stream"]}${shell.comma}${words[String(row["aspect"]) as keyof QualityWords] ?? row["aspect"]}`}
        >
          <p>
            <Sentence text={String(row["reason"])} />
          </p>
        </Notice>
      ))}
    </>
  );
}
