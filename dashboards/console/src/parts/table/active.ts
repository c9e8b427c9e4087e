//! The active cell of a table: moved by keys and clicks, copied by Ctrl+C, followed by Enter.
import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Cell, Column } from "../../api/rows.ts";
import { navigate } from "../../router.ts";
import { say } from "../../shell/say.ts";
import { useWords } from "../../words/index.ts";
import { moved } from "./moves.ts";
import type { Window } from "./window.ts";

export interface ActiveCell {
  row: number;
  column: number;
  /** True where the cell is drawn, so that it can be named to assistive technology. */
  inSight: boolean;
  choose(row: number, column: number): void;
  onKeyDown(event: KeyboardEvent): void;
}

interface Surroundings {
  scroller: RefObject<HTMLDivElement | null>;
  shown: Window;
  columns: Column[];
  rows: Cell[][];
  rowLink?(row: Cell[]): string | undefined;
}

export function useActiveCell({ scroller, shown, columns, rows, rowLink }: Surroundings): ActiveCell {
  const words = useWords();
  const [place, setPlace] = useState({ row: 0, column: 0 });
  const row = Math.min(place.row, Math.max(0, rows.length - 1));
  const column = Math.min(place.column, Math.max(0, columns.length - 1));
  const [moves, setMoves] = useState(0);

  const choose = (row: number, column: number) => setPlace({ row, column });
  // After a move by key the cell is drawn first and then brought into sight, sideways too.
  useEffect(() => {
    if (moves > 0)
      scroller.current?.querySelector("[data-active]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [moves]);

  const onKeyDown = (event: KeyboardEvent) => {
    // A button or link within a cell has keys of its own.
    if (event.target !== event.currentTarget) return;
    const isCopy = (event.ctrlKey || event.metaKey) && event.key === "c";
    if (isCopy && getSelection()?.isCollapsed !== false) {
      void copy(textOf(rows[row]?.[column])).then(() => say(words.copied));
      return;
    }
    if (event.key === "Enter") {
      // A cell may lead somewhere of its own; else its row may.
      const ofCell = scroller.current?.querySelector<HTMLElement>("[data-active] :is(a, button)");
      const href = rows[row] && rowLink?.(rows[row]);
      if (ofCell) ofCell.click();
      else if (href) navigate(href);
      return;
    }
    const next = moved(
      event,
      { row, column },
      { rows: rows.length, columns: columns.length, pageRows: shown.pageRows },
    );
    if (!next) return;
    event.preventDefault();
    shown.reveal(next.row);
    setPlace(next);
    setMoves((moves) => moves + 1);
  };
  return { row, column, inSight: row >= shown.first && row < shown.end, choose, onKeyDown };
}

/** A cell as it came, for the clipboard: unrounded and without groups. */
function textOf(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return "";
  return typeof cell === "object" ? JSON.stringify(cell) : String(cell);
}

/** Copies text; without a secure context the clipboard is reached through a selection. */
export async function copy(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const before = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
  if (before instanceof HTMLElement) before.focus();
}
