//! The page `finance`: a month and its close, budgets, imports, adjustments; or one amount back to its events.
import { useQuery } from "../../api/use.ts";
import { formatMonth } from "../../format/times.ts";
import { Chooser } from "../../parts/Chooser.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { Tabs } from "../../parts/Tabs.tsx";
import { useParameter, useRoute } from "../../router.ts";
import { useLanguage, useWords } from "../../words/index.ts";
import { Adjustments } from "./Adjustments.tsx";
import { Budgets } from "./Budgets.tsx";
import { Imports } from "./Imports.tsx";
import { MonthView } from "./MonthView.tsx";
import { monthsOf, preferredMonth } from "./months.ts";
import { MONTHS_SQL } from "./queries.ts";
import { Trace } from "./Trace.tsx";
import { useFinanceWords, valueWord } from "./words.ts";

/** Months are closed by two people: what the other one did is seen so soon, in milliseconds. */
const EVERY_MS = 15_000;

const VIEWS = ["month", "budgets", "imports", "adjustments"];

export default function Page() {
  const { rest: [month, city, pool] } = useRoute();
  if (month && city && pool) return <Trace month={month} city={city} pool={pool} />;
  return <Overview />;
}

function Overview() {
  const title = useWords().finance;
  const words = useFinanceWords();
  const [view, setView] = useParameter("view", "month");
  return (
    <>
      <h1>{title}</h1>
      <p class="soft">{words.intro}</p>
      <Tabs label={words.tabs} chosen={VIEWS.includes(view) ? view : "month"} onChoose={setView}
        tabs={VIEWS.map((id) => ({ id, title: valueWord(words, "view", id) }))}>
        {view === "imports" ? <Imports /> : view === "adjustments" ? <Adjustments /> : <OfMonth view={view} />}
      </Tabs>
    </>
  );
}

function OfMonth({ view }: { view: string }) {
  const words = useFinanceWords();
  const language = useLanguage();
  const [chosen, setMonth] = useParameter("month");
  const answer = useQuery(MONTHS_SQL, { every: EVERY_MS });
  const months = answer.rows ? monthsOf(answer.rows) : [];
  const month = chosen || preferredMonth(months);
  const found = months.find((one) => one.month === month);
  const changed = () => {
    // The month that is shown stays, also where another one is now the next to close.
    setMonth(found?.month ?? "");
    answer.reload();
  };
  return (
    <>
      {answer.error && <ErrorNotice error={answer.error} onRetry={answer.reload} />}
      {!answer.rows && answer.loading && <Loading />}
      {answer.rows && months.length === 0 && <Empty title={words.noMonths} hint={words.noMonthsHint} />}
      {months.length > 0 && (
        <div class="filters">
          <Chooser label={words.month} value={month ?? ""} onChoose={setMonth}
            options={months.map(({ month, status }) => ({ value: month, text: `${formatMonth(month, language)} · ${valueWord(words, "status", status)}` }))} />
        </div>
      )}
      {view === "budgets" && month && <Budgets month={month} />}
      {view !== "budgets" && found && <MonthView key={found.month} month={found} months={months} onChanged={changed} />}
    </>
  );
}
