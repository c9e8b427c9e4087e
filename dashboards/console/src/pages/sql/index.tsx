//! The page `sql`: ask anything. Tabs of text above, the answer of the tab in front below.
import { useId, useMemo, useRef, useState } from "preact/hooks";
import { setParameters, useRoute } from "../../router.ts";
import { say } from "../../shell/say.ts";
import { useStore } from "../../store.ts";
import { useWords } from "../../words/index.ts";
import { answerOf, ask, cancel, forgetAnswer } from "./answers.ts";
import type { Answer } from "./answers.ts";
import { AnswerView } from "./AnswerView.tsx";
import type { View } from "./AnswerView.tsx";
import { CopyDialog } from "./CopyDialog.tsx";
import { Editor } from "./Editor.tsx";
import type { EditorHandle } from "./Editor.tsx";
import { Examples } from "./Examples.tsx";
import type { Example } from "./examples.ts";
import { HistoryDialog } from "./HistoryDialog.tsx";
import { copyLink, LINK_CHARS_MAX } from "./link.ts";
import { changeTabs, opened, recordRun, rowsMax } from "./opened.ts";
import { placeOf } from "./place.ts";
import { isBlank } from "./statements.ts";
import { activeTab, bringTab, closeTab, editTab } from "./tabs.ts";
import { TabStrip } from "./TabStrip.tsx";
import { Toolbar } from "./Toolbar.tsx";
import { useEnding } from "./ending.ts";
import { useSqlWords } from "./words.ts";

/** A longer hint is read below the editor, not within it. */
const HINT_CHARS_MAX = 120;

export default function Page() {
  const words = useSqlWords();
  const shell = useWords();
  const panelId = useId();
  useLinkedText();
  const all = useStore(opened);
  const tab = activeTab(all);
  const answer = useStore(answerOf(tab.id));
  const editor = useRef<EditorHandle | null>(null);
  const [views, setViews] = useState<Record<number, View>>({});
  const [planned, setPlanned] = useState("");
  const [shown, setShown] = useState<"history" | "examples" | "copy" | null>(null);
  const sayEnding = useEnding();
  const complaint = useComplaint(answer, tab.sql);
  const view = views[tab.id] ?? "rows";
  const running = answer !== null && answer.outcome === null;

  const show = (view: View) => {
    if (view === "plan") setPlanned(editor.current?.chosen().sql ?? tab.sql);
    setViews((views) => ({ ...views, [tab.id]: view }));
  };
  const start = async (id: number, sql: string, offset: number, limit = rowsMax.get()) => {
    if (isBlank(sql)) return;
    setShown(null);
    setParameters({ q: sql.length <= LINK_CHARS_MAX ? sql : "" });
    const ended = await ask(id, { sql, offset, rowsMax: limit });
    recordRun({ sql, startedAt: ended.startedAt, ms: ended.ms, numRows: ended.rows.length, outcome: ended.outcome ?? "done", ...(ended.error && { error: ended.error.code }) });
    sayEnding(ended);
  };
  const run = () => {
    if (view === "plan") show("rows");
    const { sql, offset } = editor.current?.chosen() ?? { sql: tab.sql, offset: 0 };
    void start(tab.id, sql, offset);
  };
  const take = (sql: string) => {
    setShown(null);
    changeTabs((all) => bringTab(all, sql));
    editor.current?.focus();
  };
  const startExample = ({ sql, chart }: Example) => {
    take(sql);
    const { active } = opened.get();
    editor.current?.setText(sql);
    setViews((views) => ({ ...views, [active]: chart ? "chart" : "rows" }));
    void start(active, sql, 0);
  };
  return (
    <>
      <h1>{shell.sql}</h1>
      <p class="soft sql-lead">{words.lead}</p>
      <TabStrip all={all} panelId={panelId} onName={(id, title) => changeTabs((all) => editTab(all, id, { title }))}
        onChoose={(id) => changeTabs((all) => ({ ...all, active: id }))} onOpen={() => take("")}
        onClose={(id) => { forgetAnswer(id); changeTabs((all) => closeTab(all, id)); }} />
      <div id={panelId} role="tabpanel" aria-label={words.tabs}>
        <Editor tab={tab} openTabs={all.tabs.map(({ id }) => id)} complaint={complaint} onRun={run} onReady={(ready) => { editor.current = ready; }}
          onChange={(sql) => changeTabs((all) => editTab(all, all.active, { sql }))} onNoNames={() => say(words.vocabularyFailed)} />
        <Toolbar running={running} onRun={run} onCancel={() => cancel(tab.id)} onPlan={() => show("plan")} onHistory={() => setShown("history")}
          onExamples={() => setShown(shown === "examples" ? null : "examples")} onCopyAs={() => setShown("copy")} onCopyLink={() => void copyLink(tab.sql, words)} />
        {shown === "examples" || (answer === null && view !== "plan")
          ? <Examples onChoose={startExample} />
          : <AnswerView answer={answer} planned={planned} view={view} onView={show} onGoToPlace={complaint ? () => editor.current?.focus(complaint) : undefined}
              onFetchAll={() => answer && void start(tab.id, answer.sql, answer.offset, Infinity)} />}
      </div>
      {shown === "history" && <HistoryDialog onClose={() => setShown(null)} onChoose={take} />}
      {shown === "copy" && <CopyDialog sql={editor.current?.chosen().sql ?? tab.sql} columns={answer?.columns ?? []} onClose={() => setShown(null)} />}
    </>
  );
}

/** Opens the text that a link carries, once. */
function useLinkedText(): void {
  const { query } = useRoute();
  const linked = useRef(query.get("q"));
  useMemo(() => {
    if (linked.current) changeTabs((all) => bringTab(all, linked.current!));
  }, []);
}

/** What is wrong with the text and where; gone once the text that failed is no longer there. */
function useComplaint(answer: Answer | null, sql: string) {
  return useMemo(() => {
    if (!answer?.error || sql.slice(answer.offset, answer.offset + answer.sql.length) !== answer.sql) return null;
    const place = placeOf(answer.error, answer.sql);
    const { message, hint } = answer.error;
    return place && { from: place.from + answer.offset, to: place.to + answer.offset, message: hint.length <= HINT_CHARS_MAX && hint ? `${message}; ${hint}` : message };
  }, [answer?.error, answer?.offset, answer?.sql, sql]);
}
