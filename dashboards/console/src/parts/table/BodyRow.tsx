//! One row of a table.
import type { Cell } from "../../api/rows.ts";
import { NO_VALUE } from "../../format/numbers.ts";
import type { Language } from "../../words/index.ts";
import type { TableColumn } from "../Table.tsx";
import { isAtEnd } from "./columns.ts";
import { textOf } from "./text.ts";

export interface BodyRowProps {
  /** The table's id: cells are named by it. */
  id: string;
  /** The row's place, from 0. */
  at: number;
  row: Cell[];
  columns: TableColumn[];
  link?: string;
  /** The column of the active cell, where it is in this row. */
  activeColumn: number | null;
  onChoose(row: number, column: number): void;
  language: Language;
  zone: string;
  /** Links take the focus by Tab; in a virtual table Enter follows them instead. */
  linksFocusable: boolean;
}

export function BodyRow({
  id,
  at,
  row,
  columns,
  link,
  activeColumn,
  onChoose,
  language,
  zone,
  linksFocusable,
}: BodyRowProps) {
  return (
    <tr aria-rowindex={at + 2}>
      {columns.map((column, index) => {
        const cell = row[index] ?? null;
        const isActive = index === activeColumn;
        const content = column.show ? column.show(cell, row) : contentOf(cell, column, language, zone);
        return (
          <td
            key={index}
            id={`${id}-${at}-${index}`}
            role="gridcell"
            aria-colindex={index + 1}
            class={isAtEnd(column) ? "number" : undefined}
            data-active={isActive || undefined}
            onMouseDown={() => onChoose(at, index)}
          >
            {link && index === 0 ? (
              <a href={link} tabIndex={linksFocusable ? 0 : -1}>
                {content}
              </a>
            ) : (
              content
            )}
          </td>
        );
      })}
    </tr>
  );
}

/** The text of a cell, or the sign of a missing value: a dash where people's words head the column, else SQL's own. */
function contentOf(cell: Cell, column: TableColumn, language: Language, zone: string) {
  if (cell === null) return <span class="null">{column.title === undefined ? "NULL" : NO_VALUE}</span>;
  return textOf(cell, column, language, zone);
}
