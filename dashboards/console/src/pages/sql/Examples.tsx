//! Questions for somebody who has never asked here before.
import { hrefOf } from "../../router.ts";
import { useLanguage } from "../../words/index.ts";
import { ASKERS, EXAMPLES } from "./examples.ts";
import type { Asker, Example } from "./examples.ts";
import { useSqlWords } from "./words.ts";

export interface ExamplesProps {
  onChoose(example: Example): void;
}

export function Examples({ onChoose }: ExamplesProps) {
  const words = useSqlWords();
  const language = useLanguage();
  return (
    <section class="sql-examples" aria-labelledby="sql-examples">
      <h2 id="sql-examples">{words.examplesTitle}</h2>
      <p>{words.examplesLead}</p>
      <div class="sql-askers">
        {(Object.keys(ASKERS) as Asker[]).map((asker) => (
          <section key={asker}>
            <h3>{ASKERS[asker][language]}</h3>
            <ul>
              {EXAMPLES.filter((example) => example.asker === asker).map((example) => (
                <li key={example.sql}><button type="button" onClick={() => onChoose(example)}>{example.question[language]}</button></li>
              ))}
            </ul>
          </section>
        ))}
      </div>
      <p class="soft">{words.examplesOwn} <a href={hrefOf("catalog")}>{words.openCatalog}</a></p>
    </section>
  );
}
