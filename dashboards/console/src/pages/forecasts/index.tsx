//! The page `forecasts`: the outlook, how good it was, capacity and experiments.
import { Tabs } from "../../parts/Tabs.tsx";
import { useParameter } from "../../router.ts";
import { useWords } from "../../words/index.ts";
import { Capacity } from "./Capacity.tsx";
import { Experiments } from "./Experiments.tsx";
import { OutlookView } from "./OutlookView.tsx";
import { Scores } from "./Scores.tsx";
import { useForecastWords } from "./words.ts";

const VIEWS = { outlook: OutlookView, scores: Scores, capacity: Capacity, experiments: Experiments };
type View = keyof typeof VIEWS;

export default function Page() {
  const title = useWords().forecasts;
  const words = useForecastWords();
  const [chosen, choose] = useParameter("view", "outlook");
  const view: View = chosen in VIEWS ? (chosen as View) : "outlook";
  const Shown = VIEWS[view];
  return (
    <>
      <h1>{title}</h1>
      <p class="soft">{words.intro}</p>
      <Tabs label={words.tabs} chosen={view} onChoose={choose} tabs={(Object.keys(VIEWS) as View[]).map((id) => ({ id, title: words[id] }))}>
        <Shown />
      </Tabs>
    </>
  );
}
