//! What the editor offers while somebody types: relations, columns of the relations that the statement reads,
//! functions, and within a literal the KPIs and cities that it is compared with.
import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import type { Language } from "../../words/language.ts";
import type { Catalogue, ColumnMeaning, Relation } from "../catalog/catalogue.ts";
import { KEYWORDS } from "./keywords.ts";
import { lex, tokenBefore } from "./lexer.ts";
import { readingsOf, statementAround } from "./statements.ts";
import type { SqlFunction, Vocabulary } from "./vocabulary.ts";

/** How much nearer than others: a column of the statement's own relations is what is most often meant. */
const BOOST = { column: 20, relation: 10, function: -10, keyword: -5 };

/** What is offered at a place, for `autocompletion`. */
export type Completing = (context: CompletionContext) => CompletionResult | null;

/** Completion from a vocabulary; titles of KPIs are in the language. */
export function completing({ catalogue, functions, cities }: Vocabulary, language: Language): Completing {
  const everywhere = [...catalogue.relations.map(ofRelation), ...functions.map(ofFunction), ...KEYWORDS.map(ofKeyword)];
  const kpis = ofKpis(catalogue, language);
  const literals: Record<string, Completion[]> = { kpi: kpis, series: kpis, city: cities };
  return ({ state, pos, explicit }) => {
    const text = state.doc.toString();
    const token = tokenBefore(lex(text), pos);
    if (token?.kind === "comment") return null;
    if (token?.kind === "literal") {
      const options = literals[columnCompared(text.slice(0, token.from)) ?? ""];
      return options ? { from: token.from + 1, options, validFor: /^[\w.]*$/ } : null;
    }
    const from = pos - /\w*$/.exec(text.slice(0, pos))![0].length;
    const columns = columnsAt(text, from, catalogue.relations).map(ofColumn);
    if (text[from - 1] === ".") return { from, options: columns, validFor: /^\w*$/ };
    if (from === pos && !explicit) return null;
    return { from, options: [...columns, ...everywhere], validFor: /^\w*$/ };
  };
}

/** The columns that may stand at a place: those of the alias before its dot, else of all that its statement reads. */
export function columnsAt(text: string, at: number, relations: Relation[]): ColumnMeaning[] {
  const alias = /(\w+)\.$/.exec(text.slice(0, at))?.[1]?.toLowerCase();
  const readings = readingsOf(statementAround(text, at)).filter((reading) => alias === undefined || reading.alias === alias);
  const columns = readings.flatMap(({ relation }) => relations.find(({ name }) => name === relation)?.columns ?? []);
  return [...new Map(columns.map((column) => [column.name, column])).values()];
}

/** The column that a literal after this text is compared with, by `=`, `<>` or `IN (`. */
export function columnCompared(before: string): string | null {
  const compared = /([a-z_]+)\s*(?:=|<>|!=|\bin\s*\((?:\s*'[^']*'\s*,)*)\s*$/i.exec(before);
  return compared?.[1]?.toLowerCase() ?? null;
}

function ofColumn({ name, type, meaning }: ColumnMeaning): Completion {
  return { label: name, type: "property", detail: type, boost: BOOST.column, ...(meaning && { info: meaning }) };
}

function ofRelation({ name, kind, meaning }: Relation): Completion {
  return { label: name, type: "class", detail: kind, boost: BOOST.relation, ...(meaning && { info: meaning }) };
}

function ofFunction({ name, example, meaning }: SqlFunction): Completion {
  const info = [example, meaning].filter(Boolean).join("\n\n");
  return { label: name, type: "function", detail: "()", apply: `${name}(`, boost: BOOST.function, ...(info && { info }) };
}

function ofKeyword(label: string): Completion {
  return { label, type: "keyword", boost: BOOST.keyword };
}

function ofKpis({ kpis }: Catalogue, language: Language): Completion[] {
  return kpis.map(({ kpi, titles, meanings }) => (
    { label: kpi, type: "constant", detail: titles[language], info: meanings[language] }
  ));
}
