//! The form of a saved report: edited as a document, checked by the server, previewed, saved, run and deleted.
import { useMemo, useState } from "preact/hooks";
import { asApiError } from "../../api/errors.ts";
import type { ApiError } from "../../api/errors.ts";
import type { Rows } from "../../api/rows.ts";
import { useQuery } from "../../api/use.ts";
import { Dialog } from "../../parts/Dialog.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { ErrorNotice, Notice } from "../../parts/Notice.tsx";
import { Table } from "../../parts/Table.tsx";
import { hrefOf, navigate } from "../../router.ts";
import { fill, useWords } from "../../words/index.ts";
import { AboutPart } from "./AboutPart.tsx";
import { deleteDefinition, previewDefinition, problemsOf, putDefinition, runDefinition } from "./definitions.ts";
import { SchedulePart, ShownPart } from "./DeliveryPart.tsx";
import { textAt, withAt } from "./document.ts";
import type { Document, Problem } from "./document.ts";
import { DraftContext } from "./draft.ts";
import { relationsOf, RELATIONS_SQL } from "./offers.ts";
import { QuestionPart } from "./QuestionPart.tsx";
import { useReportWords } from "./words.ts";

export interface BuilderProps {
  /** The report as it is saved, or an empty one. */
  saved: Document;
  isNew: boolean;
  /** Called after it was saved. */
  onSaved?(): void;
  /** Called after it ran. */
  onRun?(): void;
}

export function Builder({ saved, isNew, onSaved, onRun }: BuilderProps) {
  const words = useReportWords();
  const [document, setDocument] = useState(saved);
  const [problems, setProblems] = useState<Problem[]>([]);
  const [error, setError] = useState<ApiError>();
  const [done, setDone] = useState("");
  const [preview, setPreview] = useState<Rows>();
  const [busy, setBusy] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const catalogue = useQuery(RELATIONS_SQL);
  const relations = useMemo(() => (catalogue.rows ? relationsOf(catalogue.rows) : new Map()), [catalogue.rows]);
  const name = textAt(document, "name");

  /** Asks the server; what its check finds wrong goes to the inputs. */
  const attempt = async (step: () => Promise<void>) => {
    setBusy(true);
    setDone("");
    setError(undefined);
    setProblems([]);
    try {
      await step();
    } catch (thrown) {
      const found = problemsOf(thrown);
      if (found) setProblems(found);
      else setError(asApiError(thrown));
    } finally {
      setBusy(false);
    }
  };
  const show = () => attempt(async () => setPreview(await previewDefinition(name, document)));
  const save = () => attempt(async () => {
    // Without a name there is no address to send it to.
    if (name === "") return setProblems([{ place: "name", message: words.nameMissing }]);
    await putDefinition(name, document);
    setDone(words.savedNow);
    onSaved?.();
    if (isNew) navigate(hrefOf("reports", [name]));
  });
  const run = () => attempt(async () => {
    await runDefinition(name);
    setDone(words.runNow);
    onRun?.();
  });
  const remove = () => attempt(async () => {
    await deleteDefinition(name);
    navigate(hrefOf("reports", [], { view: "saved" }));
  });
  const set = (place: string, value: Parameters<typeof withAt>[2]) => setDocument((document) => withAt(document, place, value));
  return (
    <DraftContext.Provider value={{ document, set, problems, relations }}>
      <form class="builder" noValidate onSubmit={(event) => { event.preventDefault(); void save(); }}>
        {catalogue.error && <ErrorNotice error={catalogue.error} onRetry={catalogue.reload} />}
        <AboutPart isNew={isNew} />
        <QuestionPart />
        <ShownPart />
        <SchedulePart />
        <div class="sheet row">
          <button type="submit" class="main" disabled={busy}>{words.save}</button>
          <button type="button" disabled={busy} onClick={() => void show()}>{words.preview}</button>
          {!isNew && <button type="button" disabled={busy} onClick={() => void run()}>{words.run}</button>}
          {!isNew && <button type="button" class="danger end" disabled={busy} onClick={() => setDeleting(true)}>{words.remove}</button>}
        </div>
      </form>
      <div role="status">{done && <Notice level="ok" title={done} />}</div>
      {error && <ErrorNotice error={error} />}
      {problems.length > 0 && <ProblemList problems={problems} />}
      {preview && <PreviewTable rows={preview} />}
      {deleting && <ConfirmDelete name={name} onConfirm={() => { setDeleting(false); void remove(); }} onClose={() => setDeleting(false)} />}
    </DraftContext.Provider>
  );
}

/** All that is wrong, with its place: some of it may have no input. */
function ProblemList({ problems }: { problems: Problem[] }) {
  const words = useReportWords();
  return (
    <Notice level="act" title={fill(words.check, { num: problems.length })}>
      <ul lang="en">{problems.map(({ place, message, cure }) => <li key={place + message}><code>{place}</code> {message}{cure && `: ${cure}`}</li>)}</ul>
    </Notice>
  );
}

function PreviewTable({ rows }: { rows: Rows }) {
  const words = useReportWords();
  return (
    <section class="sheet">
      <h2>{words.preview}</h2>
      {rows.rows.length === 0 ? <Empty title={words.previewEmpty} /> : <Table caption={words.preview} captionHidden columns={rows.columns} rows={rows.rows} />}
    </section>
  );
}

function ConfirmDelete({ name, onConfirm, onClose }: { name: string; onConfirm(): void; onClose(): void }) {
  const shell = useWords();
  const words = useReportWords();
  return (
    <Dialog title={fill(words.removeSure, { name })} onClose={onClose}>
      <p>{words.removeText}</p>
      <p class="row">
        <button type="button" class="danger" onClick={onConfirm}>{words.remove}</button>
        <button type="button" onClick={onClose}>{shell.cancel}</button>
      </p>
    </Dialog>
  );
}
