//! A labelled choice of one of a few.

export interface Option {
  value: string;
  text: string;
  /** BCP 47, where the text is of another language than the page. */
  lang?: string;
}

export interface ChooserProps {
  label: string;
  value: string;
  options: Option[];
  onChoose(value: string): void;
}

export function Chooser({ label, value, options, onChoose }: ChooserProps) {
  // A value of the address that is no option (a city not yet known) must not look like another.
  const known = options.some((option) => option.value === value);
  return (
    <label class="chooser">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        {!known && <option value={value}>{value}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value} lang={option.lang}>
            {option.text}
          </option>
        ))}
      </select>
    </label>
  );
}
