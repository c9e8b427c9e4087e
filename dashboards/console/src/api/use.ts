//! Questions of a component: asked when it appears, again on a beat, dropped when it goes.
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { asApiError, isAbort } from "./errors.ts";
import type { ApiError } from "./errors.ts";
import { request } from "./request.ts";
import { query } from "./rows.ts";
import type { Rows } from "./rows.ts";

export interface Answer<T> {
  /** The newest answer; stays while the next is asked for. */
  value?: T;
  /** Why the newest question failed. */
  error?: ApiError;
  loading: boolean;
  reload(): void;
}

export interface QueryAnswer extends Omit<Answer<Rows>, "value"> {
  rows?: Rows;
}

export interface Beat {
  /** Asks again after so many milliseconds, but not while the tab is hidden. */
  every?: number;
  /** Shows the last answer at once when the reader comes back, while the next is asked for. */
  kept?: boolean;
}

/** So many answers are kept, the newest. */
const KEPT_MAX = 8;

const keptAnswers = new Map<string, unknown>();

/** Rows of a question; nothing is asked while `sql` is null. */
export function useQuery(sql: string | null, beat: Beat = {}): QueryAnswer {
  const { value, ...rest } = useAnswer(sql, query, beat);
  return { ...rest, rows: value };
}

/** The last answer of a question that is asked with `kept`, if there was one lately. */
export function keptRows(sql: string): Rows | undefined {
  return keptOf<Rows>(sql, true);
}

/** The answer of an address, e.g. `/v1/capacity`; nothing is asked while `path` is null. */
export function useRequest<T>(path: string | null, beat: Beat = {}): Answer<T> {
  return useAnswer<T>(path, (path, signal) => request<T>(path, { signal }), beat);
}

/** The answer that `ask` gives for `key`, anew whenever the key changes; for what the other two do not cover. */
export function useAnswer<T>(
  key: string | null,
  ask: (key: string, signal: AbortSignal) => Promise<T>,
  { every, kept = false }: Beat,
): Answer<T> {
  const [state, setState] = useState<{ key: string | null; value?: T; error?: ApiError; loading: boolean }>(() => ({
    key,
    value: keptOf<T>(key, kept),
    loading: key !== null,
  }));
  const [turn, setTurn] = useState(0);
  const reload = useCallback(() => setTurn((turn) => turn + 1), []);
  const underway = useRef(false);

  // At once, not after the next paint: the server can work while the browser draws.
  useLayoutEffect(() => {
    if (key === null) {
      setState({ key, loading: false });
      return;
    }
    const abort = new AbortController();
    underway.current = true;
    // What an earlier key answered is not this key's.
    setState((before) =>
      before.key === key ? asked(before) : { key, value: keptOf<T>(key, kept), loading: true },
    );
    ask(key, abort.signal).then(
      (value) => {
        underway.current = false;
        if (kept) keep(key, value);
        setState({ key, value, loading: false });
      },
      (error: unknown) => {
        if (isAbort(error)) return;
        underway.current = false;
        setState((before) => ({ ...before, error: asApiError(error), loading: false }));
      },
    );
    return () => abort.abort();
  }, [key, turn]);

  useEffect(() => {
    if (every === undefined || key === null) return;
    // A server slower than the beat would never come to answer if each beat dropped the question before.
    return callOnBeat(() => {
      if (!underway.current) reload();
    }, every);
  }, [every, key, reload]);
  const current =
    state.key === key ? state : { key, value: keptOf<T>(key, kept), error: undefined, loading: key !== null };
  return { value: current.value, error: current.error, loading: current.loading, reload };
}

/** The same state where it is already being asked, so that nothing is drawn anew. */
function asked<T extends { loading: boolean }>(state: T): T {
  return state.loading ? state : { ...state, loading: true };
}

function keptOf<T>(key: string | null, kept: boolean): T | undefined {
  return kept && key !== null ? (keptAnswers.get(key) as T | undefined) : undefined;
}

function keep(key: string, value: unknown): void {
  keptAnswers.delete(key);
  keptAnswers.set(key, value);
  const oldest = keptAnswers.keys().next().value;
  if (keptAnswers.size > KEPT_MAX && oldest !== undefined) keptAnswers.delete(oldest);
}

function callOnBeat(call: () => void, every: number): () => void {
  let dueWhileHidden = false;
  const timer = setInterval(() => {
    if (document.hidden) dueWhileHidden = true;
    else call();
  }, every);
  const shown = () => {
    if (document.hidden || !dueWhileHidden) return;
    dueWhileHidden = false;
    call();
  };
  document.addEventListener("visibilitychange", shown);
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", shown);
  };
}
