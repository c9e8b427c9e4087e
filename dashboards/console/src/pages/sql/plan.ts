//! EXPLAIN's text as a tree: one node an operator, with the figures that EXPLAIN ANALYZE measured.

/** An operator of a plan. Figures are as the server writes them ("46.47 K", "1.38ms"), null where not measured. */
export interface PlanNode {
  operator: string;
  details: string;
  rows: string | null;
  time: string | null;
  children: PlanNode[];
}

/** A plan as EXPLAIN's relation has it: `plan_type` and its text. */
export interface PlanText {
  type: string;
  text: string;
}

/** Statements that are their own plan. */
const IS_EXPLAIN = /^\s*explain\b/i;

/** The statement that asks for the plan. ANALYZE runs the statement, and measures. */
export function explainOf(sql: string, measured: boolean): string {
  if (IS_EXPLAIN.test(sql)) return sql;
  return `${measured ? "EXPLAIN ANALYZE " : "EXPLAIN "}${sql}`;
}

/** Reads a text in which each operator is a line, two spaces deeper than what it gives to. */
export function parsePlan(text: string): PlanNode[] {
  const roots: PlanNode[] = [];
  const open: PlanNode[] = [];
  for (const line of joinBroken(text)) {
    const depth = Math.floor(/^ */.exec(line)![0].length / 2);
    const node = parseOperator(line.trim());
    (open[depth - 1]?.children ?? roots).push(node);
    open.length = depth;
    open[depth] = node;
  }
  return roots;
}

/** A literal within a plan may hold a line break: a line that starts no operator goes on with the one before. */
function joinBroken(text: string): string[] {
  const lines: string[] = [];
  for (const line of text.split("\n")) {
    const startsOperator = /^(?: {2})*[A-Z][A-Za-z]+(?:[:(\s,]|$)/.test(line);
    if (startsOperator || lines.length === 0) lines.push(line);
    else if (line !== "") lines[lines.length - 1] += ` ${line.trim()}`;
  }
  return lines.filter((line) => line.trim() !== "");
}

function parseOperator(line: string): PlanNode {
  const measured = /(?:, )?metrics=\[(.*)\]$/.exec(line);
  const plain = measured ? line.slice(0, measured.index) : line;
  const name = /^[A-Za-z]+(?: [A-Z][a-z]+)*(?=:|,|\(|$)/.exec(plain)?.[0] ?? plain.split(" ")[0]!;
  return {
    operator: name,
    details: plain.slice(name.length).replace(/^[:,]\s*/, "").trim(),
    rows: figure(measured?.[1], "output_rows"),
    time: figure(measured?.[1], "elapsed_compute"),
    children: [],
  };
}

function figure(metrics: string | undefined, name: string): string | null {
  return new RegExp(`(?:^|, )${name}=([^,\\]]+)`).exec(metrics ?? "")?.[1] ?? null;
}
