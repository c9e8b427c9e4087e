//! What people say of an anomaly: what was said, and saying more.
import { useState } from "preact/hooks";
import { useQuery } from "../../api/use.ts";
import { formatMinute } from "../../format/times.ts";
import { instantColumn, textColumn } from "../../parts/columns.tsx";
import { Notice } from "../../parts/Notice.tsx";
import { Table } from "../../parts/Table.tsx";
import { useZone } from "../../shell/place.ts";
import { fill, useLanguage } from "../../words/index.ts";
import { marksOf } from "./life.ts";
import type { Mark, State } from "./life.ts";
import { MarkForm } from "./MarkForm.tsx";
import { marksSql } from "./queries.ts";
import type { Anomaly } from "./queries.ts";
import { useAnomalyWords, valueWord } from "./words.ts";

export function Marks({ anomaly, onMarked }: { anomaly: Anomaly; onMarked(): void }) {
  const words = useAnomalyWords();
  const [chosen, setChosen] = useState<Mark | null>(null);
  const [state, setState] = useState<string | null>(null);
  const history = useQuery(marksSql(anomaly.anomaly_id));
  const marks = marksOf(anomaly.state as State);
  const taken = (state: string) => {
    setState(state);
    setChosen(null);
    history.reload();
    onMarked();
  };
  return (
    <section class="sheet marks">
      <h2>{words.say}</h2>
      <div class="row" role="group" aria-label={words.say}>
        {marks.map((mark) => (
          <button key={mark} type="button" aria-expanded={chosen === mark} onClick={() => setChosen(chosen === mark ? null : mark)}>
            {valueWord(words, "mark", mark)}
          </button>
        ))}
      </div>
      {chosen && marks.includes(chosen) && <MarkForm key={chosen} id={anomaly.anomaly_id} mark={chosen} onTaken={taken} onCancel={() => setChosen(null)} />}
      <div role="status">{state && <Notice level="ok" title={fill(words.said, { state: valueWord(words, "state", state) })} />}</div>
      <History rows={history.rows?.rows ?? []} />
    </section>
  );
}

function History({ rows }: { rows: NonNullable<ReturnType<typeof useQuery>["rows"]>["rows"] }) {
  const words = useAnomalyWords();
  const language = useLanguage();
  const zone = useZone();
  if (rows.length === 0) return <p class="soft">{words.nobody}</p>;
  const when = (instant: string) => formatMinute(instant, zone, language);
  const columns = [
    instantColumn("marked_at", words.markedAt, when),
    textColumn("mark", words.mark, (cell, row) => valueWord(words, "mark", String(cell)) + (row[4] ? ` → ${when(String(row[4]))}` : "")),
    textColumn("marked_by", words.markedBy),
    textColumn("why", words.why),
  ];
  return <Table caption={words.history} columns={columns} rows={rows} />;
}
