//! The document that the form edits, for all of its inputs: they reach it by their place.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { listAt, problemsAt, textAt } from "./document.ts";
import type { Document, Json, Problem } from "./document.ts";
import type { CatalogueColumn, Relations } from "./offers.ts";

export interface Draft {
  document: Document;
  /** Sets what stands at a place; undefined takes it away. */
  set(place: string, value: Json | undefined): void;
  problems: Problem[];
  relations: Relations;
}

export const DraftContext = createContext<Draft | null>(null);

export function useDraft(): Draft {
  const draft = useContext(DraftContext);
  if (!draft) throw new Error("an input of the form stands outside of it");
  return draft;
}

/** The text at a place, what is wrong with it, and how to change it; an empty text takes it away. */
export function useText(place: string) {
  const { document, set, problems } = useDraft();
  return {
    text: textAt(document, place),
    problems: problemsAt(problems, place),
    setText: (text: string) => set(place, text === "" ? undefined : text),
  };
}

/** The columns of the relation that the report asks. */
export function useColumns(): CatalogueColumn[] {
  const { document, relations } = useDraft();
  return relations.get(textAt(document, "source")) ?? [];
}

/** The names of the columns of the answer, as order and picture use them. */
export function outputsOf(document: Document): string[] {
  const names = (place: string, members: string[]) => listAt(document, place).map((_, at) => (
    members.map((member) => textAt(document, `${place}[${at}].${member}`)).find((name) => name !== "") ?? ""
  ));
  return [...names("columns", ["column"]), ...names("group_by", ["name", "column"]), ...names("aggregations", ["name"])].filter((name) => name !== "");
}
