//! What of the KPIs is shown: span, up to when, which ones.
import type { Grain } from "../../kpis/catalogue.ts";
import { Chooser } from "../../parts/Chooser.tsx";
import { useParameter } from "../../router.ts";
import { GRAINS } from "../../kpis/buckets.ts";
import { useKpiWords } from "./words.ts";

export function Choosers() {
  const words = useKpiWords();
  const [find, setFind] = useParameter("find");
  const [only, setOnly] = useParameter("only");
  return (
    <div class="row choosers-of-page">
      <SpanChoosers />
      <Chooser
        label={words.only}
        value={only}
        onChoose={setOnly}
        options={[
          { value: "", text: words.everything },
          { value: "attention", text: words.attention },
        ]}
      />
      <label class="chooser">
        <span>{words.find}</span>
        <input
          type="search"
          value={find}
          placeholder={words.find}
          data-search
          onInput={(event) => setFind(event.currentTarget.value)}
        />
      </label>
    </div>
  );
}

/** The choosers that the page of one KPI has too: of the spans that it has, and the one that is shown. */
export function SpanChoosers({ grains = GRAINS, chosen }: { grains?: Grain[]; chosen?: Grain }) {
  const words = useKpiWords();
  const [grain, setGrain] = useParameter("grain", "day");
  const [upTo, setUpTo] = useParameter("upto");
  return (
    <>
      <Chooser
        label={words.grain}
        value={chosen ?? grain}
        onChoose={setGrain}
        options={grains.map((grain) => ({ value: grain, text: words[grain] }))}
      />
      <Chooser
        label={words.until}
        value={upTo}
        onChoose={setUpTo}
        options={[
          { value: "", text: words.complete },
          { value: "now", text: words.soFar },
        ]}
      />
    </>
  );
}
