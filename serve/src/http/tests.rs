//! The HTTP door through real sockets, with fakes behind it.

#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;
use crate::fakes::{FakeHealth, FakeImports, FakePages, FakeQueries, FakeReports, FakeSink, Seen};

struct Door {
    address: std::net::SocketAddr,
    seen: Arc<Seen>,
    sink: Arc<FakeSink>,
    imports: Arc<FakeImports>,
    shutdown: CancellationToken,
    server: tokio::task::JoinHandle<io::Result<()>>,
}

struct Reply {
    status: u16,
    head: String,
    body: Vec<u8>,
    whole: bool,
}

impl Reply {
    fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

async fn open() -> Door {
    open_with(FakeHealth::default()).await
}

async fn open_with(health: FakeHealth) -> Door {
    let (queries, sink) = (FakeQueries::default(), Arc::new(FakeSink::default()));
    let (seen, imports) = (Arc::clone(&queries.seen), Arc::new(FakeImports::default()));
    let events: Arc<dyn EventSink> = Arc::clone(&sink) as _;
    let taken: Arc<dyn FinanceImports> = Arc::clone(&imports) as _;
    let services = Services {
        queries: Arc::new(queries),
        reports: Arc::new(FakeReports),
        health: Arc::new(health),
        console: Some(Arc::new(FakePages::default())),
        writes: Writes { events: Some(events), imports: Some(taken), ..Writes::default() },
    };
    let listener = crate::bind(crate::Door::Http, "127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = CancellationToken::new();
    let server = tokio::spawn(serve_http(listener, services, shutdown.clone()));
    Door { address, seen, sink, imports, shutdown, server }
}

impl Door {
    async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let mut socket = TcpStream::connect(self.address).await.unwrap();
        let mut head = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n");
        if headers.iter().all(|(name, _)| *name != "host") {
            head.push_str("host: localhost\r\n");
        }
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
        socket.write_all(head.as_bytes()).await.unwrap();
        socket.write_all(body).await.unwrap();
        let mut raw = Vec::new();
        let _ = socket.read_to_end(&mut raw).await;
        parse(&raw)
    }

    async fn sql(&self, path: &str, sql: &str) -> Reply {
        self.send("POST", path, &[("content-type", "text/plain")], sql.as_bytes()).await
    }

    async fn events(&self, kind: &str, body: &str) -> Reply {
        self.send("POST", "/v1/events", &[("content-type", kind)], body.as_bytes()).await
    }
}

fn parse(raw: &[u8]) -> Reply {
    let Some(end) = raw.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Reply { status: 0, head: String::new(), body: Vec::new(), whole: false };
    };
    let head = String::from_utf8(raw[..end].to_vec()).unwrap().to_lowercase();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let rest = &raw[end + 4..];
    if !head.contains("transfer-encoding: chunked") {
        return Reply { status, head, body: rest.to_vec(), whole: true };
    }
    let (mut body, mut rest, mut whole) = (Vec::new(), rest, false);
    while let Some(line) = rest.windows(2).position(|two| two == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..line]).unwrap(), 16).unwrap();
        if size == 0 {
            whole = true;
            break;
        }
        body.extend_from_slice(&rest[line + 2..line + 2 + size]);
        rest = &rest[line + 4 + size..];
    }
    Reply { status, head, body, whole }
}

#[tokio::test]
async fn pages_of_others_get_no_answers_and_change_nothing() {
    let door = open().await;
    let renamed = door.send("POST", "/v1/sql", &[("host", "evil.example")], b"select 1").await;
    assert_eq!((renamed.status, renamed.json()["error"]["code"].as_str()), (421, Some("misdirected")));
    let foreign = door.send("POST", "/v1/sql", &[("sec-fetch-site", "cross-site")], b"select 1").await;
    assert_eq!((foreign.status, foreign.json()["error"]["code"].as_str()), (403, Some("not_allowed")));
    assert!(door.seen.ran.lock().unwrap().is_empty(), "neither was asked");
}

#[tokio::test]
async fn sql_as_text_answers_json() {
    let reply = open().await.sql("/v1/sql", "SELECT many").await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.json(), json!({"columns": [{"name": "n", "type": "bigint"}], "rows": [[0], [1], [2], [3], [4]]}));
}

