//! The quality of the data: each stream by aspect, KPIs by city, and the relations behind.
import { useQuery } from "../../api/use.ts";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { useWords } from "../../words/index.ts";
import { Cities } from "./Cities.tsx";
import { inOrder, SUMMARY, VIEWS_SQL } from "./queries.ts";
import { Summary } from "./Summary.tsx";
import { Views } from "./Views.tsx";
import { useQualityWords } from "./words.ts";

export default function Quality() {
  const shell = useWords();
  const words = useQualityWords();
  const { rows, error, reload } = useQuery(VIEWS_SQL);
  const views = rows?.rows.map(([name]) => String(name));
  return (
    <>
      <h1>{shell.quality}</h1>
      {error && <ErrorNotice error={error} onRetry={reload} />}
      {!views && !error && <Loading />}
      {views?.includes(SUMMARY) && <Summary />}
      <Cities />
      {views?.length === 0 && <Empty title={words.noViews} hint={words.noViewsHint} />}
      {views && views.length > 0 && <Views views={inOrder(views.filter((view) => view !== SUMMARY))} />}
    </>
  );
}
