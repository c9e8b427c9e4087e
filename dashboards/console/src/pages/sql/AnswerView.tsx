//! The answer of a tab: how far it is, its rows, its chart, its plan.
import { Empty } from "../../parts/Empty.tsx";
import { Tabs } from "../../parts/Tabs.tsx";
import { hrefOf } from "../../router.ts";
import type { Answer } from "./answers.ts";
import { AnswerState } from "./AnswerState.tsx";
import { ChartView } from "./ChartView.tsx";
import { DownloadMenu } from "./DownloadMenu.tsx";
import { PlanView } from "./PlanView.tsx";
import { RowsView } from "./RowsView.tsx";
import { useSqlWords } from "./words.ts";

/** How an answer is looked at. */
export type View = "rows" | "chart" | "plan";

export interface AnswerViewProps {
  answer: Answer | null;
  /** The text whose plan is shown. */
  planned: string;
  view: View;
  onView(view: View): void;
  onFetchAll(): void;
  /** Goes to the place of the error; missing where it has none. */
  onGoToPlace?(): void;
}

export function AnswerView({ answer, planned, view, onView, onFetchAll, onGoToPlace }: AnswerViewProps) {
  const words = useSqlWords();
  const tabs = [{ id: "rows", title: words.rows }, { id: "chart", title: words.chart }, { id: "plan", title: words.plan }];
  return (
    <section class="sql-answer" aria-label={words.result}>
      {answer && (
        <div class="row sql-state">
          <AnswerState answer={answer} onFetchAll={onFetchAll} onGoToPlace={onGoToPlace} />
          {answer.outcome !== "failed" && <span class="end"><DownloadMenu sql={answer.sql} /></span>}
        </div>
      )}
      {(answer?.outcome !== "failed" || view === "plan") && <Tabs label={words.result} tabs={tabs} chosen={view} onChoose={(id) => onView(id as View)}>
        {view === "plan" ? <PlanView sql={planned} /> : answer && <Shown answer={answer} view={view} />}
      </Tabs>}
    </section>
  );
}

function Shown({ answer, view }: { answer: Answer; view: View }) {
  const words = useSqlWords();
  if (answer.rows.length > 0) return view === "chart" ? <ChartView answer={answer} /> : <RowsView answer={answer} />;
  if (answer.outcome !== "done") return null;
  return <Empty title={words.noRows} hint={words.noRowsHint}><a href={hrefOf("catalog")}>{words.openCatalog}</a></Empty>;
}
