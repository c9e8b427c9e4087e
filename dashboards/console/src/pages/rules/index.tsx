//! The page `rules`: what the rule engine is told, how accurate rules read, and how the loop stands.
import { Tabs } from "../../parts/Tabs.tsx";
import { useParameter, useRoute } from "../../router.ts";
import { useWords } from "../../words/index.ts";
import { Accuracy } from "./Accuracy.tsx";
import { Feedback } from "./Feedback.tsx";
import { Message } from "./Message.tsx";
import { Standing } from "./Standing.tsx";
import { useRuleWords } from "./words.ts";

const VIEWS = ["feedback", "standing", "accuracy"] as const;

const SHOWN = { feedback: Feedback, standing: Standing, accuracy: Accuracy };

export default function Page() {
  const title = useWords().rules;
  const words = useRuleWords();
  const [wanted, setView] = useParameter("view", "feedback");
  const view = VIEWS.find((one) => one === wanted) ?? "feedback";
  const [id] = useRoute().rest;
  if (id !== undefined) return <Message key={id} id={id} />;
  const View = SHOWN[view];
  return (
    <>
      <h1>{title}</h1>
      <p class="soft">{words.intro}</p>
      <Tabs label={words.tabs} chosen={view} onChoose={setView} tabs={VIEWS.map((id) => ({ id, title: words[id] }))}>
        <View />
      </Tabs>
    </>
  );
}
