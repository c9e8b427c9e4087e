//! What is advised of a rule, by colour, sign and word.
import { Sign } from "../../parts/Sign.tsx";
import type { Level } from "../../parts/Sign.tsx";
import { useRuleWords, valueWord } from "./words.ts";

const LEVELS: Record<string, Level> = { keep: "ok", promote: "info", review: "warn", roll_back: "act", suspend: "act", insufficient_evidence: "info" };

export function Advice({ advice }: { advice: string }) {
  return <Sign level={LEVELS[advice] ?? "info"} text={valueWord(useRuleWords(), "advice", advice)} />;
}
