//! A table of rows: sticky head, virtual rows, keyboard, sorting, copying.
//!
//! Only the rows in sight are in the page, so a million rows scroll as ten do. The table is a
//! grid to assistive technology: it takes the focus as a whole and names its active cell.
import type { ComponentChildren } from "preact";
import { useId, useMemo, useRef, useState } from "preact/hooks";
import type { Cell, Column } from "../api/rows.ts";
import { useZone } from "../shell/place.ts";
import { useLanguage } from "../words/index.ts";
import { BodyRow } from "./table/BodyRow.tsx";
import { Head } from "./table/Head.tsx";
import { useActiveCell } from "./table/active.ts";
import { useSorted } from "./table/sort.ts";
import type { Sorting } from "./table/sort.ts";
import { useWindow } from "./table/window.ts";
import { columnWidths } from "./table/columns.ts";

export type { Sorting } from "./table/sort.ts";

export interface TableColumn extends Column {
  /** The heading; the column's name where it is missing. */
  title?: string;
  /** Stands at the right as numbers do, for figures that come as text. */
  atEnd?: boolean;
  /** A unit of the catalogue: the cell is formatted by it. */
  unit?: string;
  /** Writes the cell's text instead of the column's type or unit; not asked about a missing value. */
  text?(cell: Exclude<Cell, null>): string;
  /** Draws the cell instead of its text. */
  show?(cell: Cell, row: Cell[]): ComponentChildren;
}

export interface TableProps {
  columns: TableColumn[];
  rows: Cell[][];
  /** What the table is, for everybody. */
  caption: string;
  /** The caption is read aloud but not seen, where a heading says the same. */
  captionHidden?: boolean;
  /** Sorts by a column elsewhere (on the server); without it the table sorts what it holds. */
  onSort?(sorting: Sorting): void;
  /** How `onSort` sorted. */
  sorting?: Sorting;
  /** The address that a row leads to; its first cell becomes the link. */
  rowLink?(row: Cell[]): string | undefined;
  /** Scrolls within a height of its own and holds only rows in sight; for more than some hundred rows. */
  virtual?: boolean;
}

/** Above so many rows a table is virtual without being asked. */
const VIRTUAL_FROM = 200;

export function Table(props: TableProps) {
  const { columns, caption, captionHidden = false, rowLink } = props;
  const language = useLanguage();
  const zone = useZone();
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const { rows, sorting, sortBy } = useSorted(props);
  const virtual = props.virtual ?? rows.length > VIRTUAL_FROM;
  const shown = useWindow(scroller, rows.length, virtual);
  const active = useActiveCell({ scroller, shown, columns, rows, rowLink });
  const widths = useMemo(
    () => (virtual ? columnWidths(columns, rows, language, zone) : null),
    [virtual, columns, rows === props.rows, language, zone],
  );
  const [focused, setFocused] = useState(false);
  const activeId = focused && active.inSight ? `${id}-${active.row}-${active.column}` : undefined;
  return (
    <div ref={scroller} class={virtual ? "table virtual" : "table"} onScroll={shown.onScroll}>
      <table
        role="grid"
        tabIndex={0}
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length}
        aria-activedescendant={activeId}
        aria-label={caption}
        class={widths ? "fixed" : undefined}
        onKeyDown={active.onKeyDown}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
      >
        <caption class={captionHidden ? "unseen" : undefined}>{caption}</caption>
        {widths && (
          <colgroup>
            {widths.map((width, at) => (
              <col key={at} style={{ width }} />
            ))}
          </colgroup>
        )}
        <Head columns={columns} sorting={sorting} onSort={sortBy} />
        <tbody>
          <Spacer height={shown.above} />
          {rows.slice(shown.first, shown.end).map((row, at) => (
            <BodyRow
              key={shown.first + at}
              id={id}
              at={shown.first + at}
              row={row}
              columns={columns}
              link={rowLink?.(row)}
              activeColumn={focused && active.row === shown.first + at ? active.column : null}
              onChoose={active.choose}
              language={language}
              zone={zone}
              linksFocusable={!virtual}
            />
          ))}
          <Spacer height={shown.below} />
        </tbody>
      </table>
    </div>
  );
}

/** Stands for the rows out of sight. */
function Spacer({ height }: { height: number }) {
  return height > 0 ? (
    <tr aria-hidden="true" class="spacer">
      <td style={{ height: `${height}px` }} />
    </tr>
  ) : null;
}
