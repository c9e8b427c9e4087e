//! Topics of the catalogue by name. A topic of somebody's own KPIs keeps the name that they gave it.
import type { KpiWords } from "./words.ts";

export function topicTitle(topic: string, words: KpiWords): string {
  const known = words[`topic_${topic}` as keyof KpiWords] as string | undefined;
  return known ?? topic.charAt(0).toUpperCase() + topic.slice(1);
}
