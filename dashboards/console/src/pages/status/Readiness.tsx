//! Whether queries and ingest are served, in the server's own words where they are not.
import { useAnswer } from "../../api/use.ts";
import { ErrorNotice, Notice } from "../../parts/Notice.tsx";
import { useStatusWords } from "./words.ts";

const EVERY_MS = 5_000;

interface Readiness {
  ready: boolean;
  /** Why not. */
  reason: string;
}

export function Readiness() {
  const words = useStatusWords();
  const { value, error, reload } = useAnswer("/readyz", askReadiness, { every: EVERY_MS });
  if (error) return <ErrorNotice error={error} onRetry={reload} />;
  if (!value) return null;
  if (value.ready) return <Notice level="ok" title={words.ready} />;
  return (
    <Notice level="act" title={words.notReady}>
      <p lang="en">{value.reason}</p>
    </Notice>
  );
}

/** An answer of 503 is no failure of the question: its text says what is missing. */
async function askReadiness(path: string, signal: AbortSignal): Promise<Readiness> {
  const response = await fetch(path, { signal });
  return { ready: response.ok, reason: await response.text() };
}
