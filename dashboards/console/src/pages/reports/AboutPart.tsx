//! What the report is called, whose rights it has, and in which language and zone it speaks.
import { useCities } from "../../shell/place.ts";
import { LANGUAGES } from "../../words/index.ts";
import { SelectInput, TextInput } from "./inputs.tsx";
import { useReportWords } from "./words.ts";

/** `isNew` is false of a saved report: its name is its address and stays. */
export function AboutPart({ isNew }: { isNew: boolean }) {
  const words = useReportWords();
  const cities = useCities();
  const zones = ["UTC", ...cities.map(({ city }) => city), ...new Set(cities.map(({ time_zone }) => time_zone))];
  return (
    <section class="sheet">
      <h2>{words.about}</h2>
      <div class="line">
        {isNew && <TextInput place="name" label={words.name} hint={words.nameHint} />}
        <TextInput place="owner" label={words.owner} hint={words.ownerHint} />
        <TextInput place="zone" label={words.zone} hint={words.zoneHint} offers={zones} />
        <SelectInput place="language" label={words.fileLanguage} none={words.default}
          options={LANGUAGES.map(({ language, name }) => ({ value: language, text: name }))} />
      </div>
      <div class="line">
        <TextInput place="title.en" label={words.titleEn} />
        <TextInput place="title.zh-Hant" label={words.titleHant} />
        <TextInput place="title.zh-Hans" label={words.titleHans} />
        <TextInput place="note.en" label={words.note} />
      </div>
    </section>
  );
}
