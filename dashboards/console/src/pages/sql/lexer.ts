//! The words of a text in PostgreSQL's lexical rules (documentation, chapter 4.1). Highlighting, completion and the
//! places of errors all rest on it. It never fails: what is not closed reaches to the end of the text.
import { KEYWORDS } from "./keywords.ts";

/** What a piece of text is; `name` is a relation, a column or a function. */
export type Kind = "keyword" | "type" | "name" | "literal" | "number" | "comment" | "symbol";

/** A piece of text in UTF-16 units, `to` excluded. Blanks between pieces belong to none. */
export interface Token {
  kind: Kind;
  from: number;
  to: number;
}

const RESERVED = new Set(KEYWORDS.flatMap((phrase) => phrase.toLowerCase().match(/[a-z]+/g) ?? []));
const TYPES = new Set(
  "bigint boolean bytea char date decimal double float int integer interval json jsonb numeric precision real smallint text time timestamp timestamptz uuid varchar zone".split(" "),
);

/** Tried in this order where a piece begins. `$` is the end of the text. */
const RULES: [Kind | "word", RegExp][] = [
  ["comment", /--[^\n]*/y],
  ["literal", /e'[^'\\]*(?:(?:''|\\[^])[^'\\]*)*(?:'|\\?$)/iy],
  ["literal", /(?:[bxn]|u&)?'[^']*(?:''[^']*)*(?:'|$)/iy],
  ["literal", /\$([a-z_]\w*)?\$[^]*?(?:\$\1\$|$)/iy],
  ["name", /"[^"]*(?:""[^"]*)*(?:"|$)/y],
  ["number", /(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:e[+-]?\d+)?/iy],
  ["word", /[\p{L}_][\p{L}\p{N}_$]*/uy],
  ["symbol", /\S/uy],
];

/** All pieces of a text, in order. */
export function lex(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = skipBlanks(text, 0); at < text.length; at = skipBlanks(text, at)) {
    const token = text.startsWith("/*", at) ? { kind: "comment" as const, from: at, to: endOfComment(text, at) } : tokenAt(text, at);
    tokens.push(token);
    at = token.to;
  }
  return tokens;
}

/** The piece that a position stands within or right behind. */
export function tokenBefore(tokens: Token[], position: number): Token | undefined {
  return tokens.find(({ from, to }) => from < position && position <= to);
}

function tokenAt(text: string, at: number): Token {
  for (const [kind, rule] of RULES) {
    rule.lastIndex = at;
    const found = rule.exec(text)?.[0];
    if (found) return { kind: kind === "word" ? kindOfWord(found) : kind, from: at, to: at + found.length };
  }
  return { kind: "symbol", from: at, to: at + 1 };
}

function kindOfWord(word: string): Kind {
  const lower = word.toLowerCase();
  if (TYPES.has(lower)) return "type";
  return RESERVED.has(lower) ? "keyword" : "name";
}

/** Comments of this kind hold others, unlike those of C. */
function endOfComment(text: string, from: number): number {
  let depth = 0;
  const marks = /\/\*|\*\//g;
  marks.lastIndex = from;
  for (let mark = marks.exec(text); mark; mark = marks.exec(text)) {
    depth += mark[0] === "/*" ? 1 : -1;
    if (depth === 0) return mark.index + 2;
  }
  return text.length;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text[at]!)) at += 1;
  return at;
}
