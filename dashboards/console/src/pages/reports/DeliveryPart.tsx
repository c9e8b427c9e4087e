//! How the report is shown, as which files, when it comes and where to.
import { textAt } from "./document.ts";
import { outputsOf, useDraft } from "./draft.ts";
import { Checks, NumberInput, Rows, SelectInput, TextInput } from "./inputs.tsx";
import { named, useReportWords, worded, wordOf } from "./words.ts";

const FORMATS = ["xlsx", "csv", "excel-csv", "pdf", "png"];

export function ShownPart() {
  const words = useReportWords();
  const { document, set } = useDraft();
  const kind = textAt(document, "visual.kind") || "table";
  const outputs = named(outputsOf(document));
  // A report of the platform looks as it does, and is no picture.
  const isOwn = textAt(document, "report") === "";
  const formats = FORMATS.filter((format) => isOwn || format !== "png");
  return (
    <section class="sheet">
      <h2>{words.shown}</h2>
      {isOwn && <div class="line">
        <SelectInput place="visual.kind" label={words.visual} none={words.table} onChoose={(kind) => set("visual", kind === "" ? undefined : { kind })}
          options={worded(words, ["line", "bar"])} />
        {kind !== "table" && <SelectInput place="visual.x" label={words.x} options={outputs} />}
        {kind !== "table" && <SelectInput place="visual.series" label={words.series} none={words.none} options={outputs} />}
        {kind !== "table" && <Checks place="visual.y" label={words.y} options={outputs} />}
      </div>}
      <Checks place="formats" label={words.formats} options={formats.map((value) => ({ value, text: wordOf(words, `form_${value}`) }))} />
    </section>
  );
}

const DAYS = Array.from({ length: 31 }, (_, at) => String(at + 1));

const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

export function SchedulePart() {
  const words = useReportWords();
  const { document, set } = useDraft();
  const every = textAt(document, "schedule.every");
  const at = textAt(document, "schedule.at") || "08:00";
  const fresh = { day: {}, week: { days: ["monday"] }, month: { day: "1" } };
  const choose = (every: string) => set("schedule", every === "" ? undefined : { every, at, ...fresh[every as keyof typeof fresh] });
  return (
    <section class="sheet">
      <h2>{words.delivery}</h2>
      <div class="line">
        <SelectInput place="schedule.every" label={words.scheduleEvery} none={words.never} onChoose={choose}
          options={[
            { value: "day", text: words.every_day },
            { value: "week", text: words.every_week },
            { value: "month", text: words.every_month },
          ]} />
        {every === "month" && <SelectInput place="schedule.day" label={words.day} options={[
          { value: "first-working-day", text: words.on_first_working_day },
          { value: "last-working-day", text: words.on_last_working_day },
          { value: "last", text: words.on_last },
          ...named(DAYS),
        ]} />}
        {every !== "" && <TextInput type="time" place="schedule.at" label={words.at} />}
        {every !== "" && <NumberInput place="schedule.catch_up" label={words.catchUp} min={0} max={31} />}
      </div>
      {every === "week" && <Checks place="schedule.days" label={words.days} options={worded(words, WEEKDAYS)} />}
      <Rows place="destinations" label={words.destinations} add={words.addDestination} fresh={{ kind: "folder" }} max={5}>{(place) => <DestinationLine place={place} />}</Rows>
    </section>
  );
}

function DestinationLine({ place }: { place: string }) {
  const words = useReportWords();
  const { document, set } = useDraft();
  const kind = textAt(document, `${place}.kind`);
  return (
    <>
      <SelectInput place={`${place}.kind`} label={words.destinationKind} onChoose={(kind) => set(place, { kind })}
        options={[{ value: "folder", text: words.kindFolder }, { value: "webhook", text: words.kindWebhook }]} />
      {kind === "folder" && <TextInput place={`${place}.folder`} label={words.folder} />}
      {kind === "webhook" && <>
        <TextInput type="url" place={`${place}.url`} label={words.url} />
        <TextInput place={`${place}.secret_env`} label={words.secretEnv} hint="TIDEMARK_WEBHOOK_…" />
        <TextInput place={`${place}.secret_file`} label={words.secretFile} />
      </>}
    </>
  );
}
