//! The keys, shown by `?`.
import { PAGES } from "../pages.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { useWords } from "../words/index.ts";

export function KeyboardHelp({ onClose }: { onClose(): void }) {
  const words = useWords();
  const keys: [string, string][] = [
    ["/", words.keyboardSearch],
    ["?", words.keyboardHelp],
    ["Esc", words.keyboardClose],
    ["← ↑ → ↓ PgUp PgDn Home End", words.keyboardTable],
    ["Ctrl C", words.keyboardCopy],
    ["← →", words.keyboardChart],
  ];
  return (
    <Dialog title={words.keyboard} onClose={onClose}>
      <h3>{words.keyboardGo}</h3>
      <KeyList keys={PAGES.map((page) => [`g ${page.key}`, words[page.id]])} />
      <h3>{words.keyboardEverywhere}</h3>
      <KeyList keys={keys} />
    </Dialog>
  );
}

function KeyList({ keys }: { keys: [string, string][] }) {
  return (
    <dl class="keys">
      {keys.map(([key, meaning]) => (
        <div key={key}>
          <dt>
            {key.split(" ").map((one) => (
              <kbd key={one}>{one}</kbd>
            ))}
          </dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  );
}
