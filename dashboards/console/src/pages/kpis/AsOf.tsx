//! How old the data are: the newest event that SQL sees.
import { useQuery } from "../../api/use.ts";
import { formatAgo, formatMinute } from "../../format/times.ts";
import { NEWEST_EVENT_SQL } from "../../kpis/queries.ts";
import { Sign } from "../../parts/Sign.tsx";
import { hrefOf } from "../../router.ts";
import { useZone } from "../../shell/place.ts";
import { fill, useLanguage, useWords } from "../../words/index.ts";
import { useKpiWords } from "./words.ts";

/** Data older than this are stale: the product promises seconds. */
const STALE_MS = 15 * 60_000;

const EVERY_MS = 15_000;

export function AsOf({ failed }: { failed: boolean }) {
  const words = useKpiWords();
  const shell = useWords();
  const language = useLanguage();
  const zone = useZone();
  const { rows } = useQuery(NEWEST_EVENT_SQL, { every: EVERY_MS, kept: true });
  const last = rows?.rows[0]?.[0];
  if (typeof last !== "string") return null;
  const time = formatMinute(last, zone, language);
  const stale = failed || Date.now() - Date.parse(last) > STALE_MS;
  return (
    <p class="as-of">
      {stale && <Sign level="warn" />}{" "}
      <a href={hrefOf("status")} title={formatAgo(last, Date.now(), language)}>
        {fill(failed ? shell.stale : words.asOf, { time })}
      </a>
    </p>
  );
}
