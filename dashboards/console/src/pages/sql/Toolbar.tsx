//! What can be done with the text: run, cancel, plan, limit, look back, take elsewhere.
import { Chooser } from "../../parts/Chooser.tsx";
import { formatCount } from "../../format/numbers.ts";
import { useStore } from "../../store.ts";
import { fill, useLanguage } from "../../words/index.ts";
import { chooseRowsMax, rowsMax } from "./opened.ts";
import { useSqlWords } from "./words.ts";

export interface ToolbarProps {
  running: boolean;
  onRun(): void;
  onCancel(): void;
  onPlan(): void;
  onHistory(): void;
  onExamples(): void;
  onCopyAs(): void;
  onCopyLink(): void;
}

const LIMITS = [1_000, 10_000, 100_000, 1_000_000, Infinity];

export function Toolbar({ running, onRun, onCancel, onPlan, onHistory, onExamples, onCopyAs, onCopyLink }: ToolbarProps) {
  const words = useSqlWords();
  return (
    <div class="row sql-toolbar" role="group" aria-label={words.editor}>
      {running
        ? <button key="run" type="button" class="danger sql-run" onClick={onCancel}><span aria-hidden="true">■ </span>{words.cancel}</button>
        : <button key="run" type="button" class="main sql-run" aria-keyshortcuts="Control+Enter Meta+Enter" onClick={onRun}><span aria-hidden="true">▶ </span>{words.run}</button>}
      <button type="button" onClick={onPlan}>{words.plan}</button>
      <LimitChooser />
      <span class="end row">
        <button type="button" class="quiet" onClick={onHistory}>{words.history}</button>
        <button type="button" class="quiet" onClick={onExamples}>{words.examples}</button>
        <button type="button" class="quiet" onClick={onCopyAs}>{words.copyAs}</button>
        <button type="button" class="quiet" onClick={onCopyLink}>{words.copyLink}</button>
      </span>
    </div>
  );
}

function LimitChooser() {
  const words = useSqlWords();
  const language = useLanguage();
  const nameOf = (rows: number) => (
    Number.isFinite(rows) ? fill(words.rowsOf, { rows: formatCount(rows, language) }) : words.noRowsMax
  );
  return (
    <Chooser label={words.rowsMax} value={String(useStore(rowsMax))} onChoose={(value) => chooseRowsMax(Number(value))}
      options={LIMITS.map((rows) => ({ value: String(rows), text: nameOf(rows) }))} />
  );
}
