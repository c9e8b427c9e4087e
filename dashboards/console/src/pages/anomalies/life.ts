//! What can be said of an anomaly as it stands. The server decides; the page offers only what it would take.

export type Mark = "acknowledge" | "mute" | "resolve" | "false_alarm" | "reopen";

export type State = "new" | "acknowledged" | "muted" | "resolved" | "false_alarm";

export const STATES: State[] = ["new", "acknowledged", "muted", "resolved", "false_alarm"];

/** Longest mute that the server takes, in days. */
export const MUTE_DAYS_MAX = 90;

/** The marks that a state takes, in the order in which they are offered. */
export function marksOf(state: State): Mark[] {
  switch (state) {
    case "resolved":
    case "false_alarm":
      return ["reopen"];
    case "acknowledged":
      return ["resolve", "mute", "false_alarm"];
    default:
      return ["acknowledge", "resolve", "mute", "false_alarm"];
  }
}

/** True of marks that hide an anomaly or bring it back: others must be able to read why. */
export function needsReason(mark: Mark): boolean {
  return mark === "mute" || mark === "false_alarm" || mark === "reopen";
}

/** What is wrong with an end of a mute, if anything. */
export function muteProblem(untilMs: number, nowMs: number): "past" | "far" | null {
  if (Number.isNaN(untilMs) || untilMs <= nowMs) return "past";
  return untilMs - nowMs > MUTE_DAYS_MAX * 86_400_000 ? "far" : null;
}
