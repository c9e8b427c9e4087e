//! When a saved report comes, in words.
import { fill } from "../../words/index.ts";
import { listAt, textAt } from "./document.ts";
import type { Document } from "./document.ts";
import { wordOf } from "./words.ts";
import type { ReportWords } from "./words.ts";

/** A schedule as JSON in a list's cell: "every month · first working day · 08:00". */
export function timetableText(words: ReportWords, schedule: string | null): string {
  if (schedule === null) return words.never;
  const document = JSON.parse(schedule) as Document;
  const day = textAt(document, "day");
  const parts = [
    wordOf(words, `every_${textAt(document, "every")}`),
    listAt(document, "days").map((day) => wordOf(words, String(day))).join(" "),
    /^\d+$/.test(day) ? fill(words.dayOfMonth, { day }) : day && wordOf(words, `on_${day}`),
    textAt(document, "at"),
    textAt(document, "zone"),
  ];
  return parts.filter((part) => part !== "").join(" · ");
}
