//! How an anomaly is rated and how it stands, by colour, sign and word.
import { Sign } from "../../parts/Sign.tsx";
import type { Level } from "../../parts/Sign.tsx";
import { useAnomalyWords, valueWord } from "./words.ts";

const LEVELS: Record<string, Level> = { notice: "info", warn: "warn", act: "act" };

export function Severity({ severity }: { severity: string }) {
  return <Sign level={LEVELS[severity] ?? "info"} text={valueWord(useAnomalyWords(), "severity", severity)} />;
}

const SIGNS: Record<string, string> = { new: "●", acknowledged: "◐", muted: "◌", resolved: "✓", false_alarm: "⊘" };

export function Standing({ state }: { state: string }) {
  return <span class={`standing ${state}`}><span aria-hidden="true">{SIGNS[state]}</span> {valueWord(useAnomalyWords(), "state", state)}</span>;
}
