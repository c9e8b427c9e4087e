//! The head of a table: a button a column, which sorts.
import { useWords } from "../../words/index.ts";
import type { TableColumn } from "../Table.tsx";
import { isAtEnd } from "./columns.ts";
import type { Sorting } from "./sort.ts";

export interface HeadProps {
  columns: TableColumn[];
  sorting: Sorting | null;
  onSort(name: string): void;
}

export function Head({ columns, sorting, onSort }: HeadProps) {
  const words = useWords();
  return (
    <thead>
      <tr aria-rowindex={1}>
        {columns.map((column, at) => {
          const down = sorting?.name === column.name ? sorting.down : null;
          const sorted = { "aria-sort": down === null ? undefined : down ? "descending" : "ascending" } as const;
          return (
            <th
              key={at}
              scope="col"
              aria-colindex={at + 1}
              {...sorted}
              class={isAtEnd(column) ? "number" : undefined}
              title={column.type}
            >
              <button type="button" onClick={() => onSort(column.name)}>
                {column.title ?? column.name}
                {down !== null && (
                  <span aria-label={down ? words.sortDown : words.sortUp} role="img">
                    {down ? " ↓" : " ↑"}
                  </span>
                )}
              </button>
            </th>
          );
        })}
      </tr>
    </thead>
  );
}
