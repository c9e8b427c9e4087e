//! The files that a run of a saved report left.
import type { Cell } from "../../api/rows.ts";

export interface RunFile {
  name: string;
  media_type: string;
  size_bytes: number;
}

/** The files in a cell of `report_runs.files`, which is JSON text; none where the run is not made. */
export function filesOf(cell: Cell): RunFile[] {
  return cell === null || cell === "" ? [] : (JSON.parse(String(cell)) as RunFile[]);
}

/** Where a file is served; a run's id is its report, a slash, and when it was due. */
export function filePath(run: string, file: string): string {
  return `/v1/report-runs/${[...run.split("/"), file].map(encodeURIComponent).join("/")}`;
}

/** What tells a file from the others of its run: `XLSX`, `EXCEL.CSV`, of a city's edition `HKG.PDF`. */
export function shortName(run: string, file: string): string {
  const report = run.split("/")[0]!;
  const rest = file.startsWith(report) ? file.slice(report.length).replace(/^[-.]/, "") : file;
  return rest.toUpperCase();
}

/** Whether it can be looked at in the page. */
export function isPicture({ media_type }: RunFile): boolean {
  return media_type === "image/png";
}
