//! The question as it is asked from elsewhere: psql, Python, Power Query and curl. On the machine itself each can be
//! pasted as it is; behind a front that asks for TLS and a password, with one's own user in it.

import type { Column } from "../../api/rows.ts";

/** What a snippet needs: the text, the HTTP door's origin, PostgreSQL's host and port, and the answer's columns. */
export interface Asked {
  sql: string;
  origin: string;
  host: string;
  port: number;
  /** Whether both doors are behind a front, see `isFronted`. */
  isFronted: boolean;
  columns: Column[];
}

/** The port on which the shipped fronts serve PostgreSQL's protocol (docs/deployment). */
export const FRONT_PORT = 5432;

/** What stands for a name and a password until somebody puts in his own. */
const USER = "USER";
const PASSWORD = "PASSWORD";

/**
 * Whether a front stands between the reader and the server: its own doors are on loopback and without TLS, so whoever
 * came by another host or by TLS came through one.
 */
export function isFronted({ protocol, hostname }: { protocol: string; hostname: string }): boolean {
  return protocol === "https:" || !/^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/** The host as PostgreSQL's clients take it: an IPv6 address without the brackets of a URL. */
export function postgresHost(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, "$1");
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

/** psql asks for the password. */
function psql({ sql, host, port, isFronted }: Asked): string {
  if (!isFronted) return `psql -h ${host} -p ${port} -d tidemark -c ${shellText(sql)}\n`;
  const connection = `host=${host} port=${port} dbname=tidemark user=${USER} sslmode=require`;
  return `psql ${shellText(connection)} -c ${shellText(sql)}\n`;
}

/** curl asks for the password of a user without one. */
function curl({ sql, origin, isFronted }: Asked): string {
  const url = shellText(`${origin}/v1/sql?format=csv`);
  const user = isFronted ? ` --user ${USER}` : "";
  return `curl --fail-with-body${user} -H 'content-type: text/plain' --data-raw ${shellText(sql)} ${url}\n`;
}

/** Arrow keeps 64-bit numbers and decimals as they are; CSV read by pandas would not. */
function python({ sql, origin, isFronted }: Asked): string {
  const imports = isFronted ? "import base64\nimport getpass\n" : "";
  const secret = `secret = base64.b64encode(f"${USER}:{getpass.getpass()}".encode()).decode()\n`;
  const headers = `{"content-type": "text/plain"${isFronted ? ', "authorization": f"Basic {secret}"' : ""}}`;
  return `${imports}import urllib.request

import pyarrow.ipc  # pip install pyarrow pandas

sql = ${pythonText(sql)}
${isFronted ? secret : ""}request = urllib.request.Request(
    ${JSON.stringify(`${origin}/v1/sql?format=arrow`)},
    data=sql.encode(),
    headers=${headers},
)
with urllib.request.urlopen(request) as answer:
    rows = pyarrow.ipc.open_stream(answer).read_pandas()
print(rows)
`;
}

/** Web.Contents posts as Anonymous alone (its reference, `Content`), so the password stands in the query. */
function powerQuery({ sql, origin, isFronted, columns }: Asked): string {
  const basic = `"Basic " & Binary.ToText(Text.ToBinary("${USER}:${PASSWORD}"), BinaryEncoding.Base64)`;
  const types = columns.map(({ name, type }) => `    {${mText(name)}, ${mType(type)}}`).join(",\n");
  const typed = `Table.TransformColumnTypes(Named, {\n${types}\n  }, "en-US")`;
  return `let
  Answer = Web.Contents(${mText(origin)}, [
    RelativePath = "v1/sql",
    Query = [format = "csv"],
    Headers = [#"Content-Type" = "text/plain; charset=utf-8"${isFronted ? `, Authorization = ${basic}` : ""}],
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
