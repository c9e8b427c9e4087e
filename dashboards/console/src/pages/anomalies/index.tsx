//! The page `anomalies`: the list, or the one that the address names.
import { useRoute } from "../../router.ts";
import { useWords } from "../../words/index.ts";
import { Detail } from "./Detail.tsx";
import { List } from "./List.tsx";
import { useAnomalyWords } from "./words.ts";

export default function Page() {
  const title = useWords().anomalies;
  const words = useAnomalyWords();
  const [id] = useRoute().rest;
  if (id !== undefined) return <Detail key={id} id={id} />;
  return (
    <>
      <h1>{title}</h1>
      <p class="soft">{words.intro}</p>
      <List />
    </>
  );
}
