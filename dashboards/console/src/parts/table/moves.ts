//! Where keys lead in a table.

/** A cell by its row and column, from 0. */
export interface Place {
  row: number;
  column: number;
}

/** Where a key leads from a cell; undefined where it is no key of movement. */
export function moved(
  { key, ctrlKey, metaKey, altKey }: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">,
  from: Place,
  size: { rows: number; columns: number; pageRows: number },
): Place | undefined {
  if (altKey || size.rows === 0) return undefined;
  const toEdge = ctrlKey || metaKey;
  const last = { row: size.rows - 1, column: size.columns - 1 };
  const within = (row: number, column: number) => ({
    row: Math.max(0, Math.min(last.row, row)),
    column: Math.max(0, Math.min(last.column, column)),
  });
  switch (key) {
    case "ArrowUp":
      return within(toEdge ? 0 : from.row - 1, from.column);
    case "ArrowDown":
      return within(toEdge ? last.row : from.row + 1, from.column);
    case "ArrowLeft":
      return within(from.row, toEdge ? 0 : from.column - 1);
    case "ArrowRight":
      return within(from.row, toEdge ? last.column : from.column + 1);
    case "PageUp":
      return within(from.row - size.pageRows, from.column);
    case "PageDown":
      return within(from.row + size.pageRows, from.column);
    case "Home":
      return within(toEdge ? 0 : from.row, 0);
    case "End":
      return within(toEdge ? last.row : from.row, last.column);
    default:
      return undefined;
  }
}
