//! The last question before a month is closed, for there is no way back: its name has to be typed.
import { useState } from "preact/hooks";
import { formatMonth } from "../../format/times.ts";
import { Dialog } from "../../parts/Dialog.tsx";
import { fill, useLanguage, useWords } from "../../words/index.ts";
import { addDecimals } from "./decimals.ts";
import { formatMoney } from "./money.ts";
import type { Share } from "./pivot.ts";
import { useFinanceWords } from "./words.ts";

export interface ConfirmCloseProps {
  month: string;
  shares: (Share & { currency: string })[];
  pack: string;
  onConfirm(): void;
  onClose(): void;
}

export function ConfirmClose({ month, shares, pack, onConfirm, onClose }: ConfirmCloseProps) {
  const shell = useWords();
  const words = useFinanceWords();
  const language = useLanguage();
  const [typed, setTyped] = useState("");
  const total = formatMoney(addDecimals(shares.map(({ amount }) => amount)), shares[0]?.currency ?? "HKD", language);
  const confirm = (event: Event) => {
    event.preventDefault();
    if (typed === month) onConfirm();
  };
  return (
    <Dialog title={fill(words.confirmTitle, { month: formatMonth(month, language) })} onClose={onClose}>
      <form onSubmit={confirm}>
        <p>{fill(words.confirmText, { total, cities: shares.length })}</p>
        <p>{words.pack}: <code class="pack">{pack}</code></p>
        <label class="field">{fill(words.confirmType, { month })}
          <input value={typed} autocomplete="off" onInput={(event) => setTyped(event.currentTarget.value)} />
        </label>
        <p class="row">
          <button type="submit" class="danger" disabled={typed !== month}>{words.confirm}</button>
          <button type="button" onClick={onClose}>{shell.cancel}</button>
        </p>
      </form>
    </Dialog>
  );
}
