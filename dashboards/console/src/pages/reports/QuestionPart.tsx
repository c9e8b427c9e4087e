//! What the report asks: a relation, with rows or groups with figures, conditions and order; or which report of the
//! platform it is, and for which cities.
import { useState } from "preact/hooks";
import { useCities } from "../../shell/place.ts";
import { useLanguage } from "../../words/index.ts";
import { asReport, listAt, textAt } from "./document.ts";
import { outputsOf, useColumns, useDraft } from "./draft.ts";
import { FilterLine, unitOptions } from "./FilterLine.tsx";
import { Checks, NumberInput, Rows, SelectInput, TextInput } from "./inputs.tsx";
import { columnsFor, holdsOf } from "./offers.ts";
import { KINDS } from "./standard.ts";
import { named, useReportWords, worded, wordOf } from "./words.ts";

export function QuestionPart() {
  const words = useReportWords();
  const { document, set } = useDraft();
  const report = textAt(document, "report");
  return (
    <section class="sheet">
      <h2>{words.question}</h2>
      <div class="line">
        <SelectInput place="report" label={words.content} none={words.ownQuestion} onChoose={(report) => set("", asReport(document, report))}
          options={KINDS.map((value) => ({ value, text: wordOf(words, `kind_${value}`) }))} />
      </div>
      {report === "" ? <OwnQuestion /> : <PlatformReport kind={report} />}
    </section>
  );
}

/** A report of the platform says itself what it asks: the cities that get one each are left to choose. */
function PlatformReport({ kind }: { kind: string }) {
  const words = useReportWords();
  const language = useLanguage();
  const cities = useCities().map(({ city, names }) => ({ value: city, text: names[language] }));
  return (
    <>
      <p>{wordOf(words, `about_${kind}`)} {words.ofMonthBefore}</p>
      <Checks place="cities" label={words.perCity} options={cities} />
    </>
  );
}

function OwnQuestion() {
  const words = useReportWords();
  const { document, set, relations } = useDraft();
  const hasFigures = listAt(document, "aggregations").length + listAt(document, "group_by").length > 0;
  const [isGrouped, setGrouped] = useState(hasFigures);
  const choose = (mode: string) => {
    setGrouped(mode === "groups");
    // Either rows as they are or figures: never both.
    set(mode === "groups" ? "columns" : "aggregations", undefined);
    if (mode !== "groups") set("group_by", undefined);
  };
  return (
    <>
      <div class="line">
        <SelectInput place="source" label={words.source} options={named(relations.keys())} />
        <label class="field">{words.mode}
          <select value={isGrouped ? "groups" : "rows"} onChange={(event) => choose(event.currentTarget.value)}>
            <option value="rows">{words.modeRows}</option>
            <option value="groups">{words.modeGroups}</option>
          </select>
        </label>
        <NumberInput place="limit" label={words.limit} min={1} max={1_000_000} hint="10000" />
      </div>
      <Rows place="filters" label={words.filters} add={words.addFilter} fresh={{ operator: "equals" }} max={20}>{(place) => (
        <FilterLine place={place} />
      )}</Rows>
      {isGrouped ? <Figures /> : <Columns />}
      <Rows place="order" label={words.orders} add={words.addOrder} fresh={{ direction: "ascending" }} max={5}>{(place) => (
        <>
          <SelectInput place={`${place}.by`} label={words.by} options={named(outputsOf(document))} />
          <SelectInput place={`${place}.direction`} label={words.direction} none={words.default} options={worded(words, ["ascending", "descending"])} />
        </>
      )}</Rows>
    </>
  );
}

function Columns() {
  const words = useReportWords();
  const columns = useColumns();
  return (
    <Rows place="columns" label={words.columns} add={words.addColumn} fresh={{}} max={50}>{(place) => (
      <>
        <SelectInput place={`${place}.column`} label={words.column} options={named(columns.map(({ name }) => name))} />
        <TextInput place={`${place}.title.en`} label={words.titleEn} />
        <TextInput place={`${place}.title.zh-Hant`} label={words.titleHant} />
        <TextInput place={`${place}.title.zh-Hans`} label={words.titleHans} />
      </>
    )}</Rows>
  );
}

const GRAINS = { instant: ["hour", "day", "week", "month", "quarter", "year"], date: ["day", "week", "month", "quarter", "year"] };

function Figures() {
  const words = useReportWords();
  return (
    <>
      <Rows place="group_by" label={words.groups} add={words.addGroup} fresh={{}} max={5}>{(place) => <GroupLine place={place} />}</Rows>
      <Rows place="aggregations" label={words.aggregations} add={words.addAggregation} fresh={{ function: "count" }} max={20}>{(place) => (
        <FigureLine place={place} />
      )}</Rows>
    </>
  );
}

function GroupLine({ place }: { place: string }) {
  const words = useReportWords();
  const { document } = useDraft();
  const columns = useColumns();
  const holds = holdsOf(columns.find(({ name }) => name === textAt(document, `${place}.column`))?.type);
  return (
    <>
      <SelectInput place={`${place}.column`} label={words.column} options={named(columns.map(({ name }) => name))} />
      {(holds === "instant" || holds === "date") && (
        <SelectInput place={`${place}.grain`} label={words.grain} none={holds === "date" ? words.none : undefined} options={unitOptions(words, GRAINS[holds])} />
      )}
      <TextInput place={`${place}.name`} label={words.outputName} />
      <TextInput place={`${place}.title.en`} label={words.titleEn} />
    </>
  );
}

const FUNCTIONS = ["count", "count_distinct", "sum", "avg", "min", "max", "median", "percentile", "ratio"];

function FigureLine({ place }: { place: string }) {
  const words = useReportWords();
  const { document, set } = useDraft();
  const columns = useColumns();
  const chosen = textAt(document, `${place}.function`);
  const figures = listAt(document, "aggregations").map((_, at) => textAt(document, `aggregations[${at}].name`));
  const others = figures.filter((name) => name !== "" && name !== textAt(document, `${place}.name`));
  // Members that belong to another function would be refused.
  const choose = (chosen: string) => set(place, {
    name: textAt(document, `${place}.name`),
    function: chosen,
    ...(chosen === "percentile" ? { percent: 95 } : {}),
    ...(chosen === "ratio" ? { shown_as: "share" } : {}),
  });
  return (
    <>
      <TextInput place={`${place}.name`} label={words.outputName} />
      <SelectInput place={`${place}.function`} label={words.function} onChoose={choose}
        options={FUNCTIONS.map((value) => ({ value, text: value === "count" ? words.count_ : wordOf(words, value) }))} />
      {chosen !== "count" && chosen !== "ratio" && (
        <SelectInput place={`${place}.column`} label={words.column} options={named(columnsFor(chosen, columns).map(({ name }) => name))} />
      )}
      {chosen === "percentile" && <NumberInput place={`${place}.percent`} label={words.percent} min={1} max={99} />}
      {chosen === "ratio" && <>
        <SelectInput place={`${place}.numerator`} label={words.numerator} options={named(others)} />
        <SelectInput place={`${place}.denominator`} label={words.denominator} options={named(others)} />
        <SelectInput place={`${place}.shown_as`} label={words.shownAs} none={words.default} options={worded(words, ["share", "number"])} />
      </>}
      <TextInput place={`${place}.title.en`} label={words.titleEn} />
      {chosen !== "ratio" && (
        <Rows place={`${place}.filters`} label={words.onlyWhere} add={words.addCondition} fresh={{ operator: "equals" }} max={5}>{(place) => (
          <FilterLine place={place} />
        )}</Rows>
      )}
    </>
  );
}
