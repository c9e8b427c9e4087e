//! The figures of an anomaly, by name.
import type { ComponentChildren } from "preact";
import { formatDecimal, formatValue } from "../../format/numbers.ts";
import { formatMinute } from "../../format/times.ts";
import { useKpis } from "../../kpis/catalogue.ts";
import { useZone } from "../../shell/place.ts";
import { useLanguage } from "../../words/index.ts";
import { formatFigure } from "./figure.ts";
import type { Anomaly } from "./queries.ts";
import { useAnomalyWords } from "./words.ts";

export function Facts({ anomaly }: { anomaly: Anomaly }) {
  const words = useAnomalyWords();
  const language = useLanguage();
  const zone = useZone();
  const kpis = useKpis();
  const when = (instant: string) => formatMinute(instant, zone, language);
  const figure = (decimal: string) => formatFigure(decimal, anomaly.series, kpis, language);
  const { lower, upper } = anomaly;
  return (
    <dl class="facts sheet">
      <Fact name={words.observed}>{anomaly.observed && <strong>{figure(anomaly.observed)}</strong>}</Fact>
      <Fact name={words.expected}>{anomaly.expected && figure(anomaly.expected)}</Fact>
      <Fact name={words.usual}>{usualText(lower && figure(lower), upper && figure(upper))}</Fact>
      <Fact name={words.risk}>{anomaly.money_at_risk && formatValue(anomaly.money_at_risk, "hkd", language)}</Fact>
      <Fact name={words.from}>{when(anomaly.at)}</Fact>
      <Fact name={words.until}>{anomaly.until ? when(anomaly.until) : words.goesOn}</Fact>
      <Fact name={words.detectedAt}>{when(anomaly.detected_at)}</Fact>
      <Fact name={words.subject}>{anomaly.subject}</Fact>
      <Fact name={words.score} hint={words.scoreHint}>{anomaly.score !== null && formatDecimal(anomaly.score, { maximumFractionDigits: 1 }, language)}</Fact>
    </dl>
  );
}

/** What is usual, from the lowest to the highest, of which one may be missing. */
function usualText(lower: string | null, upper: string | null): string | null {
  if (lower && upper) return `${lower} – ${upper}`;
  return upper ? `≤ ${upper}` : lower && `≥ ${lower}`;
}

/** A name and its value; nothing where there is no value. */
function Fact({ name, hint, children }: { name: string; hint?: string; children: ComponentChildren }) {
  if (children === null || children === undefined || children === false || children === "") return null;
  return <div><dt>{name}{hint && <small> {hint}</small>}</dt><dd>{children}</dd></div>;
}
