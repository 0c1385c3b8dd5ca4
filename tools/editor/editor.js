// The editor of a live cell: CodeMirror 6, set up for short Python cells.
// Colors come from the page's style sheet (live.css), so that they follow
// its light and dark modes. DOMPurify cleans what a cell displays as HTML.
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";

export { default as purify } from "dompurify";

/**
 * Open an editor.
 *   parent    the element that it goes into
 *   text      what stands in it at first
 *   label     its name, for those who listen
 *   onChange  called with the text after each change
 *   onRun     called at Ctrl-Enter and Shift-Enter
 */
export function open({ parent, text, label, onChange, onRun }) {
  const run = () => (onRun(), true);
  return new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        indentUnit.of("    "),
        EditorState.tabSize.of(4),
        python(),
        syntaxHighlighting(classHighlighter),
        keymap.of([
          { key: "Mod-Enter", run, preventDefault: true },
          { key: "Ctrl-Enter", run, preventDefault: true },
          { key: "Shift-Enter", run, preventDefault: true },
          indentWithTab, // Escape, then Tab, leaves the editor
          ...defaultKeymap,
          ...historyKeymap,
        ]),
        EditorView.contentAttributes.of({
          "aria-label": label,
          "aria-multiline": "true",
          spellcheck: "false",
        }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
}
