//! A status as sign, colour and word.
import { useWords } from "../words/index.ts";

export type Level = "ok" | "warn" | "act" | "info";

const SIGNS: Record<Level, string> = { ok: "✓", warn: "▲", act: "✕", info: "ℹ" };

/** The sign of a level with its word; other words than the level's own may be given. */
export function Sign({ level, text }: { level: Level; text?: string }) {
  const words = useWords();
  return (
    <span class={`sign ${level}`}>
      <span aria-hidden="true">{SIGNS[level]}</span> {text ?? words[level]}
    </span>
  );
}

/** The level of a KPI's or finding's status; null where it has none. */
export function levelOf(status: unknown): Level | null {
  return status === "ok" || status === "warn" || status === "act" || status === "info" ? status : null;
}