#[tokio::test]
async fn every_type_has_its_form_in_json() {
    let reply = open().await.sql("/v1/sql", "SELECT types").await;
    let answer = reply.json();
    assert_eq!(answer["columns"][2]["type"], "numeric(38,2)");
    assert_eq!(
        answer["rows"][0],
        json!([
            true,
            0.5,
            "999999999999999999999999999999999999.99",
            "2026-01-01T00:00:00Z",
            "a \"long\" name, of 香港",
            ["a", "b,c"],
            {"x": 7, "money": "1.50"}
        ])
    );
    assert_eq!(answer["rows"][1], json!([null, null, null, null, null, null, null]));
}

#[tokio::test]
async fn sql_as_json_chooses_format_and_freshness() {
    let door = open().await;
    for freshness in ["committed", "recent"] {
        let body = json!({"sql": "SELECT many", "format": "csv", "freshness": freshness}).to_string();
        let reply = door.send("POST", "/v1/sql", &[("content-type", "application/json")], body.as_bytes()).await;
        assert_eq!((reply.status, reply.text().as_str()), (200, "n\n0\n1\n2\n3\n4\n"));
        assert!(reply.head.contains("content-type: text/csv"));
    }
    let [committed, recent] = ["SET freshness = 'committed'", "SET freshness = 'recent'"];
    assert_eq!(door.seen.statements(), [committed, "SELECT many", recent, "SELECT many"]);
}

#[tokio::test]
async fn csv_and_json_lines_write_nested_values() {
    let door = open().await;
    let csv = door.sql("/v1/sql?format=csv", "SELECT types").await.text();
    assert_eq!(
        csv.lines().nth(1).unwrap(),
        "true,0.5,999999999999999999999999999999999999.99,2026-01-01T00:00:00Z,\"a \"\"long\"\" name, of 香港\",\
         \"[\"\"a\"\",\"\"b,c\"\"]\",\"{\"\"x\"\":7,\"\"money\"\":\"\"1.50\"\"}\""
    );
    let lines = door.sql("/v1/sql?format=jsonl", "SELECT types").await.text();
    let first: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!(first["nested"], json!({"x": 7, "money": "1.50"}));
    assert_eq!(lines.lines().count(), 2);
}

#[tokio::test]
async fn arrow_is_chosen_by_accept_and_reads_back() {
    let headers = [("content-type", "text/plain"), ("accept", "application/vnd.apache.arrow.stream")];
    let door = open().await;
    let reply = door.send("POST", "/v1/sql", &headers, b"SELECT types").await;
    let reader = arrow::ipc::reader::StreamReader::try_new(reply.body.as_slice(), None).unwrap();
    let batches: Vec<_> = reader.collect::<Result<_, _>>().unwrap();
    assert_eq!(batches[0].num_rows(), 2);
    assert_eq!(batches[0].schema().field(4).data_type(), &arrow::datatypes::DataType::Utf8);
    let empty = door.send("POST", "/v1/sql", &headers, b"SELECT nothing").await;
    assert!(arrow::ipc::reader::StreamReader::try_new(empty.body.as_slice(), None).is_ok());
}

#[tokio::test]
async fn a_failure_in_mid_stream_breaks_the_answer_off() {
    let door = open().await;
    for format in ["csv", "jsonl", "arrow"] {
        let reply = door.sql(&format!("/v1/sql?format={format}"), "SELECT breaks").await;
        assert!(!reply.whole, "{format} looks whole");
    }
    let whole = door.sql("/v1/sql?format=csv", "SELECT many").await;
    assert!(whole.whole);
    assert_eq!(door.sql("/v1/sql", "SELECT breaks").await.status, 503);
}

#[tokio::test]
async fn errors_have_code_message_and_hint() {
    let door = open().await;
    let reply = door.sql("/v1/sql", "SELECT unknown").await;
    assert_eq!(reply.status, 400);
    let expected = json!({"code": "unknown_relation", "message": "there is no table \"unknown\"",
                          "hint": "SHOW TABLES lists them"});
    assert_eq!(reply.json()["error"], expected);
    assert_eq!(door.sql("/v1/sql", "DROP TABLE t").await.status, 403);
    assert_eq!(door.sql("/v1/sql", " ; ").await.status, 400);
    assert_eq!(door.sql("/v1/sql?format=xml", "SELECT 1").await.status, 400);
    assert_eq!(door.sql("/v1/sql", "SELECT 1; SELECT 2").await.status, 400);
    assert_eq!(door.sql("/v1/sql", "SET a = 1; SELECT 2").await.status, 200);
    assert_eq!(door.send("GET", "/nowhere", &[], b"").await.json()["error"]["code"], "not_found");
    assert_eq!(door.send("GET", "/v1/sql", &[], b"").await.status, 405);
}

