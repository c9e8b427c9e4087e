//! The place of the editor in the page: its code is loaded when the page is, its completion when the names are known.
import { useEffect, useRef, useState } from "preact/hooks";
import { useLanguage } from "../../words/index.ts";
import { completing } from "./completion.ts";
import type { Chosen, CodeEditor, EditorWords } from "./code.ts";
import type { ShownComplaint } from "./complaint.ts";
import type { Tab } from "./tabs.ts";
import { readVocabulary } from "./vocabulary.ts";
import { useSqlWords } from "./words.ts";

/** What the page does with the editor. */
export interface EditorHandle {
  chosen(): Chosen;
  setText(sql: string): void;
  focus(range?: { from: number; to: number }): void;
}

export interface EditorProps {
  tab: Tab;
  /** All open tabs: what is kept of others is let go. */
  openTabs: number[];
  complaint: ShownComplaint | null;
  onReady(editor: EditorHandle): void;
  onChange(sql: string): void;
  onRun(): void;
  /** Names could not be asked for, so that none are offered. */
  onNoNames(error: unknown): void;
}

export function Editor({ tab, openTabs, complaint, onReady, onChange, onRun, onNoNames }: EditorProps) {
  const words = useSqlWords();
  const language = useLanguage();
  const host = useRef<HTMLDivElement>(null);
  const [code, setCode] = useState<CodeEditor | null>(null);
  // The editor lives longer than one drawing of the page: it always calls the newest functions.
  const events = useRef({ onChange, onRun });
  events.current = { onChange, onRun };
  const spoken: EditorWords = { label: `${words.editor}. ${words.leaveEditor}`, placeholder: words.placeholder };

  useEffect(() => {
    let made: CodeEditor | undefined;
    let gone = false;
    void import("./code.ts").then(({ CodeEditor }) => {
      if (gone || !host.current) return;
      const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: "open" });
      made = new CodeEditor(root, spoken, {
        onChange: (sql) => events.current.onChange(sql),
        onRun: () => events.current.onRun(),
      });
      setCode(made);
      onReady(made);
    });
    return () => {
      gone = true;
      made?.destroy();
    };
  }, []);

  useEffect(() => code?.showTab(tab.id, tab.sql), [code, tab.id]);
  useEffect(() => code?.speak(spoken), [code, language]);
  useEffect(() => code?.complain(complaint), [code, complaint, tab.id]);
  useEffect(() => code?.keepTabs(openTabs), [code, openTabs.join()]);
  useEffect(() => {
    if (!code) return;
    let gone = false;
    const offer = async () => {
      const vocabulary = await readVocabulary();
      if (!gone) code.offer(completing(vocabulary, language));
    };
    offer().catch((error: unknown) => {
      if (!gone) onNoNames(error);
    });
    return () => {
      gone = true;
    };
  }, [code, language]);

  return (
    <div class="sql-editor">
      <div ref={host} class="sql-code" />
      <p class="soft sql-hint" aria-hidden="true">{words.leaveEditor}</p>
    </div>
  );
}
