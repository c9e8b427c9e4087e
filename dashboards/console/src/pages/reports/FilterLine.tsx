//! A condition: a column, how it is compared, and with what.
import { textAt } from "./document.ts";
import { useColumns, useDraft } from "./draft.ts";
import { ListInput, NumberInput, SelectInput, TextInput } from "./inputs.tsx";
import { holdsOf, operatorsOf, wants } from "./offers.ts";
import { named, useReportWords, worded, wordOf } from "./words.ts";

export function FilterLine({ place }: { place: string }) {
  const words = useReportWords();
  const { document, set } = useDraft();
  const columns = useColumns();
  const operator = textAt(document, `${place}.operator`);
  const holds = holdsOf(columns.find(({ name }) => name === textAt(document, `${place}.column`))?.type);
  // What the condition before wanted does not suit the next.
  const choose = (operator: string) => set(place, {
    column: textAt(document, `${place}.column`),
    operator,
    ...(wants(operator) === "period" ? { period: { kind: "last", count: 7, unit: "day" } } : {}),
  });
  return (
    <>
      <SelectInput place={`${place}.column`} label={words.column} options={named(columns.map(({ name }) => name))} />
      <SelectInput place={`${place}.operator`} label={words.operator} options={worded(words, operatorsOf(holds))} onChoose={choose} />
      <Compared place={place} wanted={operator === "" ? "nothing" : wants(operator)} isBoolean={holds === "boolean"} />
    </>
  );
}

function Compared({ place, wanted, isBoolean }: { place: string; wanted: ReturnType<typeof wants>; isBoolean: boolean }) {
  const words = useReportWords();
  const { set } = useDraft();
  switch (wanted) {
    case "two": return (
      <>
        <TextInput place={`${place}.values[0]`} label={words.from} />
        <TextInput place={`${place}.values[1]`} label={words.until} />
      </>
    );
    case "list": return <ListInput place={`${place}.values`} label={words.values} />;
    case "period": return <PeriodInputs place={`${place}.period`} />;
    case "value": return isBoolean
      ? <SelectInput place={`${place}.value`} label={words.value} onChoose={(value) => set(`${place}.value`, value === "true")}
          options={[{ value: "true", text: words.yes }, { value: "false", text: words.no }]} />
      : <TextInput place={`${place}.value`} label={words.value} />;
    default: return null;
  }
}

const UNITS = ["hour", "day", "week", "month", "quarter", "year"];

function PeriodInputs({ place }: { place: string }) {
  const words = useReportWords();
  const { document, set } = useDraft();
  const kind = textAt(document, `${place}.kind`);
  const unit = textAt(document, `${place}.unit`) || "day";
  const choose = (kind: string) => set(place, kind === "days" ? { kind } : { kind, unit, ...(kind === "last" ? { count: 7 } : {}) });
  return (
    <>
      <SelectInput place={`${place}.kind`} label={words.period} onChoose={choose}
        options={[...worded(words, ["last", "previous", "this"]), { value: "days", text: words.fixed }]} />
      {kind === "last" && <NumberInput place={`${place}.count`} label={words.count} min={1} max={1000} />}
      {kind !== "days" && <SelectInput place={`${place}.unit`} label={words.unit} options={unitOptions(words, UNITS)} />}
      {kind === "days" && <TextInput type="date" place={`${place}.first`} label={words.firstDay} />}
      {kind === "days" && <TextInput type="date" place={`${place}.last`} label={words.lastDay} />}
    </>
  );
}

/** Units of time by name; those whose name is also a heading's have a word of their own. */
export function unitOptions(words: ReturnType<typeof useReportWords>, units: string[]): { value: string; text: string }[] {
  return units.map((value) => ({ value, text: value === "day" ? words.day_ : value === "month" ? words.month_ : wordOf(words, value) }));
}
