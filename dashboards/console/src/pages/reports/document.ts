//! The document of a saved report as a form edits it: JSON, reached by places as the server's check names them
//! (`filters[0].period.unit`).

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

export type Document = { [name: string]: Json };

/** What is wrong with a document, and where. */
export interface Problem {
  place: string;
  message: string;
  cure?: string;
  near?: string[];
}

/** A report that asks nothing yet. */
export const EMPTY: Document = { name: "", owner: "", title: {}, source: "", columns: [], formats: ["xlsx"] };

/** Members by which a report asks and shows by itself: a report of the platform says them itself. */
const ASKED = ["source", "columns", "filters", "group_by", "aggregations", "order", "limit", "visual"];

/** The same report as one of the platform's, or one that asks by itself where none is named. */
export function asReport(document: Document, report: string): Document {
  const left = report === "" ? ["report", "cities"] : ASKED;
  const kept = Object.fromEntries(Object.entries(document).filter(([name]) => !left.includes(name)));
  if (report === "") return kept;
  // It is no picture.
  return { ...kept, report, formats: listAt(document, "formats").filter((format) => format !== "png") };
}

/** What stands at a place; undefined where nothing does. */
export function valueAt(document: Json | undefined, place: string): Json | undefined {
  let found: Json | undefined = document;
  for (const step of stepsOf(place)) {
    if (typeof found !== "object" || found === null) return undefined;
    found = (found as { [name: string]: Json })[step];
  }
  return found;
}

/** The list at a place; empty where there is none. */
export function listAt(document: Document, place: string): Json[] {
  const found = valueAt(document, place);
  return Array.isArray(found) ? found : [];
}

/** The text at a place; empty where there is none. */
export function textAt(document: Document, place: string): string {
  const found = valueAt(document, place);
  return found === undefined || found === null || typeof found === "object" ? "" : String(found);
}

/** The same document with another value at a place; undefined takes the member away, a list closes up. */
export function withAt<T extends Json>(document: T, place: string, value: Json | undefined): T {
  return changed(document, stepsOf(place), value) as T;
}

function changed(node: Json | undefined, [step, ...rest]: string[], value: Json | undefined): Json | undefined {
  if (step === undefined) return value;
  const isList = /^\d+$/.test(step);
  if (isList) {
    const list = Array.isArray(node) ? [...node] : [];
    const next = changed(list[Number(step)], rest, value);
    if (next === undefined) list.splice(Number(step), 1);
    else list[Number(step)] = next;
    return list;
  }
  const object: { [name: string]: Json } = typeof node === "object" && node !== null && !Array.isArray(node) ? { ...node } : {};
  const next = changed(object[step], rest, value);
  if (next === undefined) delete object[step];
  else object[step] = next;
  return object;
}

function stepsOf(place: string): string[] {
  return place.split(/[.[\]]+/).filter((step) => step !== "");
}

/** Members that every report has: where one is missing the server could not say at which input. */
const NEEDED: Document = { name: "", owner: "", title: {} };

/** The document as it is sent: without texts, lists and objects that are empty, but for what every report needs. */
export function trimmed(document: Document): Document {
  return { ...NEEDED, ...(pruned(document) as Document | undefined) };
}

function pruned(node: Json): Json | undefined {
  if (Array.isArray(node)) {
    const list = node.map((one) => pruned(one)).filter((one) => one !== undefined);
    return list.length === 0 ? undefined : list;
  }
  if (typeof node === "object" && node !== null) {
    const members = Object.entries(node).flatMap(([name, value]) => {
      const kept = pruned(value);
      return kept === undefined ? [] : [[name, kept] as const];
    });
    return members.length === 0 ? undefined : Object.fromEntries(members);
  }
  return node === "" || node === null ? undefined : node;
}

/** The problems of exactly this place. */
export function problemsAt(problems: Problem[], place: string): Problem[] {
  return problems.filter((problem) => problem.place === place);
}
