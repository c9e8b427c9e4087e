//! The server's sentences in Chinese. The server writes them in English, so that what is stored, sent and shown is one;
//! here they are read clause by clause and said again.
import { formatCell } from "../format/numbers.ts";
import { formatDay } from "../format/times.ts";
import { CLAUSES } from "./clauses.ts";
import type { Language } from "./language.ts";
import { simplified } from "./simplified.ts";

/** A part of a sentence; what no clause knows stays English. */
export interface Piece {
  text: string;
  isEnglish: boolean;
}

/** What something of that id is called, e.g. a KPI or a city; the id itself where it has no name. */
export type NameOf = (id: string) => string;

interface Clause {
  english: RegExp;
  /** What stands at each place, by its sign. */
  places: string[];
  chinese: string;
}

/** What each place of a clause matches; names end before the next clause. */
const PLACES: Record<string, string> = {
  "#": "([-+]?[\\d,]*\\.?\\d+(?: %)?)",
  "@": "(\\d{4}-\\d\\d-\\d\\d(?:[ T]\\d\\d:\\d\\d(?: UTC)?)?)",
  "*": "((?:(?!; |\\. ).)+?)",
  "~": "(.*?)",
  "&": "(.*)",
};

const CLAUSE_ENDS = /; |\. |\.?$/g;
const STOPS: Record<string, string> = { "; ": "；", ". ": "。", ".": "。" };

/** Around what stays English. */
const [ENGLISH, ENGLISH_END] = ["\u0001", "\u0002"];
/** Beside what was put into a place: there Chinese and Latin letters or digits want a space between them. */
const EDGE = "\u0003";
const WANTS_SPACE = /(?<=\p{Script=Han})\u0003+(?=[\w+-])|(?<=[\w%])\u0003+(?=\p{Script=Han})/gu;

/** At least two words in a row: more than a name, a code or a figure. */
const WORDS = /[a-z]{2,} [a-z]{2,}/i;

const readClauses: Partial<Record<Language, Clause[]>> = {};

/** A sentence of the server in a language that is not English. */
export function translate(sentence: string, language: Language, nameOf: NameOf): Piece[] {
  const clauses = (readClauses[language] ??= read(language === "zh-Hans" ? simplified(CLAUSES) : CLAUSES));

  function said(text: string): string {
    const ends = [...text.matchAll(CLAUSE_ENDS)];
    for (const { 0: stop, index } of ends) {
      const known = saidClause(text.slice(0, index));
      if (known !== undefined) return known + rest(text, stop, index);
    }
    const { 0: stop, index } = ends[0]!;
    return named(text.slice(0, index)) + rest(text, stop, index);
  }

  function rest(text: string, stop: string, index: number): string {
    const next = text.slice(index + stop.length);
    return (STOPS[stop] ?? "") + (next && said(next));
  }

  function saidClause(clause: string): string | undefined {
    for (const { english, places, chinese } of clauses) {
      const found = english.exec(clause);
      if (!found) continue;
      const placed = (at: number) => EDGE + put(places[at - 1]!, found[at]!) + EDGE;
      return chinese.replace(/\$(\d)/g, (_, at: string) => placed(Number(at)));
    }
    return undefined;
  }

  function put(place: string, text: string): string {
    switch (place) {
      case "#":
        return numberText(text, language);
      case "@":
        return timeText(text, language);
      case "&":
        return text.split(", ").map(said).join("、");
      default:
        return place === "*" || text === "" ? text : said(text);
    }
  }

  function named(text: string): string {
    const name = nameOf(text);
    return name === text && WORDS.test(text) ? ENGLISH + text + ENGLISH_END : name;
  }

  const parts = said(sentence).replace(WANTS_SPACE, " ").replaceAll(EDGE, "").split(/[\u0001\u0002]/);
  return parts.map((text, at) => ({ text, isEnglish: at % 2 === 1 })).filter(({ text }) => text !== "");
}

function read(clauses: string): Clause[] {
  const lines = clauses.split("\n").filter((line) => line !== "");
  return lines.map((line) => {
    const [english, chinese] = line.split("|") as [string, string];
    const source = english.replace(/[().]/g, "\\$&").replace(/[#@*~&]/g, (place) => PLACES[place]!);
    return { english: new RegExp(`^${source}$`, "is"), places: english.match(/[#@*~&]/g) ?? [], chinese };
  });
}

/** A number or a share as pages write them: `+1,019.50`, `94.3%`. */
function numberText(text: string, language: Language): string {
  const [, sign, digits, percent] = /^(\+?)(.*?)( %)?$/.exec(text) as unknown as string[];
  return sign! + formatCell(digits!.replaceAll(",", ""), { name: "", type: "numeric" }, language) + (percent ? "%" : "");
}

/** A day, or a minute by the clock that the server named. */
function timeText(text: string, language: Language): string {
  return `${formatDay(text.slice(0, 10), language)} ${text.slice(11)}`.trim();
}
