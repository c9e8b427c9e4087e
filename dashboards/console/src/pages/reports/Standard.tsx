//! A month's report to take away: which one, of which month and city, in which language and form.
import { useState } from "preact/hooks";
import { asApiError } from "../../api/errors.ts";
import type { ApiError } from "../../api/errors.ts";
import { useQuery } from "../../api/use.ts";
import { formatValue } from "../../format/numbers.ts";
import { formatMonth } from "../../format/times.ts";
import { Chooser } from "../../parts/Chooser.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice, Notice } from "../../parts/Notice.tsx";
import { useParameter } from "../../router.ts";
import { useCities, useCity } from "../../shell/place.ts";
import { fill, LANGUAGES, useLanguage, useWords } from "../../words/index.ts";
import { fetchReport, FORMS, keepFile, KINDS } from "./standard.ts";
import type { Made } from "./standard.ts";
import { useReportWords, wordOf } from "./words.ts";

const MONTHS_SQL = "SELECT DISTINCT substr(CAST(bucket AS VARCHAR), 1, 7) AS month FROM kpi_monthly WHERE kpi = 'invoices_settled' ORDER BY 1 DESC";

export function Standard() {
  const words = useReportWords();
  const answer = useQuery(MONTHS_SQL);
  if (answer.error) return <ErrorNotice error={answer.error} onRetry={answer.reload} />;
  if (!answer.rows) return <Loading />;
  const months = answer.rows.rows.map(([month]) => String(month));
  return months.length === 0 ? <Empty title={words.noMonths} /> : <Form months={months} />;
}

function Form({ months }: { months: string[] }) {
  const words = useReportWords();
  const allCities = useWords().allCities;
  const language = useLanguage();
  const cities = useCities();
  const [city, setCity] = useCity();
  const [kind, setKind] = useParameter("kind", "cost-allocation");
  // The month that is over is the one that reports are mostly wanted of.
  const [month, setMonth] = useParameter("month", months[1] ?? months[0]);
  const [spoken, setSpoken] = useParameter("language", language);
  const [form, setForm] = useParameter("form", "xlsx");
  const [made, setMade] = useState<Made>();
  const [error, setError] = useState<ApiError>();
  const [busy, setBusy] = useState(false);
  const download = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setMade(undefined);
    setError(undefined);
    try {
      const file = await fetchReport({ kind, month, city, language: spoken, form });
      keepFile(file);
      setMade(file);
    } catch (thrown) {
      setError(asApiError(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="sheet" onSubmit={download}>
      <div class="filters">
        <Chooser label={words.kind} value={kind} onChoose={setKind} options={KINDS.map((value) => ({ value, text: wordOf(words, `kind_${value}`) }))} />
        <Chooser label={words.month} value={month} onChoose={setMonth} options={months.map((value) => ({ value, text: formatMonth(value, language) }))} />
        <Chooser label={words.city} value={city} onChoose={setCity}
          options={[{ value: "", text: allCities }, ...cities.map(({ city, names }) => ({ value: city, text: names[language] }))]} />
        <Chooser label={words.language} value={spoken} onChoose={setSpoken}
          options={LANGUAGES.map(({ language, name }) => ({ value: language, text: name, lang: language }))} />
        <Chooser label={words.form} value={form} onChoose={setForm} options={FORMS.map((value) => ({ value, text: wordOf(words, `form_${value}`) }))} />
      </div>
      <p>{wordOf(words, `about_${kind}`)}</p>
      <p><button type="submit" class="main" disabled={busy}>{busy ? `${words.working}…` : words.download}</button></p>
      <div role="status">{made && <Notice level="ok" title={fill(words.made, { file: made.name, size: formatValue(made.bytes.size, "bytes", language) })} />}</div>
      {error && <ErrorNotice error={error} />}
    </form>
  );
}
