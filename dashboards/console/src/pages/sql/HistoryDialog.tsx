//! What was asked before, searched and brought back.
import { useEffect, useRef, useState } from "preact/hooks";
import { formatCount, formatValue } from "../../format/numbers.ts";
import { formatInstant } from "../../format/times.ts";
import { Dialog } from "../../parts/Dialog.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Sign } from "../../parts/Sign.tsx";
import type { Level } from "../../parts/Sign.tsx";
import { useZone } from "../../shell/place.ts";
import { useStore } from "../../store.ts";
import { fill, useLanguage } from "../../words/index.ts";
import { findRuns } from "./history.ts";
import type { Outcome, Run } from "./history.ts";
import { asked, forgetRuns } from "./opened.ts";
import { useSqlWords } from "./words.ts";

export interface HistoryDialogProps {
  onChoose(sql: string): void;
  onClose(): void;
}

const LEVELS: Record<Outcome, Level> = { done: "ok", cut: "warn", cancelled: "info", failed: "act" };

export function HistoryDialog({ onChoose, onClose }: HistoryDialogProps) {
  const words = useSqlWords();
  const runs = useStore(asked);
  const [search, setSearch] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const found = findRuns(runs, search);
  useEffect(() => field.current?.focus(), []);
  return (
    <Dialog title={words.history} onClose={onClose}>
      {runs.length === 0 ? <Empty title={words.historyEmpty} /> : (
        <>
          <div class="row">
            <input ref={field} type="search" class="sql-search" aria-label={words.historySearch} placeholder={words.historySearch} value={search}
              onInput={(event) => setSearch(event.currentTarget.value)} />
            <button type="button" class="quiet" onClick={forgetRuns}>{words.forget}</button>
          </div>
          {found.length === 0 && <Empty title={words.historyNothing} />}
          <ul class="sql-history">
            {found.map((run) => <li key={run.startedAt}><RunButton run={run} onChoose={onChoose} /></li>)}
          </ul>
          <p class="soft">{words.historyKept}</p>
        </>
      )}
    </Dialog>
  );
}

function RunButton({ run, onChoose }: { run: Run; onChoose(sql: string): void }) {
  const words = useSqlWords();
  const language = useLanguage();
  const zone = useZone();
  const outcomes: Record<Outcome, string> = {
    done: words.outcomeDone,
    cut: words.outcomeCut,
    cancelled: words.outcomeCancelled,
    failed: words.outcomeFailed,
  };
  return (
    <button type="button" onClick={() => onChoose(run.sql)}>
      <code>{run.sql}</code>
      <span class="row soft">
        <Sign level={LEVELS[run.outcome]} text={outcomes[run.outcome]} />
        <span>{fill(words.done, { rows: formatCount(run.numRows, language), time: formatValue(run.ms, "ms", language) })}</span>
        <span>{formatInstant(new Date(run.startedAt).toISOString(), zone, language)}</span>
        {run.error && <span>{run.error}</span>}
      </span>
    </button>
  );
}
