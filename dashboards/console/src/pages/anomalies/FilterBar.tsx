//! What narrows the list: state, severity, kind, series and a search. Only what exists is offered, with its number.
import { useEffect, useState } from "preact/hooks";
import type { Cell } from "../../api/rows.ts";
import { useQuery } from "../../api/use.ts";
import { Chooser } from "../../parts/Chooser.tsx";
import type { Option } from "../../parts/Chooser.tsx";
import { kpiTitle, useKpis } from "../../kpis/catalogue.ts";
import { useLanguage } from "../../words/index.ts";
import { STATES } from "./life.ts";
import { countsSql, OPEN } from "./queries.ts";
import { useAnomalyWords, valueWord } from "./words.ts";

type Filter = "state" | "severity" | "kind" | "series" | "search";

export interface FilterBarProps {
  chosen: Record<Filter, string>;
  on: Record<Filter, (value: string) => void>;
  city: string;
}

/** Typing rests so long before the list is asked for, in milliseconds. */
const REST_MS = 250;

export function FilterBar({ chosen, on, city }: FilterBarProps) {
  const words = useAnomalyWords();
  const language = useLanguage();
  const kpis = useKpis();
  const { rows } = useQuery(countsSql(city));
  const counts = rows?.rows ?? [];
  const all = { value: "", text: words.all };
  const severities = found(counts, 1).map(([value, num]) => option(value, valueWord(words, "severity", value), num));
  const kinds = found(counts, 2).map(([value, num]) => option(value, valueWord(words, "kind", value), num));
  const series = found(counts, 3).map(([value, num]) => option(value, kpiTitle(kpis, valueWord(words, "series", value), language), num));
  const states = STATES.map((state) => option(state, valueWord(words, "state", state), numOf(counts, state)));
  return (
    <search class="filters">
      <Chooser label={words.state} value={chosen.state} onChoose={on.state}
        options={[{ value: OPEN, text: words.open }, { value: "all", text: words.all }, ...states]} />
      <Chooser label={words.severity} value={chosen.severity} options={[all, ...severities]} onChoose={on.severity} />
      <Chooser label={words.kind} value={chosen.kind} options={[all, ...kinds]} onChoose={on.kind} />
      <Chooser label={words.series} value={chosen.series} options={[all, ...series]} onChoose={on.series} />
      <Search value={chosen.search} label={words.search} onSearch={on.search} />
    </search>
  );
}

function Search({ value, label, onSearch }: { value: string; label: string; onSearch(text: string): void }) {
  const [text, setText] = useState(value);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onSearch(text), REST_MS);
    return () => clearTimeout(timer);
  }, [text, value]);
  return <input type="search" data-search aria-label={label} placeholder={label} value={text} onInput={(event) => setText(event.currentTarget.value)} />;
}

/** The values in a column of the counts, with how many there are of each. */
function found(counts: Cell[][], column: number): [string, number][] {
  const sums = new Map<string, number>();
  for (const row of counts) sums.set(String(row[column]), (sums.get(String(row[column])) ?? 0) + Number(row[4]));
  return [...sums].sort(([one], [other]) => (one < other ? -1 : 1));
}

function numOf(counts: Cell[][], state: string): number {
  return counts.filter(([of]) => of === state).reduce((sum, row) => sum + Number(row[4]), 0);
}

function option(value: string, text: string, num: number): Option {
  return { value, text: `${text} (${num})` };
}
