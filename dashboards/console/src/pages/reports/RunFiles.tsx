//! The files of a run: links in the list of runs, and all of them with their pictures in a dialog.
import { formatCount, formatValue, NO_VALUE } from "../../format/numbers.ts";
import { Dialog } from "../../parts/Dialog.tsx";
import { fill, useLanguage } from "../../words/index.ts";
import { filePath, isPicture, shortName } from "./files.ts";
import type { RunFile } from "./files.ts";
import { useReportWords } from "./words.ts";

/** A cell has room for the links of so many; a report for each city has more. */
const LINKS_MAX = 4;

/** A run and what it left. */
export interface FilesOfRun {
  run: string;
  files: RunFile[];
}

export function FileLinks({ run, files, onOpen }: FilesOfRun & { onOpen(): void }) {
  const words = useReportWords();
  const language = useLanguage();
  if (files.length === 0) return NO_VALUE;
  const isFew = files.length <= LINKS_MAX;
  const text = isFew ? words.viewPicture : fill(words.numFiles, { num: formatCount(files.length, language) });
  return (
    <span class="run-files">
      {isFew && files.map((file) => <a key={file.name} href={filePath(run, file.name)} download={file.name} title={file.name}>{shortName(run, file.name)}</a>)}
      {(!isFew || files.some(isPicture)) && <button type="button" class="quiet" aria-label={`${text}: ${run}`} onClick={onOpen}>{text}</button>}
    </span>
  );
}

export function FilesDialog({ run, files, onClose }: FilesOfRun & { onClose(): void }) {
  const words = useReportWords();
  const language = useLanguage();
  return (
    <Dialog title={fill(words.filesOfRun, { run })} onClose={onClose}>
      <ul class="run-list">
        {files.map((file) => (
          <li key={file.name}>
            <a href={filePath(run, file.name)} download={file.name}>{file.name}</a> <small>{formatValue(file.size_bytes, "bytes", language)}</small>
            {isPicture(file) && <img src={filePath(run, file.name)} alt={fill(words.picture, { file: file.name })} />}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
