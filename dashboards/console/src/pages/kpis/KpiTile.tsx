//! One KPI as a tile: value, status, target, change, course.
import { formatChange, formatValue, NO_VALUE } from "../../format/numbers.ts";
import { isBetter } from "../../kpis/level.ts";
import type { Kpi } from "../../kpis/catalogue.ts";
import { courseOf } from "../../kpis/readings.ts";
import type { Course, Range, Reading, Value } from "../../kpis/readings.ts";
import { Sparkline } from "../../parts/Sparkline.tsx";
import { Tile } from "../../parts/Tile.tsx";
import { hrefOf } from "../../router.ts";
import { fill, useLanguage } from "../../words/index.ts";
import type { Language } from "../../words/index.ts";
import { formatBucket } from "./looking.ts";
import type { Looking } from "./looking.ts";
import { useKpiWords } from "./words.ts";

export interface KpiTileProps {
  kpi: Kpi;
  reading: Reading;
  looking: Looking;
}

export interface WholeTileProps extends KpiTileProps {
  /** Whether the course is drawn too; its place is kept free where it is not. */
  withCourse: boolean;
}

export function KpiTile({ kpi, reading, looking, withCourse }: WholeTileProps) {
  const words = useKpiWords();
  const language = useLanguage();
  const { grain, until, zone } = looking;
  const { newest } = reading;
  const title = kpi.titles[language];
  const isOlder = newest !== null && newest.bucket !== until;
  return (
    <Tile
      title={title}
      value={valueText(kpi, newest, language)}
      level={newest?.level}
      href={hrefOf("kpis", [kpi.kpi], keptParameters(looking))}
    >
      <p class="tile-notes">
        {newest?.range && <span>{words.rangeOfCities}</span>}
        {newest?.target && <span>{targetText(kpi, newest.target, language, words)}</span>}
        {isOlder && <span>{fill(words.ofBucket, { bucket: formatBucket(newest.bucket, grain, zone, language) })}</span>}
        <Change kpi={kpi} reading={reading} looking={looking} />
      </p>
      {withCourse ? <CourseLine kpi={kpi} reading={reading} looking={looking} /> : <div class="sparkline" />}
    </Tile>
  );
}

function CourseLine({ kpi, reading, looking }: KpiTileProps) {
  const words = useKpiWords();
  const language = useLanguage();
  const { values, ranges } = courseOf(kpi, reading.values, looking.grain, looking.until);
  const shown = reading.newest?.range ? { values: [], ranges } : { values, ranges: [] };
  return <Sparkline {...shown} label={sparklineText(kpi, shown, language, words)} />;
}

/** The change against the week or month before; of a span that is not over, sums say nothing. */
export function Change({ kpi, reading, looking }: KpiTileProps) {
  const words = useKpiWords();
  const language = useLanguage();
  const { change } = reading;
  if (change === null || (looking.soFar && kpi.isSum)) return null;
  const better = isBetter(kpi, change);
  const text = fill(looking.grain === "month" ? words.monthBefore : words.weekBefore, {
    change: formatChange(change, kpi.unit, language),
  });
  if (better === null) return <span>{text}</span>;
  return <span class={better ? "better" : "worse"}>{fill(better ? words.better : words.worse, { change: text })}</span>;
}

/** A value for reading; the lowest and highest where cities do not add up. */
export function valueText(kpi: Kpi, value: Value | null, language: Language): string {
  if (!value) return NO_VALUE;
  return value.range ? rangeText(kpi, value.range, language) : formatValue(value.text, kpi.unit, language);
}

function rangeText(kpi: Kpi, range: [string, string] | Range, language: Language): string {
  const [low, high] = range.map((bound) => formatValue(bound, kpi.unit, language));
  return low === high ? low! : `${low} – ${high}`;
}

/** The parameters of the page that its links keep. */
export function keptParameters({ grain, soFar }: Looking): Record<string, string> {
  return { grain: grain === "day" ? "" : grain, upto: soFar ? "now" : "" };
}

export function targetText(
  kpi: Kpi,
  target: string,
  language: Language,
  words: ReturnType<typeof useKpiWords>,
): string {
  const sentence = { up: words.targetAtLeast, down: words.targetAtMost, none: `${words.target} {target}` }[
    kpi.direction
  ];
  return fill(sentence, { target: formatValue(target, kpi.unit, language) });
}

function sparklineText(
  kpi: Kpi,
  { values, ranges }: Course,
  language: Language,
  words: ReturnType<typeof useKpiWords>,
): string {
  const shown = [...values, ...ranges].filter((value) => value !== null);
  const text = (value: Range | number | undefined) =>
    Array.isArray(value) ? rangeText(kpi, value, language) : formatValue(value, kpi.unit, language);
  return fill(words.sparkline, {
    title: kpi.titles[language],
    count: shown.length,
    first: text(shown[0]),
    last: text(shown.at(-1)),
  });
}
