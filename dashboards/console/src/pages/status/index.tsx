//! The platform's state: readiness, streams, what is wrong, dead letters, tables, jobs, queries.
import { Tabs } from "../../parts/Tabs.tsx";
import { useParameter } from "../../router.ts";
import { useWords } from "../../words/index.ts";
import { DeadLetters } from "./DeadLetters.tsx";
import { Jobs } from "./Jobs.tsx";
import { Now } from "./Now.tsx";
import { Queries } from "./Queries.tsx";
import { Readiness } from "./Readiness.tsx";
import { Tables } from "./Tables.tsx";
import { useStatusWords } from "./words.ts";

export default function Status() {
  const shell = useWords();
  const words = useStatusWords();
  const [section, setSection] = useParameter("section", "now");
  const tabs = (["now", "letters", "tables", "jobs", "queries"] as const).map((id) => ({ id, title: words[id] }));
  const chosen = tabs.find(({ id }) => id === section)?.id ?? "now";
  return (
    <>
      <h1>{shell.status}</h1>
      <Readiness />
      <Tabs label={words.sections} tabs={tabs} chosen={chosen} onChoose={setSection}>
        {chosen === "now" && <Now />}
        {chosen === "letters" && <DeadLetters />}
        {chosen === "tables" && <Tables />}
        {chosen === "jobs" && <Jobs />}
        {chosen === "queries" && <Queries />}
      </Tabs>
    </>
  );
}