#[tokio::test]
async fn a_client_that_leaves_stops_its_query() {
    let door = open().await;
    let mut socket = TcpStream::connect(door.address).await.unwrap();
    let request = "POST /v1/sql?format=csv HTTP/1.1\r\nhost: localhost\r\ncontent-length: 14\r\n\r\nSELECT endless";
    socket.write_all(request.as_bytes()).await.unwrap();
    socket.read_exact(&mut [0; 1_000]).await.unwrap();
    drop(socket);
    door.seen.dropped.notified().await;
}

#[tokio::test]
async fn events_come_in_every_form() {
    let door = open().await;
    for (kind, body, count) in [
        ("application/cloudevents+json", r#"{"id": "good"}"#, 1),
        ("application/cloudevents-batch+json; charset=utf-8", r#"[{"id": "good"}, {"id":"good2"}]"#, 2),
        ("application/json", r#" [{"id": "good"}]"#, 1),
        ("application/json", r#"{"id": "good"}"#, 1),
        ("application/x-ndjson", "{\"id\": \"good\"}\n\n{\"id\": \"good\"}\r\n", 2),
    ] {
        let reply = door.events(kind, body).await;
        assert_eq!((reply.status, reply.json()["accepted"].as_u64()), (202, Some(count)), "{kind}");
    }
    assert_eq!(door.sink.texts.lock().unwrap()[1], r#"{"id": "good"}"#);
}

#[tokio::test]
async fn binary_mode_becomes_structured() {
    let door = open().await;
    let headers = [
        ("content-type", "application/json"),
        ("ce-specversion", "1.0"),
        ("ce-id", "good-1"),
        ("ce-source", "/a%20b"),
        ("ce-type", "invoice.received"),
    ];
    let reply = door.send("POST", "/v1/events", &headers, br#" {"amount": 1.50} "#).await;
    assert_eq!(reply.status, 202);
    let text = door.sink.texts.lock().unwrap()[0].clone();
    assert!(text.contains(r#""data":{"amount": 1.50}"#), "{text}");
    let event: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (&event["id"], &event["source"], &event["specversion"]),
        (&json!("good-1"), &json!("/a b"), &json!("1.0"))
    );
}

#[tokio::test]
async fn the_status_tells_the_worst_that_a_sender_must_know() {
    let door = open().await;
    for (body, status) in [
        (r#"["good", "bad"]"#, 207),
        (r#"["good", "later"]"#, 207),
        (r#"["bad"]"#, 400),
        (r#"["bad", "later"]"#, 503),
        (r#"["later"]"#, 503),
        (r#"["good""#, 400),
        ("", 400),
    ] {
        assert_eq!(door.events("application/json", body).await.status, status, "{body}");
    }
    let reply = door.events("application/json", r#"["bad"]"#).await;
    let expected =
        json!({"status": "refused", "stage": "envelope", "reason": "missing:id", "detail": "no member \"id\""});
    assert_eq!(reply.json()["events"][0], expected);
    assert_eq!(door.events("text/csv", "a").await.status, 415);
}

#[tokio::test]
async fn files_of_finance_are_taken_together_or_not_at_all() {
    let door = open().await;
    let import = |body: Value| {
        let door = &door;
        async move {
            let headers = [("content-type", "application/json")];
            door.send("POST", "/v1/finance/imports", &headers, body.to_string().as_bytes()).await
        }
    };
    let file = |name: &str, text: &str| json!({"name": name, "text": text});
    let good = import(json!({"policy": file("p.toml", "二"), "pools": file("a.csv", "1\r\n")})).await;
    assert_eq!(good.status, 200);
    let landed = |kind: &str, file: &str| json!({"kind": kind, "file": file, "num_rows": 1});
    assert_eq!(good.json(), json!({"import": 7, "files": [landed("pools", "a.csv"), landed("policy", "p.toml")]}));
    let taken = vec![("pools", b"1\r\n".to_vec()), ("policy", "二".as_bytes().to_vec())];
    assert_eq!(*door.imports.taken.lock().unwrap(), taken);

    let bad = import(json!({"rates": file("r.csv", "bad"), "pools": file("a.csv", "1")})).await;
    assert_eq!((bad.status, bad.json()["error"]["code"].clone()), (422, json!("refused")));
    let refused = |line: u64, column: Option<&str>| {
        let reason = "not a plain decimal number";
        json!({"kind": "rates", "file": "r.csv", "line": line, "column": column, "reason": reason})
    };
    assert_eq!(bad.json()["refused"], json!([refused(2, Some("amount")), refused(3, None)]));
    assert_eq!(import(json!({"pools": file("a.csv", "later")})).await.status, 503);
    assert_eq!(*door.imports.taken.lock().unwrap(), taken);
}

#[tokio::test]
async fn what_is_no_import_is_said() {
    let door = open().await;
    let long = "x".repeat(256);
    let bodies = [
        "",
        "[]",
        "{}",
        r#"{"pools": null}"#,
        r#"{"pools": "month"}"#,
        r#"{"pools": {"name": "a.csv"}}"#,
        r#"{"pools": {"name": "", "text": ""}}"#,
        r#"{"pools": {"name": "a\nb", "text": ""}}"#,
        &format!(r#"{{"pools": {{"name": "{long}", "text": ""}}}}"#),
        r#"{"invoices": {"name": "a", "text": ""}}"#,
        r#"{"pools": {"name": "a", "text": ""}, "pools": {"name": "b", "text": ""}}"#,
    ];
    for body in bodies {
        let reply = door.send("POST", "/v1/finance/imports", &[("content-type", "application/json")], body.as_bytes());
        let reply = reply.await;
        assert_eq!((reply.status, reply.json()["error"]["code"].clone()), (400, json!("bad_request")), "{body}");
    }
    // What a browser sends to another site without asking.
    for kind in ["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"] {
        let body = br#"{"pools": {"name": "a", "text": ""}}"#;
        let reply = door.send("POST", "/v1/finance/imports", &[("content-type", kind)], body).await;
        assert_eq!(reply.status, 415, "{kind}");
    }
    assert!(door.imports.taken.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_at_once() {
    let door = open().await;
    let mut socket = TcpStream::connect(door.address).await.unwrap();
    let length = tidemark_model::limits::HTTP_BODY_BYTES_MAX + 1;
    let head = format!(
        "POST /v1/events HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut raw = Vec::new();
    socket.read_to_end(&mut raw).await.unwrap();
    let reply = parse(&raw);
    assert_eq!((reply.status, reply.json()["error"]["code"].as_str()), (413, Some("too_large")));
}

#[tokio::test]
async fn watchers_are_answered() {
    let door = open_with(FakeHealth { missing: Some("the catalog is not loaded".to_owned()) }).await;
    assert_eq!(door.send("GET", "/healthz", &[], b"").await.status, 200);
    let ready = door.send("GET", "/readyz", &[], b"").await;
    assert!(ready.status == 503 && ready.text().contains("the catalog is not loaded"));
    assert_eq!(open().await.send("GET", "/readyz", &[], b"").await.status, 200);
    let metrics = door.send("GET", "/metrics", &[], b"").await;
    assert!(metrics.head.contains("version=0.0.4") && metrics.text().contains("tidemark_up 1"));
    assert!(door.send("GET", "/", &[], b"").await.text().contains("/v1/sql"));
}

#[tokio::test]
async fn the_door_closes_at_the_shutdown() {
    let door = open().await;
    assert_eq!(door.send("GET", "/healthz", &[], b"").await.status, 200);
    door.shutdown.cancel();
    door.server.await.unwrap().unwrap();
    assert!(TcpStream::connect(door.address).await.is_err());
}

#[tokio::test]
async fn a_report_is_a_file_with_a_name_in_any_script() {
    let door = open().await;
    let path = "/v1/reports/cost-allocation/2026-03?format=xlsx&city=HKG&language=zh-hant";
    let reply = door.send("GET", path, &[("tidemark-principal", "bob")], b"").await;
    assert_eq!((reply.status, reply.text().as_str()), (200, "cost-allocation 2026-03 HKG zh-Hant for bob"));
    assert!(reply.head.contains("content-type: application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"));
    // The head is in lower case here.
    let name = r#"attachment; filename="__ _1_.xlsx"; filename*=utf-8''%e6%88%90%e6%9c%ac%20%221%22.xlsx"#;
    assert!(reply.head.contains(name), "{}", reply.head);
}

#[tokio::test]
async fn a_reports_rows_come_as_other_rows_do_and_what_is_unknown_is_said() {
    let door = open().await;
    let send = async |path: &str, by: &str| {
        door.send("GET", &format!("/v1/reports/{path}"), &[("tidemark-principal", by)], b"").await
    };
    assert_eq!(send("trend/2026-03?format=csv", "bob").await.text(), "asked\ntrend 2026-03 all en for bob\n");
    for (path, by, status, said) in [
        ("trend/2026-3", "bob", 400, "is no month, YYYY-MM"),
        ("trend/2026-03?language=de", "bob", 400, "use en, zh-Hant, zh-Hans"),
        ("trend/2026-03?format=doc", "bob", 400, "use json, csv, arrow, jsonl, xlsx, pdf"),
        ("trend/2026-03?cities=HKG", "bob", 400, "unknown field"),
        ("trend/2026-03", "eve", 403, "eve may see no report"),
        ("trend/2026-03?format=xlsx", "eve", 403, "eve may see no report"),
    ] {
        let reply = send(path, by).await;
        assert_eq!(reply.status, status, "{path}");
        assert!(reply.text().contains(said), "{path}: {}", reply.text());
    }
}

#[tokio::test]
async fn rows_for_a_browser_are_exact_and_say_when_they_are_whole() {
    let reply = open().await.sql("/v1/sql?format=rows", "SELECT many").await;
    let head = r#"{"columns":[{"name":"n","type":"bigint"}]}"#;
    assert_eq!(reply.text(), format!("{head}\n[\"0\"]\n[\"1\"]\n[\"2\"]\n[\"3\"]\n[\"4\"]\n{{\"rows\":5}}\n"));
    let types = open().await.sql("/v1/sql?format=rows", "SELECT types").await.text();
    assert!(types.contains("\"999999999999999999999999999999999999.99\""), "{types}");
    assert!(types.contains("{\"x\":\"7\",\"money\":\"1.50\"}"), "{types}");
    assert!(types.ends_with("{\"rows\":2}\n"), "{types}");
}

#[tokio::test]
async fn a_running_query_is_canceled_by_its_number() {
    let door = open().await;
    assert_eq!(door.send("DELETE", "/v1/queries/7", &[], b"").await.status, 204);
    let unknown = door.send("DELETE", "/v1/queries/8", &[], b"").await;
    assert_eq!((unknown.status, unknown.json()["error"]["code"].as_str()), (404, Some("unknown_query")));
}

#[tokio::test]
async fn people_go_to_the_console_and_programs_get_the_addresses() {
    let door = open().await;
    let browser = door.send("GET", "/", &[("accept", "text/html,*/*")], b"").await;
    assert_eq!(browser.status, 307);
    assert!(browser.head.to_ascii_lowercase().contains("location: /console/"), "{}", browser.head);
    assert!(door.send("GET", "/", &[("accept", "*/*")], b"").await.text().contains("/v1/sql"));
}

#[tokio::test]
async fn the_console_is_sent_under_a_policy_and_kept_as_long_as_it_holds() {
    let door = open().await;
    for path in ["/console", "/console/", "/console/kpis/error_rate"] {
        let page = door.send("GET", path, &[], b"").await;
        assert_eq!((page.status, page.text().as_str()), (200, "the page"), "{path}");
        let head = page.head.to_ascii_lowercase();
        assert!(head.contains("content-security-policy: default-src 'self'; script-src 'self';"), "{head}");
        assert!(head.contains("cache-control: no-cache") && head.contains("x-content-type-options: nosniff"), "{head}");
    }
    let file = door.send("GET", "/console/assets/a.js", &[("accept-encoding", "br, gzip")], b"").await;
    assert_eq!(file.text(), "gzip of a file");
    assert!(file.head.to_ascii_lowercase().contains("immutable"), "{}", file.head);
    assert_eq!(door.send("GET", "/console/assets/a.js", &[("if-none-match", "\"b2\"")], b"").await.status, 304);
    assert_eq!(door.send("GET", "/console/assets/none.js", &[], b"").await.status, 404);
}
