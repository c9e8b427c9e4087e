//! Colours of the words, by the page's own lexer. CodeMirror's grammar of SQL would bring a parser and the keywords of
//! seven other databases along, a tenth of all that the console may weigh.
import { RangeSetBuilder } from "@codemirror/state";
import type { Extension } from "@codemirror/state";
import { Decoration, ViewPlugin } from "@codemirror/view";
import type { DecorationSet, EditorView, ViewUpdate } from "@codemirror/view";
import { lex } from "./lexer.ts";
import type { Kind } from "./lexer.ts";

const MARKS: Partial<Record<Kind, Decoration>> = Object.fromEntries(
  ["keyword", "type", "literal", "number", "comment"].map((kind) => [kind, Decoration.mark({ class: `sql-${kind}` })]),
);

/** Colours what is in sight. The whole text is read, as a quote far above decides what stands here. */
export const highlighting: Extension = ViewPlugin.fromClass(
  class {
    marks: DecorationSet;

    constructor(view: EditorView) {
      this.marks = marksOf(view);
    }

    update(update: ViewUpdate): void {
      if (update.docChanged || update.viewportChanged) this.marks = marksOf(update.view);
    }
  },
  { decorations: (plugin) => plugin.marks },
);

function marksOf({ state, viewport }: EditorView): DecorationSet {
  const marks = new RangeSetBuilder<Decoration>();
  for (const { kind, from, to } of lex(state.doc.toString())) {
    const mark = MARKS[kind];
    if (mark && from < viewport.to && to > viewport.from) marks.add(from, to, mark);
  }
  return marks.finish();
}
