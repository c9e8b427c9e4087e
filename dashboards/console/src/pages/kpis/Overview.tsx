//! All KPIs as tiles, by topic.
import { useEffect, useMemo, useState } from "preact/hooks";
import { keptRows, useQuery } from "../../api/use.ts";
import { useCatalogue } from "../../kpis/catalogue.ts";
import type { Kpi } from "../../kpis/catalogue.ts";
import { newestReadingsSql, readingsSql } from "../../kpis/queries.ts";
import { readReadings } from "../../kpis/readings.ts";
import type { Reading } from "../../kpis/readings.ts";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { useParameter } from "../../router.ts";
import { cityName, useCities } from "../../shell/place.ts";
import { useLanguage, useWords } from "../../words/index.ts";
import { AsOf } from "./AsOf.tsx";
import { Choosers } from "./Choosers.tsx";
import { KpiTile } from "./KpiTile.tsx";
import { useLooking } from "./looking.ts";
import type { Looking } from "./looking.ts";
import { topicTitle } from "./topics.ts";
import { useKpiWords } from "./words.ts";

/** How often figures are asked again, in milliseconds. */
const EVERY_MS = 30_000;

/** So many tiles fill a screen; the first look gets these, and the rest a frame later. */
const TILES_OF_A_SCREEN = 20;

export function Overview() {
  const shell = useWords();
  const language = useLanguage();
  const cities = useCities();
  const looking = useLooking();
  const catalogue = useCatalogue();
  // What can wait for the figures does: the server and the browser have them to work on.
  const [drawn, setDrawn] = useState(false);
  const readings = useReadings(catalogue.value, looking, drawn);
  const place = looking.city === "" ? shell.allCities : cityName(cities, looking.city, language);
  const error = catalogue.error ?? readings.error;
  return (
    <>
      <div class="row kpi-head">
        <h1>
          {shell.kpis}
          {shell.colon}
          {place}
        </h1>
        {(drawn || error) && <AsOf failed={readings.error !== undefined} />}
      </div>
      <Choosers />
      {error && (
        <ErrorNotice
          error={error}
          onRetry={() => {
            catalogue.reload();
            readings.reload();
          }}
        />
      )}
      {catalogue.value && readings.value ? (
        <Topics
          kpis={catalogue.value}
          readings={readings.value}
          looking={looking}
          isFirst={!drawn}
          withCourses={readings.withCourses}
          onDrawn={() => setDrawn(true)}
        />
      ) : (
        !error && <Loading />
      )}
    </>
  );
}

/** Readings of all KPIs: at a first look the newest only, once they are drawn their courses too. */
function useReadings(kpis: Kpi[] | undefined, looking: Looking, drawn: boolean) {
  const { grain, until } = looking;
  const [all, newest] = [readingsSql(looking), newestReadingsSql(looking)];
  const isFirst = !drawn && keptRows(all) === undefined;
  const answer = useQuery(isFirst ? newest : all, { every: EVERY_MS, kept: true });
  // Until courses are there, what was drawn first stays.
  const rows = answer.rows ?? keptRows(newest);
  const value = useMemo(
    () => (kpis && rows ? readReadings(kpis, rows, grain, until) : undefined),
    [kpis, rows, grain, until],
  );
  return { value, withCourses: !isFirst && answer.rows !== undefined, error: answer.error, reload: answer.reload };
}

interface TopicsProps {
  kpis: Kpi[];
  readings: Map<string, Reading>;
  looking: Looking;
  /** Whether nothing was drawn yet. */
  isFirst: boolean;
  withCourses: boolean;
  onDrawn(): void;
}

function Topics({ kpis, readings, looking, isFirst, withCourses, onDrawn }: TopicsProps) {
  const words = useKpiWords();
  const language = useLanguage();
  const [find] = useParameter("find");
  const [only] = useParameter("only");
  useEffect(() => {
    // For those who measure how long the first figures take.
    performance.mark("figures");
    onDrawn();
  }, []);
  const sought = find.trim().toLowerCase();
  const withFigures = kpis.filter((kpi) => readings.get(kpi.kpi)?.newest);
  if (withFigures.length === 0) return <Empty title={words.noFigures} hint={words.noFiguresHint} />;
  const shown = withFigures.filter((kpi) => {
    const level = readings.get(kpi.kpi)?.newest?.level;
    const matches = sought === "" || `${kpi.kpi} ${kpi.titles[language]} ${kpi.owner}`.toLowerCase().includes(sought);
    return matches && (only !== "attention" || level === "warn" || level === "act");
  });
  if (shown.length === 0) return <Empty title={sought === "" ? words.allWell : words.noMatch} />;
  const drawn = isFirst ? shown.slice(0, TILES_OF_A_SCREEN) : shown;
  return (
    <>
      {[...new Set(drawn.map((kpi) => kpi.topic))].map((topic) => (
        <section key={topic} aria-labelledby={`topic-${topic}`}>
          <h2 id={`topic-${topic}`}>{topicTitle(topic, words)}</h2>
          <div class="tiles">
            {drawn
              .filter((kpi) => kpi.topic === topic)
              .map((kpi) => (
                <KpiTile
                  key={kpi.kpi}
                  kpi={kpi}
                  reading={readings.get(kpi.kpi)!}
                  looking={looking}
                  withCourse={withCourses}
                />
              ))}
          </div>
        </section>
      ))}
    </>
  );
}
