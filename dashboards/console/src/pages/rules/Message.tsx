//! One message to the rule engine: what is advised, on what evidence, and whether it was delivered.
import type { ComponentChildren } from "preact";
import { objects } from "../../api/rows.ts";
import type { Cell } from "../../api/rows.ts";
import { useQuery } from "../../api/use.ts";
import { formatCount, formatValue } from "../../format/numbers.ts";
import { formatMinute } from "../../format/times.ts";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { Sentence } from "../../parts/Sentence.tsx";
import { hrefOf } from "../../router.ts";
import { useZone } from "../../shell/place.ts";
import { fill, useLanguage } from "../../words/index.ts";
import { Advice } from "./Advice.tsx";
import { messageSql } from "./queries.ts";
import { useRuleWords, valueWord } from "./words.ts";

type Told = Record<string, Cell>;

export function Message({ id }: { id: string }) {
  const words = useRuleWords();
  const answer = useQuery(messageSql(id), { every: 15_000 });
  const told = answer.rows && objects(answer.rows)[0];
  return (
    <>
      <p><a href={hrefOf("rules")}>← {words.back}</a></p>
      {answer.error && <ErrorNotice error={answer.error} onRetry={answer.reload} />}
      {!answer.rows && answer.loading && <Loading />}
      {answer.rows && !told && <Empty title={words.unknown} hint={id} heading />}
      {told && <Shown told={told} />}
    </>
  );
}

function Shown({ told }: { told: Told }) {
  const words = useRuleWords();
  const text = (name: string) => String(told[name] ?? "");
  return (
    <>
      <h1>{valueWord(words, "type", text("type"))}: {text("rule_id")} <small>{text("rule_version")}</small></h1>
      <p class="row">{told["advice"] !== null && <Advice advice={text("advice")} />} <Delivery publishedAt={told["published_at"] ?? null} /></p>
      <div class="sides">
        <div>
          <section class="sheet">
            <h2>{words.reason}</h2>
            <p class="sentence"><Sentence text={text("reason")} /></p>
            <p><a href={hrefOf("rules", [], { view: "accuracy", rule: text("rule_id"), days: "90", least: "1" })}>{words.seeAccuracy}</a></p>
          </section>
          <section class="sheet">
            <h2>{words.event}</h2>
            <pre tabIndex={0}>{indented(text("event"))}</pre>
          </section>
        </div>
        <Evidence told={told} />
      </div>
    </>
  );
}

function Delivery({ publishedAt }: { publishedAt: Cell }) {
  const words = useRuleWords();
  const language = useLanguage();
  const zone = useZone();
  return <span>{publishedAt === null ? `◌ ${words.waiting}` : `✓ ${fill(words.delivered, { at: formatMinute(String(publishedAt), zone, language) })}`}</span>;
}

function Evidence({ told }: { told: Told }) {
  const words = useRuleWords();
  const language = useLanguage();
  const zone = useZone();
  const when = (cell: Cell) => formatMinute(String(cell), zone, language);
  const share = (cell: Cell) => formatValue(cell as number, "ratio", language);
  const count = (cell: Cell) => formatCount(String(cell), language);
  const facts: [string, Cell | undefined, (cell: Cell) => ComponentChildren][] = [
    [words.forwarder, told["forwarder"], String],
    [words.field, told["field"], String],
    [words.layer, told["layer"], (cell) => valueWord(words, "layer", String(cell))],
    [words.before, told["accuracy_before"], share],
    [words.after, told["accuracy"], share],
    [words.interval, told["interval_low"], (low) => `${share(low)} – ${share(told["interval_high"] ?? null)}`],
    [words.samples, told["samples"], count],
    [words.correct, told["correct"], count],
    [words.users, told["users"], count],
    [words.impact, told["impact_estimate"], count],
    [words.review, told["needs_review"], (cell) => (cell === true ? words.yes : words.no)],
    [words.pattern, told["pattern"], (cell) => <code>{String(cell)}</code>],
    [words.toVersion, told["to_version"], String],
    [words.window, told["window_start"], (from) => `${when(from)} – ${when(told["window_end"] ?? null)}`],
    [words.evidenceAt, told["evidence_at"], when],
    [words.made, told["made_at"], when],
    [words.message, told["message_id"], (cell) => <code>{String(cell)}</code>],
  ];
  return (
    <section class="sheet">
      <h2>{words.evidence}</h2>
      <dl class="facts">
        {facts.filter(([, cell]) => cell !== null && cell !== undefined).map(([name, cell, show]) => <div key={name}><dt>{name}</dt><dd>{show(cell!)}</dd></div>)}
      </dl>
    </section>
  );
}

function indented(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
