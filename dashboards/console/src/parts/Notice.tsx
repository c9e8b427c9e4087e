//! A message in the page: by colour, sign and word.
import type { ComponentChildren } from "preact";
import type { ApiError } from "../api/errors.ts";
import { useWords } from "../words/index.ts";
import { Sign } from "./Sign.tsx";
import type { Level } from "./Sign.tsx";

export interface NoticeProps {
  level: Level;
  title: string;
  children?: ComponentChildren;
}

export function Notice({ level, title, children }: NoticeProps) {
  return (
    <div class={`notice ${level}`} role={level === "act" ? "alert" : "note"}>
      <Sign level={level} />
      <div>
        <strong>{title}</strong>
        {children}
      </div>
    </div>
  );
}

export interface ErrorNoticeProps {
  error: ApiError;
  onRetry?(): void;
}

/** What went wrong in the server's words, its hint, and another try. */
export function ErrorNotice({ error, onRetry }: ErrorNoticeProps) {
  const words = useWords();
  const known = {
    unreachable: [words.unreachable, words.unreachableHint],
    broken_off: [words.brokenOff, words.brokenOffHint],
  }[error.code];
  const [message, hint] = known ?? [error.message, error.hint];
  return (
    <Notice level="act" title={words.failed}>
      <p lang={known ? undefined : "en"}>
        {message}
        {error.status > 0 && <small> ({error.code})</small>}
      </p>
      {hint && <p lang={known ? undefined : "en"}>{hint}</p>}
      {onRetry && (
        <button type="button" onClick={onRetry}>
          {words.retry}
        </button>
      )}
    </Notice>
  );
}
