//! The open questions as tabs: choose, open, close, name.
import { useRef, useState } from "preact/hooks";
import { fill } from "../../words/index.ts";
import { namesOf } from "./tabs.ts";
import type { Tab, Tabs } from "./tabs.ts";
import { useSqlWords } from "./words.ts";

export interface TabStripProps {
  all: Tabs;
  /** The id of the element that shows the tab in front. */
  panelId: string;
  onChoose(id: number): void;
  onOpen(): void;
  onClose(id: number): void;
  onName(id: number, title: string): void;
}

export function TabStrip({ all, panelId, onChoose, onOpen, onClose, onName }: TabStripProps) {
  const words = useSqlWords();
  const [naming, setNaming] = useState(false);
  const list = useRef<HTMLDivElement>(null);
  const at = all.tabs.findIndex((tab) => tab.id === all.active);
  const front = all.tabs[at]!;
  const move = (event: KeyboardEvent) => {
    if (event.key === "Delete") return onClose(all.active);
    if (event.key === "F2") return setNaming(true);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.tabs.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const index = (next + all.tabs.length) % all.tabs.length;
    onChoose(all.tabs[index]!.id);
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[index]?.focus();
  };
  const names = namesOf(all.tabs).map((name, index) => name || fill(words.untitled, { number: all.tabs[index]!.id }));
  return (
    <div class="sql-tabs">
      <div ref={list} role="tablist" aria-label={words.tabs} onKeyDown={move}>
        {all.tabs.map((tab, index) => (
          <button key={tab.id} type="button" role="tab" aria-selected={tab.id === all.active} aria-controls={panelId}
            tabIndex={tab.id === all.active ? 0 : -1} aria-keyshortcuts="F2 Delete"
            onClick={() => onChoose(tab.id)} onDblClick={() => setNaming(true)}>
            {names[index]}
          </button>
        ))}
      </div>
      {naming && <NameField tab={front} onName={onName} onEnd={() => setNaming(false)} />}
      <button type="button" class="quiet" onClick={onOpen} aria-label={words.newTab} title={words.newTab}>＋</button>
      <span class="end">
        <button type="button" class="quiet" onClick={() => setNaming(true)}>{words.rename}</button>
        <button type="button" class="quiet" onClick={() => onClose(front.id)}>{fill(words.closeTab, { name: names[at]! })}</button>
      </span>
    </div>
  );
}

interface NameFieldProps {
  tab: Tab;
  onName(id: number, title: string): void;
  onEnd(): void;
}

function NameField({ tab, onName, onEnd }: NameFieldProps) {
  const words = useSqlWords();
  const end = (event: KeyboardEvent & { currentTarget: HTMLInputElement }) => {
    if (event.key === "Enter") onName(tab.id, event.currentTarget.value.trim());
    if (event.key === "Enter" || event.key === "Escape") onEnd();
  };
  return (
    <input ref={(field) => field?.focus()} aria-label={words.renameTab} placeholder={words.renameTab} defaultValue={tab.title} maxLength={60}
      onKeyDown={end} onBlur={(event) => { onName(tab.id, event.currentTarget.value.trim()); onEnd(); }} />
  );
}
