//! The question as it is asked from elsewhere: psql, Python, Power Query and curl. Each is complete and can be pasted.

import type { Column } from "../../api/rows.ts";

/** What a snippet needs: the text, the HTTP door's origin, PostgreSQL's host and port, and the answer's columns. */
export interface Asked {
  sql: string;
  origin: string;
  host: string;
  port: number;
  columns: Column[];
}

/** A client and how it asks. */
export interface Snippet {
  client: "psql" | "Python" | "Power Query" | "curl";
  text: string;
}

/** All snippets, in the order of the menu. */
export function snippetsOf(asked: Asked): Snippet[] {
  return [
    { client: "psql", text: psql(asked) },
    { client: "Python", text: python(asked) },
    { client: "Power Query", text: powerQuery(asked) },
    { client: "curl", text: curl(asked) },
  ];
}

function psql({ sql, host, port }: Asked): string {
  return `psql -h ${host} -p ${port} -d tidemark -c ${shellText(sql)}\n`;
}

function curl({ sql, origin }: Asked): string {
  const url = shellText(`${origin}/v1/sql?format=csv`);
  return `curl --fail-with-body -H 'content-type: text/plain' --data-raw ${shellText(sql)} ${url}\n`;
}

/** Arrow keeps 64-bit numbers and decimals as they are; CSV read by pandas would not. */
function python({ sql, origin }: Asked): string {
  return `import urllib.request

import pyarrow.ipc  # pip install pyarrow pandas

sql = ${pythonText(sql)}
request = urllib.request.Request(
    ${JSON.stringify(`${origin}/v1/sql?format=arrow`)},
    data=sql.encode(),
    headers={"content-type": "text/plain"},
)
with urllib.request.urlopen(request) as answer:
    rows = pyarrow.ipc.open_stream(answer).read_pandas()
print(rows)
`;
}

function powerQuery({ sql, origin, columns }: Asked): string {
  const types = columns.map(({ name, type }) => `    {${mText(name)}, ${mType(type)}}`).join(",\n");
  const typed = `Table.TransformColumnTypes(Named, {\n${types}\n  }, "en-US")`;
  return `let
  Answer = Web.Contents(${mText(origin)}, [
    RelativePath = "v1/sql",
    Query = [format = "csv"],
    Headers = [#"Content-Type" = "text/plain; charset=utf-8"],
    Content = Text.ToBinary(${mText(sql)}, TextEncoding.Utf8)
  ]),
  Cells = Csv.Document(Answer, [Delimiter = ",", Encoding = TextEncoding.Utf8, QuoteStyle = QuoteStyle.Csv]),
  Named = Table.PromoteHeaders(Cells, [PromoteAllScalars = true]),
  Typed = ${columns.length > 0 ? typed : "Named"}
in
  Typed
`;
}

/** A word of POSIX's shell: within single quotes nothing is special but the quote (POSIX.1-2017, XCU 2.2.2). */
export function shellText(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A string of Python; JSON's escapes are a part of Python's, and lines stay lines. */
export function pythonText(text: string): string {
  if (!text.includes("\n")) return JSON.stringify(text);
  const lines = text.split("\n").map((line, at, all) => JSON.stringify(at < all.length - 1 ? `${line}\n` : line));
  return `(\n${lines.map((line) => `    ${line}`).join("\n")}\n)`;
}

/** A text literal of M: quotes are doubled and control characters and `#(` are written out (M specification 2.6.5). */
export function mText(text: string): string {
  const named: Record<string, string> = { "\n": "#(lf)", "\r": "#(cr)", "\t": "#(tab)", '"': '""', "#(": "#(#)(" };
  return `"${text.replace(/#\(|[\n\r\t"]/g, (found) => named[found] ?? found)}"`;
}

/** What M calls each type; whatever has none stays text. Excel itself counts with 15 digits. */
const M_TYPES: Record<string, string> = {
  smallint: "Int64.Type",
  integer: "Int64.Type",
  bigint: "Int64.Type",
  real: "type number",
  "double precision": "type number",
  boolean: "type logical",
  date: "type date",
  timestamp: "type datetime",
  timestamptz: "type datetimezone",
};

function mType(type: string): string {
  return type.startsWith("numeric") ? "type number" : M_TYPES[type] ?? "type text";
}
