//! The page `reports`: a month's reports to take away, and saved reports with their form.
import { Tabs } from "../../parts/Tabs.tsx";
import { useParameter, useRoute } from "../../router.ts";
import { useWords } from "../../words/index.ts";
import { NewReport, SavedList, SavedReport } from "./Saved.tsx";
import { Standard } from "./Standard.tsx";
import { useReportWords } from "./words.ts";

export default function Page() {
  const title = useWords().reports;
  const words = useReportWords();
  const [view, setView] = useParameter("view", "standard");
  const [name] = useRoute().rest;
  if (name !== undefined) return <SavedReport key={name} name={name} />;
  if (view === "new") return <NewReport />;
  return (
    <>
      <h1>{title}</h1>
      <p class="soft">{words.intro}</p>
      <Tabs label={words.tabs} chosen={view === "saved" ? "saved" : "standard"} onChoose={setView}
        tabs={[{ id: "standard", title: words.view_standard }, { id: "saved", title: words.view_saved }]}>
        {view === "saved" ? <SavedList /> : <Standard />}
      </Tabs>
    </>
  );
}
