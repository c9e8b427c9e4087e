//! An error shown where it is: its words underlined, and what is wrong written below their line.
import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, WidgetType } from "@codemirror/view";
import type { DecorationSet } from "@codemirror/view";
import type { Place } from "./place.ts";

/** What is wrong with a place of the text. */
export interface ShownComplaint extends Place {
  message: string;
}

/** Shows a complaint instead of the one before. */
export const showComplaint = StateEffect.define<ShownComplaint | null>();

/** Keeps the complaint at its words while somebody types elsewhere; a change of the words themselves ends it. */
export const complaintField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(showComplaint)) return decorate(effect.value, transaction.state.doc);
    }
    if (!transaction.docChanged) return shown;
    let touched = false;
    const changes = transaction.changes;
    shown.between(0, transaction.startState.doc.length, (from, to) => {
      touched ||= changes.touchesRange(from, to) !== false;
    });
    return touched ? Decoration.none : shown.map(changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

function decorate(complaint: ShownComplaint | null, doc: { length: number; lineAt(at: number): { to: number } }): DecorationSet {
  if (!complaint || complaint.from >= complaint.to || complaint.to > doc.length) return Decoration.none;
  const below = Decoration.widget({ widget: new Message(complaint.message), block: true, side: 1 });
  return Decoration.set([
    Decoration.mark({ class: "complaint" }).range(complaint.from, complaint.to),
    below.range(doc.lineAt(complaint.to).to),
  ]);
}

class Message extends WidgetType {
  readonly #text: string;

  constructor(text: string) {
    super();
    this.#text = text;
  }

  override eq(other: Message): boolean {
    return other.#text === this.#text;
  }

  override toDOM(): HTMLElement {
    const line = document.createElement("div");
    line.className = "complaint-message";
    line.textContent = `▲ ${this.#text}`;
    return line;
  }
}
