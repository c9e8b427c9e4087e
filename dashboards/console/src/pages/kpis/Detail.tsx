//! One KPI: its value and course, cities, forwarders, what was found in it, what it means.
import { useMemo } from "preact/hooks";
import { useQuery } from "../../api/use.ts";
import { GRAINS } from "../../kpis/buckets.ts";
import { useCatalogue } from "../../kpis/catalogue.ts";
import type { Kpi } from "../../kpis/catalogue.ts";
import { readingsSql } from "../../kpis/queries.ts";
import { readReadings } from "../../kpis/readings.ts";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { Sign } from "../../parts/Sign.tsx";
import { hrefOf } from "../../router.ts";
import { cityName, useCities } from "../../shell/place.ts";
import { fill, useLanguage, useWords } from "../../words/index.ts";
import { About } from "./About.tsx";
import { AsOf } from "./AsOf.tsx";
import { ByCity } from "./ByCity.tsx";
import { ByForwarder } from "./ByForwarder.tsx";
import { SpanChoosers } from "./Choosers.tsx";
import { Course } from "./Course.tsx";
import { Findings } from "./Findings.tsx";
import { Change, targetText, valueText } from "./KpiTile.tsx";
import { formatBucket, useLooking } from "./looking.ts";
import type { Looking } from "./looking.ts";
import { useKpiWords } from "./words.ts";

export function Detail({ id }: { id: string }) {
  const words = useKpiWords();
  const catalogue = useCatalogue();
  const kpi = catalogue.value?.find((kpi) => kpi.kpi === id);
  if (kpi) return <Known kpi={kpi} />;
  if (catalogue.error) return <ErrorNotice error={catalogue.error} onRetry={catalogue.reload} />;
  if (!catalogue.value) return <Loading />;
  return (
    <Empty heading title={fill(words.noSuchKpi, { kpi: id })}>
      <p>
        <a href={hrefOf("kpis")}>{words.allKpis}</a>
      </p>
    </Empty>
  );
}

function Known({ kpi }: { kpi: Kpi }) {
  const words = useKpiWords();
  const shell = useWords();
  const language = useLanguage();
  const cities = useCities();
  const chosen = useLooking();
  // The span of the address may be one that this KPI has not.
  const grain = kpi.grains.includes(chosen.grain) ? chosen.grain : kpi.grains[0]!;
  const looking = useLooking(grain);
  const place = looking.city === "" ? shell.allCities : cityName(cities, looking.city, language);
  return (
    <>
      <p>
        <a href={hrefOf("kpis")}>← {words.allKpis}</a>
      </p>
      <div class="row kpi-head">
        <h1>
          {kpi.titles[language]}
          {shell.comma}
          {place}
        </h1>
        <AsOf failed={false} />
      </div>
      <p class="soft">{kpi.meanings[language]}</p>
      <div class="row choosers-of-page">
        <SpanChoosers grains={GRAINS.filter((grain) => kpi.grains.includes(grain))} chosen={grain} />
      </div>
      <div class="kpi-sides">
        <div class="sheet">
          <Newest kpi={kpi} looking={looking} />
          <Course kpi={kpi} looking={looking} place={place} />
        </div>
        <About kpi={kpi} looking={looking} />
      </div>
      <ByCity kpi={kpi} looking={looking} />
      {kpi.by_forwarder && <ByForwarder kpi={kpi} looking={looking} place={place} />}
      <Findings kpi={kpi} looking={looking} />
    </>
  );
}

/** The newest value, large. */
function Newest({ kpi, looking }: { kpi: Kpi; looking: Looking }) {
  const words = useKpiWords();
  const language = useLanguage();
  const { grain, city, until, anchor, zone } = looking;
  const { rows } = useQuery(readingsSql({ grain, city, anchor, kpis: [kpi.kpi] }), { every: 30_000 });
  const reading = useMemo(
    () => rows && readReadings([kpi], rows, grain, until).get(kpi.kpi),
    [kpi, rows, grain, until],
  );
  const newest = reading?.newest;
  return (
    <div class="row kpi-newest">
      <p class="kpi-figure">{valueText(kpi, newest ?? null, language)}</p>
      {newest?.level && <Sign level={newest.level} />}
      {newest && <span>{formatBucket(newest.bucket, grain, zone, language)}</span>}
      {newest?.range && <span class="soft">{words.rangeOfCities}</span>}
      {newest?.target && <span>{targetText(kpi, newest.target, language, words)}</span>}
      {reading && <Change kpi={kpi} reading={reading} looking={looking} />}
    </div>
  );
}
