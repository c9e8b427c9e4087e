//! The form's inputs: each knows its place in the document, shows what stands there and what is wrong with it.
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { listAt, problemsAt } from "./document.ts";
import type { Json, Problem } from "./document.ts";
import { useDraft, useText } from "./draft.ts";
import { useReportWords } from "./words.ts";

interface Placed {
  place: string;
  label: string;
}

export interface TextInputProps extends Placed {
  hint?: string;
  type?: "text" | "time" | "date" | "url";
  /** Names that are offered while typing. */
  offers?: string[];
}

export function TextInput({ place, label, hint, type = "text", offers }: TextInputProps) {
  const { text, problems, setText } = useText(place);
  const id = useId();
  return (
    <label class="field"><span>{label}{hint && <small> {hint}</small>}</span>
      <input type={type} value={text} list={offers && `${id}l`} aria-invalid={problems.length > 0} aria-describedby={id}
        onInput={(event) => setText(event.currentTarget.value)} />
      {offers && <datalist id={`${id}l`}>{offers.map((offer) => <option key={offer} value={offer} />)}</datalist>}
      <Problems id={id} problems={problems} />
    </label>
  );
}

export function NumberInput({ place, label, min, max, hint }: Placed & { min: number; max: number; hint?: string }) {
  const { set } = useDraft();
  const { text, problems } = useText(place);
  const id = useId();
  const change = (text: string) => set(place, text === "" ? undefined : Number(text));
  return (
    <label class="field"><span>{label}{hint && <small> {hint}</small>}</span>
      <input type="number" value={text} min={min} max={max} aria-invalid={problems.length > 0} aria-describedby={id}
        onInput={(event) => change(event.currentTarget.value)} />
      <Problems id={id} problems={problems} />
    </label>
  );
}

export interface SelectInputProps extends Placed {
  options: { value: string; text: string }[];
  /** What nothing chosen is called; without it something must be chosen. */
  none?: string;
  /** Called instead of setting the text, where a choice changes more. */
  onChoose?(value: string): void;
}

export function SelectInput({ place, label, options, none, onChoose }: SelectInputProps) {
  const { text, problems, setText } = useText(place);
  const id = useId();
  const known = text === "" || options.some(({ value }) => value === text);
  return (
    <label class="field"><span>{label}</span>
      <select value={text} aria-invalid={problems.length > 0} aria-describedby={id} onChange={(event) => (onChoose ?? setText)(event.currentTarget.value)}>
        {(none !== undefined || text === "") && <option value="">{none ?? ""}</option>}
        {!known && <option value={text}>{text}</option>}
        {options.map(({ value, text }) => <option key={value} value={value}>{text}</option>)}
      </select>
      <Problems id={id} problems={problems} />
    </label>
  );
}

/** Several of a few, as a list in the order in which they are offered. */
export function Checks({ place, label, options }: Placed & { options: { value: string; text: string }[] }) {
  const { document, set, problems } = useDraft();
  const chosen = listAt(document, place).map(String);
  const toggle = (value: string, on: boolean) => {
    const next = options.map((option) => option.value).filter((one) => (one === value ? on : chosen.includes(one)));
    set(place, next.length === 0 ? undefined : next);
  };
  return (
    <fieldset class="checks">
      <legend>{label}</legend>
      {options.map(({ value, text }) => (
        <label key={value}><input type="checkbox" checked={chosen.includes(value)} onChange={(event) => toggle(value, event.currentTarget.checked)} /> {text}</label>
      ))}
      <Problems problems={problemsAt(problems, place)} />
    </fieldset>
  );
}

/** Texts separated by commas, as a list. */
export function ListInput({ place, label }: Placed) {
  const { document, set, problems } = useDraft();
  const id = useId();
  const found = problemsAt(problems, place);
  const change = (text: string) => set(place, text === "" ? undefined : text.split(",").map((one) => one.trim()));
  return (
    <label class="field"><span>{label}</span>
      <input defaultValue={listAt(document, place).join(", ")} aria-invalid={found.length > 0} aria-describedby={id}
        onInput={(event) => change(event.currentTarget.value)} />
      <Problems id={id} problems={found} />
    </label>
  );
}

export interface RowsProps extends Placed {
  add: string;
  /** What a new row holds. */
  fresh: Json;
  max: number;
  children(place: string): ComponentChildren;
}

/** A list of objects: a line of inputs each, one more at the end, and a way to take each away. */
export function Rows({ place, label, add, fresh, max, children }: RowsProps) {
  const words = useReportWords();
  const { document, set, problems } = useDraft();
  const rows = listAt(document, place);
  return (
    <fieldset class="rows">
      <legend>{label}</legend>
      {rows.map((_, at) => {
        const of = `${place}[${at}]`;
        return (
          <div key={at} class="line">
            {children(of)}
            <button type="button" class="quiet" aria-label={`${words.removeRow}: ${label} ${at + 1}`} onClick={() => set(of, undefined)}>✕</button>
            <Problems problems={problemsAt(problems, of)} />
          </div>
        );
      })}
      <Problems problems={problemsAt(problems, place)} />
      {rows.length < max && <button type="button" onClick={() => set(`${place}[${rows.length}]`, fresh)}>+ {add}</button>}
    </fieldset>
  );
}

/** What is wrong, what to do about it. */
export function Problems({ id, problems }: { id?: string; problems: Problem[] }) {
  return (
    <span id={id} class="problem" lang="en" role={problems.length > 0 ? "alert" : undefined}>
      {problems.map(({ message, cure }) => (cure ? `${message}: ${cure}` : message)).join("; ")}
    </span>
  );
}
