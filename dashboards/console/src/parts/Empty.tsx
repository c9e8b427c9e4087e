//! What stands where nothing is, and what to do about it.
import type { ComponentChildren } from "preact";

export interface EmptyProps {
  title: string;
  hint?: string;
  /** True where this is all of the page: the title is then its heading. */
  heading?: boolean;
  children?: ComponentChildren;
}

export function Empty({ title, hint, heading = false, children }: EmptyProps) {
  return (
    <div class="empty">
      {heading ? <h1>{title}</h1> : <p class="empty-title">{title}</p>}
      {hint && <p>{hint}</p>}
      {children}
    </div>
  );
}
