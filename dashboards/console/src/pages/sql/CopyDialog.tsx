//! The question for other programs, shown before it is copied.
import { useEffect, useState } from "preact/hooks";
import { query } from "../../api/rows.ts";
import type { Column } from "../../api/rows.ts";
import { Dialog } from "../../parts/Dialog.tsx";
import { copy } from "../../parts/table/active.ts";
import { Tabs } from "../../parts/Tabs.tsx";
import { say } from "../../shell/say.ts";
import { useWords } from "../../words/index.ts";
import { FRONT_PORT, isFronted, postgresHost, snippetsOf } from "./snippets.ts";
import { useSqlWords } from "./words.ts";

export interface CopyDialogProps {
  sql: string;
  /** The columns of its answer; empty where they are not known. */
  columns: Column[];
  onClose(): void;
}

/** The port of PostgreSQL's door where the server does not tell another. */
const PORT = 5433;

export function CopyDialog({ sql, columns, onClose }: CopyDialogProps) {
  const words = useSqlWords();
  const shell = useWords();
  const [chosen, setChosen] = useState("psql");
  const [copied, setCopied] = useState("");
  const fronted = isFronted(location);
  const snippets = snippetsOf({
    sql,
    columns,
    origin: location.origin,
    host: postgresHost(location.hostname),
    port: usePostgresPort(fronted),
    isFronted: fronted,
  });
  const { text } = snippets.find(({ client }) => client === chosen)!;
  const take = async () => {
    await copy(text);
    setCopied(chosen);
    say(shell.copied);
  };
  return (
    <Dialog title={words.copyAs} onClose={onClose}>
      <p class="soft">{fronted ? words.copyAsFrontedHint : words.copyAsHint}</p>
      <Tabs label={words.copyAs} chosen={chosen} onChoose={setChosen} tabs={snippets.map(({ client }) => ({ id: client, title: client }))}>
        <pre class="sql-snippet" tabIndex={0} role="group" aria-label={chosen}>{text}</pre>
        <button type="button" class="main" onClick={() => void take()}>{copied === chosen ? `✓ ${shell.copied}` : words.copy}</button>
      </Tabs>
    </Dialog>
  );
}

/** PostgreSQL's own setting says where its door is; a front's is another. */
function usePostgresPort(fronted: boolean): number {
  const [port, setPort] = useState(fronted ? FRONT_PORT : PORT);
  useEffect(() => {
    if (fronted) return;
    const abort = new AbortController();
    query("SELECT current_setting('port', true)", abort.signal).then(
      ({ rows }) => setPort(Number(rows[0]?.[0] ?? "") || PORT),
      () => undefined,
    );
    return () => abort.abort();
  }, [fronted]);
  return port;
}
