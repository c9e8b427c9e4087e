//! How the editor looks: the console's own colours, which follow the theme.
import { EditorView } from "@codemirror/view";

/** Measures, surfaces and the colours of words; each colour has 4.5:1 on the sheet in both themes. */
export const look = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--sheet)", fontSize: "0.875rem" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6" },
  ".cm-content": { caretColor: "var(--ink)", padding: "0.5rem 0" },
  ".cm-gutters": { backgroundColor: "var(--sheet)", color: "var(--ink-soft)", border: "none", paddingLeft: "0.25rem" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--raised), transparent 45%)" },
  ".cm-content ::selection": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-placeholder": { color: "var(--ink-soft)" },
  ".cm-matchingBracket": { backgroundColor: "var(--accent-soft)", outline: "1px solid var(--accent)" },
  ".cm-tooltip": {
    backgroundColor: "var(--sheet)", color: "var(--ink)", border: "1px solid var(--edge)", borderRadius: "var(--radius)", boxShadow: "0 4px 16px #0004",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "18em" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.15rem 0.5rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-completionDetail": { fontStyle: "normal", color: "var(--ink-soft)", marginLeft: "1em" },
  "li[aria-selected] .cm-completionDetail": { color: "inherit" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-completionInfo": { fontFamily: "var(--font)", whiteSpace: "pre-line", maxWidth: "26rem", padding: "0.4rem 0.6rem" },
  ".sql-keyword": { color: "var(--accent)", fontWeight: "600" },
  ".sql-type": { color: "var(--code-type)" },
  ".sql-literal": { color: "var(--ok)" },
  ".sql-number": { color: "var(--warn)" },
  ".sql-comment": { color: "var(--ink-soft)", fontStyle: "italic" },
  ".complaint": { textDecoration: "underline wavy var(--act) 1.5px", textUnderlineOffset: "0.2em", backgroundColor: "var(--act-soft)" },
  ".complaint-message": {
    fontFamily: "var(--font)", color: "var(--act)", backgroundColor: "var(--act-soft)", padding: "0.15rem 0.6rem", whiteSpace: "pre-wrap",
  },
});
