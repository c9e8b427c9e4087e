//! How the server answers a text: its plan as a tree, with measured figures where people ask for them.
import { useState } from "preact/hooks";
import { useQuery } from "../../api/use.ts";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { explainOf, parsePlan } from "./plan.ts";
import type { PlanNode } from "./plan.ts";
import { isBlank } from "./statements.ts";
import { useSqlWords } from "./words.ts";

export function PlanView({ sql }: { sql: string }) {
  const words = useSqlWords();
  const [measured, setMeasured] = useState("");
  const question = isBlank(sql) ? null : explainOf(sql, measured === sql);
  const { rows, error, loading, reload } = useQuery(question);
  if (loading) return <Loading />;
  if (error) return <ErrorNotice error={error} onRetry={reload} />;
  if (!rows) return null;
  return (
    <>
      <div class="row"><p class="soft">{words.planHint}</p><button type="button" onClick={() => setMeasured(sql)}>{words.measure}</button></div>
      {rows.rows.map(([type, text]) => <PlanTable key={String(type)} type={String(type)} text={String(text)} />)}
    </>
  );
}

function PlanTable({ type, text }: { type: string; text: string }) {
  const words = useSqlWords();
  const steps = flatten(parsePlan(text), 0);
  const titles: Record<string, string> = { logical_plan: words.planLogical, physical_plan: words.planPhysical, "Plan with Metrics": words.planMeasured };
  const measured = steps.some(({ node }) => node.rows !== null);
  return (
    <div class="table sql-plan" tabIndex={0} role="region" aria-label={titles[type] ?? type}>
      <table>
        <caption>{titles[type] ?? type}</caption>
        <thead>
          <tr>
            <th scope="col">{words.operator}</th>
            {measured && <th scope="col" class="number">{words.planRows}</th>}
            {measured && <th scope="col" class="number">{words.planTime}</th>}
            <th scope="col">{words.details}</th>
          </tr>
        </thead>
        <tbody>
          {steps.map(({ node, depth }, at) => (
            <tr key={at}>
              <th scope="row" style={{ paddingInlineStart: `${0.6 + 1.1 * depth}rem` }}>{depth > 0 && <span aria-hidden="true">└ </span>}{node.operator}</th>
              {measured && <td class="number">{node.rows}</td>}
              {measured && <td class="number">{node.time}</td>}
              <td class="wrap"><code>{node.details}</code></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function flatten(nodes: PlanNode[], depth: number): { node: PlanNode; depth: number }[] {
  return nodes.flatMap((node) => [{ node, depth }, ...flatten(node.children, depth + 1)]);
}
