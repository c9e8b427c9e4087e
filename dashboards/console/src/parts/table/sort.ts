//! Sorting of what a table holds.
import { useMemo, useState } from "preact/hooks";
import type { Cell, Column } from "../../api/rows.ts";
import { isNumeric } from "../../format/numbers.ts";

export interface Sorting {
  /** The column's name. */
  name: string;
  down: boolean;
}

interface Sortable {
  columns: Column[];
  rows: Cell[][];
  sorting?: Sorting;
  onSort?(sorting: Sorting): void;
}

export function useSorted({ columns, rows, sorting, onSort }: Sortable) {
  const [own, setOwn] = useState<Sorting | null>(null);
  const current = onSort ? (sorting ?? null) : own;
  const sorted = useMemo(
    () => (onSort || !own ? rows : sortRows(columns, rows, own)),
    [columns, rows, own, onSort === undefined],
  );
  const sortBy = (name: string) => {
    const next = { name, down: current?.name === name ? !current.down : false };
    if (onSort) onSort(next);
    else setOwn(next);
  };
  return { rows: sorted, sorting: current, sortBy };
}

/** The rows in the order of a column; missing values last whichever way. */
export function sortRows(columns: Column[], rows: Cell[][], { name, down }: Sorting): Cell[][] {
  const at = columns.findIndex((column) => column.name === name);
  const column = columns[at];
  if (!column) return rows;
  const compare = isNumeric(column) ? compareNumbers : compareTexts;
  return [...rows].sort((one, other) => {
    const [left, right] = [one[at] ?? null, other[at] ?? null];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return down ? compare(right, left) : compare(left, right);
  });
}

const collator = new Intl.Collator(undefined, { numeric: true });

function compareTexts(one: Cell, other: Cell): number {
  return collator.compare(String(one), String(other));
}

function compareNumbers(one: Cell, other: Cell): number {
  const [left, right] = [Number(one), Number(other)];
  // What is no number comes after all that are, as in PostgreSQL.
  if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
  // Numbers past 2^53 that differ may be one float: their texts still tell.
  return left === right ? compareTexts(one, other) : left - right;
}
