//! The editor itself: CodeMirror with PostgreSQL's dialect, set up for this page and loaded by it alone.
import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { history, historyKeymap, indentWithTab, standardKeymap, toggleComment } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { Compartment, EditorState } from "@codemirror/state";
import type { Extension } from "@codemirror/state";
import { EditorView, highlightActiveLine, keymap, lineNumbers, placeholder } from "@codemirror/view";
import { complaintField, showComplaint } from "./complaint.ts";
import type { ShownComplaint } from "./complaint.ts";
import type { Completing } from "./completion.ts";
import { highlighting } from "./highlight.ts";
import { look } from "./look.ts";
import { typingOver } from "./typing.ts";

/** What CodeMirror's commands know of SQL: how to comment out, which pairs to close. */
const LANGUAGE = {
  commentTokens: { line: "--", block: { open: "/*", close: "*/" } },
  closeBrackets: { brackets: ["(", "[", "'", '"'] },
};

/** The words that the editor shows or says. */
export interface EditorWords {
  label: string;
  placeholder: string;
}

/** What the editor tells the page. */
export interface EditorEvents {
  onChange(sql: string): void;
  onRun(): void;
}

/** What is to be asked: the selection, or all where nothing is selected; `offset` is where it begins. */
export interface Chosen {
  sql: string;
  offset: number;
}

/** An editor within an element, and what the page does to it. */
export class CodeEditor {
  readonly #view: EditorView;
  readonly #completing = new Compartment();
  readonly #words = new Compartment();
  readonly #states = new Map<number, EditorState>();
  readonly #fixed: Extension;
  #tab: number | null = null;
  #currentCompleting: Completing = () => null;
  #currentWords: EditorWords;

  /** The root is a shadow root: only there does CodeMirror style itself without <style>, which the policy forbids. */
  constructor(root: ShadowRoot, words: EditorWords, events: EditorEvents) {
    this.#currentWords = words;
    this.#fixed = fixedExtensions(events);
    this.#view = new EditorView({ parent: root, root, state: this.#stateOf("") });
  }

  /** Shows a tab. Each keeps its own cursor and its own steps to undo. */
  showTab(tab: number, sql: string): void {
    if (this.#tab !== null) this.#states.set(this.#tab, this.#view.state);
    const kept = this.#states.get(tab);
    this.#tab = tab;
    this.#view.setState(kept?.doc.toString() === sql ? kept : this.#stateOf(sql));
    this.#view.dispatch({ effects: [this.#completing.reconfigure(completed(this.#currentCompleting)), this.#words.reconfigure(worded(this.#currentWords))] });
  }

  /** Forgets the steps of all tabs but these. */
  keepTabs(open: number[]): void {
    for (const tab of this.#states.keys()) {
      if (!open.includes(tab)) this.#states.delete(tab);
    }
  }

  /** Replaces the whole text, as one step that can be undone. */
  setText(sql: string): void {
    const { state } = this.#view;
    if (state.doc.toString() !== sql) this.#view.dispatch({ changes: { from: 0, to: state.doc.length, insert: sql } });
  }

  /** Offers these completions from now on. */
  offer(completing: Completing): void {
    this.#currentCompleting = completing;
    this.#view.dispatch({ effects: this.#completing.reconfigure(completed(completing)) });
  }

  /** Speaks another language from now on. */
  speak(words: EditorWords): void {
    this.#currentWords = words;
    this.#view.dispatch({ effects: this.#words.reconfigure(worded(words)) });
  }

  /** Underlines what an error is about and says it below that line; null takes it away. */
  complain(complaint: ShownComplaint | null): void {
    this.#view.dispatch({ effects: showComplaint.of(complaint) });
  }

  /** The text that is to be asked now. */
  chosen(): Chosen {
    const { state } = this.#view;
    const { from, to, empty } = state.selection.main;
    return empty ? { sql: state.doc.toString(), offset: 0 } : { sql: state.sliceDoc(from, to), offset: from };
  }

  /** Goes to the editor, to a range of its text where one is given. */
  focus(range?: { from: number; to: number }): void {
    if (range) this.#view.dispatch({ selection: { anchor: range.from, head: range.to }, scrollIntoView: true });
    this.#view.focus();
  }

  destroy(): void {
    this.#view.destroy();
  }

  #stateOf(sql: string): EditorState {
    return EditorState.create({
      doc: sql,
      extensions: [this.#fixed, this.#completing.of(completed(this.#currentCompleting)), this.#words.of(worded(this.#currentWords))],
    });
  }
}

function fixedExtensions({ onChange, onRun }: EditorEvents): Extension {
  const run = () => {
    onRun();
    return true;
  };
  return [
    lineNumbers(),
    history(),
    bracketMatching(),
    closeBrackets(),
    highlightActiveLine(),
    EditorState.languageData.of(() => [LANGUAGE]),
    highlighting,
    look,
    complaintField,
    typingOver,
    EditorView.lineWrapping,
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onChange(update.state.doc.toString());
    }),
    keymap.of([
      { key: "Mod-Enter", run },
      { key: "Tab", run: acceptCompletion },
      ...closeBracketsKeymap,
      ...standardKeymap,
      { key: "Mod-/", run: toggleComment },
      ...historyKeymap,
      ...completionKeymap,
      indentWithTab,
    ]),
  ];
}

function completed(completing: Completing): Extension {
  return autocompletion({ override: [completing], icons: false, maxRenderedOptions: 60 });
}

function worded({ label, placeholder: text }: EditorWords): Extension {
  return [placeholder(text), EditorView.contentAttributes.of({ "aria-label": label })];
}
