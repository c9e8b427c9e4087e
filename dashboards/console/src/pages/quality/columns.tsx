//! Columns of the relations about data quality as people read them. A column that this page does not
//! know keeps the name and the form that the server gives it.
import type { Cell, Column } from "../../api/rows.ts";
import { NO_VALUE } from "../../format/numbers.ts";
import { Sentence } from "../../parts/Sentence.tsx";
import { levelOf, Sign } from "../../parts/Sign.tsx";
import type { TableColumn } from "../../parts/Table.tsx";
import type { ColumnWords } from "./columnWords.ts";
import type { QualityWords } from "./words.ts";

/** The relation whose rows without a producer are those of all producers of a stream. */
const VOLUMES = "quality_volumes";

/** The relation in which what is usual is a share; elsewhere it is a number of events. */
const MEMBERS = "quality_members";

/** Units of the columns that are not written as their types are. */
const UNITS: Record<string, string> = {
  expected: "count",
  p95_ms: "ms",
  share: "ratio",
  spread: "count",
  usual: "count",
  worst: "ratio",
};

/** The columns of a relation's rows. */
export function columnsOf(view: string, columns: Column[], heads: ColumnWords, words: QualityWords): TableColumn[] {
  return columns.map((column) => ({
    ...column,
    title: heads[column.name as keyof ColumnWords] ?? column.name,
    unit: view === MEMBERS && column.name === "usual" ? "ratio" : UNITS[column.name],
    show: showOf(view, column.name, words),
  }));
}

function showOf(view: string, name: string, words: QualityWords): TableColumn["show"] {
  if (name === "status") return showStatus;
  if (name === "reason") return showReason;
  if (name === "source" && view === VOLUMES) return (source) => source ?? words.allProducers;
  return undefined;
}

function showStatus(status: Cell) {
  const level = levelOf(status);
  return level ? <Sign level={level} /> : String(status);
}

/** What was found, in words. */
function showReason(reason: Cell) {
  if (reason === null) return NO_VALUE;
  return <Sentence text={String(reason)} isCut />;
}
