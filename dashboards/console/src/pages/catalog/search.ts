//! Finds relations and KPIs by their names, columns and meanings, the nearest first.
import type { Kpi } from "../../kpis/catalogue.ts";
import type { ColumnMeaning, Relation } from "./catalogue.ts";

/** A relation that was found, with the columns that the search is about. */
export interface FoundRelation {
  relation: Relation;
  columns: ColumnMeaning[];
}

/** How near a word is to what it is found in; all words of a search must be found somewhere. */
const NEARNESS = { name: 100, startOfName: 40, withinName: 20, column: 8, meaning: 4, columnMeaning: 1 };

/** The relations for a search, nearest first; all of them, in their own order, for an empty one. */
export function findRelations(relations: Relation[], search: string): FoundRelation[] {
  const words = wordsOf(search);
  if (words.length === 0) return relations.map((relation) => ({ relation, columns: [] }));
  return ranked(relations, (relation) => nearness(words, relation.name, relation.meaning, relation.columns)).map(
    (relation) => ({ relation, columns: relation.columns.filter((column) => isAbout(column, words)) }),
  );
}

/** The KPIs for a search in any of the three languages, nearest first. */
export function findKpis(kpis: Kpi[], search: string): Kpi[] {
  const words = wordsOf(search);
  if (words.length === 0) return kpis;
  return ranked(kpis, (kpi) => {
    const titles = Object.values(kpi.titles).map((title) => ({ name: title, type: "", meaning: "" }));
    const meaning = [...Object.values(kpi.meanings), kpi.formula, kpi.owner, kpi.topic].join(" ");
    return nearness(words, kpi.kpi, meaning, titles);
  });
}

function wordsOf(search: string): string[] {
  return search.toLowerCase().split(/\s+/).filter(Boolean);
}

/** Those with any nearness, the nearest first; equals keep their order, as sorting is stable. */
function ranked<T>(all: T[], nearnessOf: (one: T) => number): T[] {
  const measured = all.map((one) => ({ one, nearness: nearnessOf(one) }));
  return measured.filter(({ nearness }) => nearness > 0).sort((a, b) => b.nearness - a.nearness).map(({ one }) => one);
}

function nearness(words: string[], name: string, meaning: string, columns: ColumnMeaning[]): number {
  let sum = 0;
  for (const word of words) {
    const near = nearnessOfWord(word, name.toLowerCase(), meaning.toLowerCase(), columns);
    if (near === 0) return 0;
    sum += near;
  }
  return sum;
}

function nearnessOfWord(word: string, name: string, meaning: string, columns: ColumnMeaning[]): number {
  if (name === word) return NEARNESS.name;
  if (name.startsWith(word)) return NEARNESS.startOfName;
  if (name.includes(word)) return NEARNESS.withinName;
  if (columns.some((column) => column.name.toLowerCase().includes(word))) return NEARNESS.column;
  if (meaning.includes(word)) return NEARNESS.meaning;
  return columns.some((column) => column.meaning.toLowerCase().includes(word)) ? NEARNESS.columnMeaning : 0;
}

function isAbout(column: ColumnMeaning, words: string[]): boolean {
  const text = `${column.name} ${column.meaning}`.toLowerCase();
  return words.some((word) => text.includes(word));
}
