//! Where one statement of a text ends and the next begins, and what it reads.
import { lex } from "./lexer.ts";

/** The statement around a position: at a semicolon, the one that it ends. */
export function statementAround(text: string, position: number): string {
  const ends = lex(text).filter(({ kind, from }) => kind === "symbol" && text[from] === ";").map(({ from }) => from);
  const from = 1 + (ends.findLast((end) => end < position) ?? -1);
  return text.slice(from, ends.find((end) => end >= position) ?? text.length);
}

/** Whether nothing but blanks and comments stands in a text. */
export function isBlank(text: string): boolean {
  return lex(text).every(({ kind }) => kind === "comment");
}

/** A relation that a statement reads and what it calls it there; its own name where it has no other. */
export interface Reading {
  relation: string;
  alias: string;
}

/** The relations after FROM, JOIN and the commas of FROM. Subqueries' own relations are among them. */
export function readingsOf(statement: string): Reading[] {
  const words = lex(statement)
    .filter(({ kind }) => kind !== "comment")
    .map(({ kind, from, to }) => ({ kind, text: nameIn(statement.slice(from, to)) }));
  const readings: Reading[] = [];
  let inFrom = false;
  words.forEach(({ kind, text }, at) => {
    if (kind === "keyword" && text !== "as") inFrom = text === "from" || text === "join";
    const before = words[at - 1]?.text ?? "";
    if (!inFrom || kind !== "name" || !["from", "join", ","].includes(before)) return;
    const next = words[at + 1]?.text === "as" ? words[at + 2] : words[at + 1];
    readings.push({ relation: text, alias: next?.kind === "name" ? next.text : text });
  });
  return readings;
}

/** A name as the server knows it: folded to lower case unless it is quoted. */
function nameIn(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text.toLowerCase();
}
