//! The PostgreSQL door through real sockets and raw messages, with fakes behind it.

#![allow(clippy::unwrap_used, clippy::panic)]

use arrow::datatypes::DataType;
use tidemark_model::port::Parameter;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinHandle;

use super::*;
use crate::fakes::{FakeQueries, Seen};

struct Server {
    address: std::net::SocketAddr,
    seen: Arc<Seen>,
    shutdown: CancellationToken,
    task: JoinHandle<io::Result<()>>,
}

struct Client {
    socket: TcpStream,
    parameters: Vec<(String, String)>,
    key: Vec<u8>,
}

/// A message: its type and its body.
type Message = (char, Vec<u8>);

async fn serve() -> Server {
    let queries = FakeQueries::default();
    let seen = Arc::clone(&queries.seen);
    let listener = crate::bind(crate::Door::Postgres, "127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = CancellationToken::new();
    let task = tokio::spawn(serve_postgres(listener, Arc::new(queries), shutdown.clone()));
    Server { address, seen, shutdown, task }
}

impl Server {
    async fn connect(&self) -> Client {
        self.connect_with(&[]).await
    }

    async fn connect_with(&self, settings: &[(&str, &str)]) -> Client {
        let socket = TcpStream::connect(self.address).await.unwrap();
        let mut client = Client { socket, parameters: Vec::new(), key: Vec::new() };
        let mut body = 196_608_i32.to_be_bytes().to_vec();
        for text in [("user", "me"), ("database", "tidemark")].iter().chain(settings).flat_map(|(a, b)| [a, b]) {
            body.extend_from_slice(text.as_bytes());
            body.push(0);
        }
        body.push(0);
        client.send_untyped(&body).await;
        for (kind, body) in client.until_ready().await {
            match kind {
                'S' => {
                    let text = String::from_utf8(body).unwrap();
                    let mut parts = text.split('\0');
                    client.parameters.push((parts.next().unwrap().to_owned(), parts.next().unwrap().to_owned()));
                }
                'K' => client.key = body,
                _ => {}
            }
        }
        client
    }
}

impl Client {
    async fn send_untyped(&mut self, body: &[u8]) {
        let length = i32::try_from(body.len() + 4).unwrap();
        self.socket.write_all(&[&length.to_be_bytes(), body].concat()).await.unwrap();
    }

    async fn send(&mut self, kind: char, body: &[u8]) {
        self.socket.write_all(&[u8::try_from(kind).unwrap()]).await.unwrap();
        self.send_untyped(body).await;
    }

    async fn next(&mut self) -> Message {
        let kind = self.socket.read_u8().await.unwrap();
        let length = usize::try_from(self.socket.read_i32().await.unwrap()).unwrap() - 4;
        let mut body = vec![0; length];
        self.socket.read_exact(&mut body).await.unwrap();
        (char::from(kind), body)
    }

    async fn until_ready(&mut self) -> Vec<Message> {
        let mut messages = Vec::new();
        loop {
            messages.push(self.next().await);
            if messages.last().unwrap().0 == 'Z' {
                return messages;
            }
        }
    }

    async fn query(&mut self, sql: &str) -> Vec<Message> {
        self.send('Q', &[sql.as_bytes(), b"\0"].concat()).await;
        self.until_ready().await
    }

    /// Parse, bind with one set of formats, describe the portal, execute, sync.
    async fn extended(&mut self, sql: &str, parameters: &[(u32, i16, &[u8])], format: i16, rows: i32) -> Vec<Message> {
        let count = i16::try_from(parameters.len()).unwrap().to_be_bytes();
        let mut parse = [b"\0", sql.as_bytes(), b"\0", &count].concat();
        let mut bind = [b"\0\0".as_slice(), &count].concat();
        let mut values = count.to_vec();
        for (kind, code, value) in parameters {
            parse.extend_from_slice(&kind.to_be_bytes());
            bind.extend_from_slice(&code.to_be_bytes());
            values.extend_from_slice(&i32::try_from(value.len()).unwrap().to_be_bytes());
            values.extend_from_slice(value);
        }
        bind.extend_from_slice(&values);
        bind.extend_from_slice(&[1_i16.to_be_bytes(), format.to_be_bytes()].concat());
        self.send('P', &parse).await;
        self.send('B', &bind).await;
        self.send('D', b"P\0").await;
        self.send('E', &[b"\0".as_slice(), &rows.to_be_bytes()].concat()).await;
        if rows > 0 {
            self.send('E', &[b"\0".as_slice(), &0_i32.to_be_bytes()].concat()).await;
        }
        self.send('S', b"").await;
        self.until_ready().await
    }
}

fn kinds(messages: &[Message]) -> String {
    messages.iter().map(|(kind, _)| kind).collect()
}

fn tags(messages: &[Message]) -> Vec<String> {
    let complete = messages.iter().filter(|(kind, _)| *kind == 'C');
    complete.map(|(_, body)| String::from_utf8_lossy(body).trim_end_matches('\0').to_owned()).collect()
}

fn cells(body: &[u8]) -> Vec<Option<Vec<u8>>> {
    let mut rest = &body[2..];
    let mut cells = Vec::new();
    while let Some((length, after)) = rest.split_at_checked(4) {
        match usize::try_from(i32::from_be_bytes(length.try_into().unwrap())) {
            Ok(length) => {
                cells.push(Some(after[..length].to_vec()));
                rest = &after[length..];
            }
            Err(_) => {
                cells.push(None);
                rest = after;
            }
        }
    }
    cells
}

fn rows(messages: &[Message]) -> Vec<Vec<Option<String>>> {
    let rows = messages.iter().filter(|(kind, _)| *kind == 'D');
    let text = |cell: Option<Vec<u8>>| cell.map(|cell| String::from_utf8(cell).unwrap());
    rows.map(|(_, body)| cells(body).into_iter().map(text).collect()).collect()
}

/// The fields of an error by their letters.
fn error(messages: &[Message]) -> std::collections::HashMap<char, String> {
    let (_, body) = messages.iter().find(|(kind, _)| *kind == 'E').unwrap();
    let text = String::from_utf8(body.clone()).unwrap();
    text.split('\0')
        .filter(|one| !one.is_empty())
        .map(|one| one.split_at(1))
        .map(|(k, v)| (k.chars().next().unwrap(), v.to_owned()))
        .collect()
}

fn status(messages: &[Message]) -> char {
    char::from(messages.last().unwrap().1[0])
}

#[tokio::test]
async fn a_connection_starts_with_what_drivers_expect() {
    let server = serve().await;
    let client = server.connect_with(&[("application_name", "it's"), ("options", "-c statement_timeout=5000")]).await;
    let parameter = |name: &str| client.parameters.iter().find(|(one, _)| one == name).map(|(_, value)| value.as_str());
    assert!(parameter("server_version").unwrap().starts_with("16.6 (Tidemark"));
    assert_eq!(parameter("client_encoding"), Some("UTF8"));
    assert_eq!(parameter("DateStyle"), Some("ISO, MDY"));
    assert_eq!(parameter("integer_datetimes"), Some("on"));
    assert_eq!(parameter("standard_conforming_strings"), Some("on"));
    assert_eq!(server.seen.statements(), ["SET application_name = 'it''s'", "SET statement_timeout = '5000'"]);
}

#[tokio::test]
async fn encryption_is_declined() {
    let server = serve().await;
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    socket.write_all(&[0, 0, 0, 8, 4, 210, 22, 47]).await.unwrap();
    assert_eq!(socket.read_u8().await.unwrap(), b'N');
}

#[tokio::test]
async fn each_connection_has_a_session_of_its_own() {
    let server = serve().await;
    let (_first, _second) = (server.connect().await, server.connect().await);
    assert_eq!(server.seen.sessions.load(std::sync::atomic::Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_simple_query_may_hold_several_statements() {
    let mut client = serve().await.connect().await;
    let messages = client.query("SET a = 1; SELECT many; SHOW x").await;
    assert_eq!(kinds(&messages), "CTDDDDDCTDCZ");
    assert_eq!(tags(&messages), ["SET", "SELECT 5", "SHOW"]);
    assert_eq!(kinds(&client.query("  ; ").await), "IZ");
    assert_eq!(tags(&client.query("SELECT nothing").await), ["SELECT 0"]);
}

#[tokio::test]
async fn values_have_postgresqls_text() {
    let messages = serve().await.connect().await.query("SELECT types").await;
    let rows = rows(&messages);
    let expected = [
        "t",
        "0.5",
        "999999999999999999999999999999999999.99",
        "2026-01-01 00:00:00+00",
        "a \"long\" name, of 香港",
        "{a,\"b,c\"}",
        "{\"x\":7,\"money\":\"1.50\"}",
    ];
    let found: Vec<&str> = rows[0].iter().map(|cell| cell.as_deref().unwrap()).collect();
    assert_eq!(found, expected);
    assert!(rows[1].iter().all(Option::is_none));
}

#[tokio::test]
async fn values_have_postgresqls_bytes() {
    let messages = serve().await.connect().await.extended("SELECT types", &[], 1, 0).await;
    let (_, row) = messages.iter().find(|(kind, _)| *kind == 'D').unwrap();
    let row = cells(row);
    assert_eq!(row[0].as_deref(), Some([1].as_slice()));
    assert_eq!(row[1].as_deref(), Some(0.5_f64.to_be_bytes().as_slice()));
    let amount = numeric::from_binary(row[2].as_deref().unwrap());
    assert_eq!(amount.as_deref(), Some("999999999999999999999999999999999999.99"));
    let micros = (1_767_225_600_000_000_i64 - 946_684_800_000_000).to_be_bytes();
    assert_eq!(row[3].as_deref(), Some(micros.as_slice()));
    assert_eq!(row[6].as_deref(), Some(b"{\"x\":7,\"money\":\"1.50\"}".as_slice()));
}

#[tokio::test]
async fn parameters_reach_the_session_as_literals() {
    let server = serve().await;
    let mut client = server.connect().await;
    let parameters: [(u32, i16, &[u8]); 3] =
        [(20, 1, &[0, 0, 0, 0, 0, 0, 0, 9]), (25, 0, b"HKG"), (0, 0, b"2026-01-01")];
    let messages = client.extended("SELECT $1, $2, $3", &parameters, 0, 0).await;
    assert_eq!(kinds(&messages), "12TDCZ");
    let ran = server.seen.ran.lock().unwrap().last().unwrap().clone();
    let nine = Parameter { data_type: Some(DataType::Int64), ..Parameter::from("9") };
    assert_eq!(ran.1, [nine, Parameter::from("HKG"), Parameter::from("2026-01-01")]);
}

#[tokio::test]
async fn a_portal_gives_rows_in_portions() {
    let messages = serve().await.connect().await.extended("SELECT many", &[], 0, 2).await;
    assert_eq!(kinds(&messages), "12TDDsDDDCZ");
    assert_eq!(tags(&messages), ["SELECT 3"]);
}

#[tokio::test]
async fn extended_queries_know_statements_without_rows() {
    let mut client = serve().await.connect().await;
    assert_eq!(kinds(&client.extended("SET a = 1", &[], 0, 0).await), "12nCZ");
    assert_eq!(kinds(&client.extended("", &[], 0, 0).await), "12nIZ");
    let two = client.extended("SELECT 1; SELECT 2", &[], 0, 0).await;
    assert_eq!(error(&two)[&'C'], "42601");
    assert_eq!(tags(&client.query("SELECT 1").await), ["SELECT 1"]);
}

#[tokio::test]
async fn errors_have_sqlstate_and_hint_and_leave_the_connection_usable() {
    let mut client = serve().await.connect().await;
    let fields = error(&client.query("SELECT unknown").await);
    assert_eq!((fields[&'C'].as_str(), fields[&'H'].as_str()), ("42P01", "SHOW TABLES lists them"));
    assert_eq!(error(&client.query("DROP TABLE t").await)[&'C'], "42501");
    let broken = client.query("SELECT breaks").await;
    assert_eq!((kinds(&broken).as_str(), error(&broken)[&'C'].as_str()), ("TDDDEZ", "58030"));
    assert_eq!(error(&client.extended("SELECT unknown", &[], 0, 0).await)[&'C'], "42P01");
    assert_eq!(tags(&client.query("SELECT 1").await), ["SELECT 1"]);
}

#[tokio::test]
async fn transactions_are_tracked() {
    let mut client = serve().await.connect().await;
    let begun = client.query("BEGIN").await;
    assert_eq!((tags(&begun)[0].as_str(), status(&begun)), ("BEGIN", 'T'));
    assert_eq!(status(&client.query("SELECT unknown").await), 'E');
    let refused = client.query("SELECT 1").await;
    assert_eq!((error(&refused)[&'C'].as_str(), status(&refused)), ("25P02", 'E'));
    let ended = client.query("COMMIT").await;
    assert_eq!((tags(&ended)[0].as_str(), status(&ended)), ("ROLLBACK", 'I'));
    assert_eq!(tags(&client.query("DISCARD ALL").await), ["DISCARD ALL"]);
    let extended = client.extended("BEGIN", &[], 0, 0).await;
    assert_eq!(status(&extended), 'T');
}

#[tokio::test]
async fn the_deadline_covers_the_rows() {
    let server = serve().await;
    let mut client = server.connect().await;
    client.query("SET statement_timeout = '20ms'").await;
    for sql in ["SELECT late", "SELECT hangs"] {
        let fields = error(&client.query(sql).await);
        assert_eq!((fields[&'C'].as_str(), fields[&'M'].contains("timeout")), ("57014", true), "{sql}");
        server.seen.dropped.notified().await;
    }
    client.query("RESET statement_timeout").await;
    assert_eq!(tags(&client.query("SELECT 1").await), ["SELECT 1"]);
}

#[tokio::test]
async fn another_connection_can_cancel() {
    let server = serve().await;
    for (sql, extended) in [("SELECT endless", false), ("SELECT endless", true)] {
        let mut client = server.connect().await;
        if extended {
            for (kind, body) in [('P', format!("\0{sql}\0\0\0")), ('B', "\0".repeat(8)), ('E', "\0".repeat(5))] {
                client.send(kind, body.as_bytes()).await;
            }
            client.send('S', b"").await;
        } else {
            client.send('Q', format!("{sql}\0").as_bytes()).await;
        }
        while client.next().await.0 != 'D' {}
        let mut other = Client {
            socket: TcpStream::connect(server.address).await.unwrap(),
            parameters: Vec::new(),
            key: Vec::new(),
        };
        other.send_untyped(&[&80_877_102_i32.to_be_bytes(), client.key.as_slice()].concat()).await;
        let messages = client.until_ready().await;
        assert_eq!(error(&messages)[&'C'], "57014");
        server.seen.dropped.notified().await;
        assert_eq!(tags(&client.query("SELECT 1").await), ["SELECT 1"]);
    }
}

#[tokio::test]
async fn a_client_that_leaves_stops_its_query() {
    let server = serve().await;
    for sql in ["SELECT hangs", "SELECT late", "SELECT endless"] {
        let mut client = server.connect().await;
        client.send('Q', format!("{sql}\0").as_bytes()).await;
        while !server.seen.statements().iter().any(|one| one == sql) {
            tokio::task::yield_now().await;
        }
        drop(client);
        server.seen.dropped.notified().await;
    }
}

#[tokio::test]
async fn the_door_closes_at_the_shutdown() {
    let server = serve().await;
    let mut client = server.connect().await;
    server.shutdown.cancel();
    server.task.await.unwrap().unwrap();
    assert_eq!(client.socket.read(&mut [0]).await.unwrap_or(0), 0);
}
