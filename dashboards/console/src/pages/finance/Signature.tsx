//! A step that somebody signs with a name.
import { useId, useState } from "preact/hooks";
import { useFinanceWords } from "./words.ts";

export interface SignatureProps {
  /** What the button says. */
  action: string;
  busy: boolean;
  /** Who may not sign: who took the step before. */
  not?: string;
  onSign(principal: string): void;
}

export function Signature({ action, busy, not, onSign }: SignatureProps) {
  const words = useFinanceWords();
  const id = useId();
  const [principal, setPrincipal] = useState("");
  const [problem, setProblem] = useState("");
  const sign = (event: Event) => {
    event.preventDefault();
    const name = principal.trim();
    const found = name === "" ? words.nameMissing : name === not ? words.same : "";
    setProblem(found);
    if (found === "") onSign(name);
  };
  return (
    <form class="row signature" noValidate onSubmit={sign}>
      <label class="field">{words.principal}
        <input value={principal} autocomplete="username" aria-invalid={problem !== ""} aria-describedby={id}
          onInput={(event) => setPrincipal(event.currentTarget.value)} />
      </label>
      <button type="submit" class="main" disabled={busy}>{action}</button>
      <p id={id} class="problem" role="alert">{problem}</p>
    </form>
  );
}
