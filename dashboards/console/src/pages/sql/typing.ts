//! Typing over a selection. Chromium would give the new text the look of the old one by a style attribute, which the
//! content policy forbids and reports; so the editor replaces the text itself.
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

/** Takes plain typing over a selection away from the browser. What is composed (Chinese, Japanese) stays with it. */
export const typingOver: Extension = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const text = event.data;
    if (text === null || event.inputType !== "insertText" || view.composing) return false;
    const { from, to } = selectedRange(view);
    if (from === to) return false;
    const insert = () => view.state.update({
      changes: { from, to, insert: text }, selection: { anchor: from + text.length }, userEvent: "input.type", scrollIntoView: true,
    });
    // Others may do more than insert: a quote or a bracket closes around the selection.
    const taken = view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, text, insert));
    if (!taken) view.dispatch(insert());
    return true;
  },
});

/** What is selected right now. Chromium alone tells the selection within a shadow root, and alone needs it. */
function selectedRange(view: EditorView): { from: number; to: number } {
  const root = view.root as Partial<Pick<Document, "getSelection">>;
  const range = root.getSelection?.()?.rangeCount ? root.getSelection()!.getRangeAt(0) : null;
  if (!range || !view.contentDOM.contains(range.commonAncestorContainer)) return view.state.selection.main;
  return { from: view.posAtDOM(range.startContainer, range.startOffset), to: view.posAtDOM(range.endContainer, range.endOffset) };
}
