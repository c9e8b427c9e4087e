//! The page `rules`: what the rule engine is told, and how accurate rules read.
import { Tabs } from "../../parts/Tabs.tsx";
import { useParameter, useRoute } from "../../router.ts";
import { useWords } from "../../words/index.ts";
import { Accuracy } from "./Accuracy.tsx";
import { Feedback } from "./Feedback.tsx";
import { Message } from "./Message.tsx";
import { useRuleWords } from "./words.ts";

export default function Page() {
  const title = useWords().rules;
  const words = useRuleWords();
  const [view, setView] = useParameter("view", "feedback");
  const [id] = useRoute().rest;
  if (id !== undefined) return <Message key={id} id={id} />;
  return (
    <>
      <h1>{title}</h1>
      <p class="soft">{words.intro}</p>
      <Tabs label={words.tabs} chosen={view} onChoose={setView} tabs={(["feedback", "accuracy"] as const).map((id) => ({ id, title: words[id] }))}>
        {view === "accuracy" ? <Accuracy /> : <Feedback />}
      </Tabs>
    </>
  );
}
