//! Fakes of the ports: a query service of a few fixed answers, an event sink that judges by text.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use arrow::array::{
    ArrayRef, BooleanArray, Decimal128Array, Float64Array, Int64Array, ListBuilder, RecordBatch, StringBuilder,
    StringViewArray, StructArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use futures::{StreamExt, stream};
use tidemark_model::dead_letter::{Reason, Refusal, Stage};
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::finance::{Imported, LandedFile, RefusedRow, SubmittedFile};
use tidemark_model::port::{
    Answer, Description, EventSink, FinanceImports, Health, Page, Pages, Parameter, QueryService, QuerySession,
    Reports, RowStream, Submitted, SubmittedEvent,
};
use tidemark_model::principal::Principal;
use tidemark_model::report::{ReportFile, ReportFormat, ReportRequest};
use tokio::sync::Notify;

/// What the fake was asked and what became of its streams.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) ran: Mutex<Vec<(String, Vec<Parameter>)>>,
    pub(crate) sessions: AtomicUsize,
    pub(crate) dropped: Notify,
}

impl Seen {
    pub(crate) fn statements(&self) -> Vec<String> {
        self.ran.lock().unwrap().iter().map(|(statement, _)| statement.clone()).collect()
    }
}

#[derive(Debug, Default)]
pub(crate) struct FakeQueries {
    pub(crate) seen: Arc<Seen>,
}

#[async_trait]
impl QueryService for FakeQueries {
    async fn session(&self, _principal: &Principal) -> Result<Arc<dyn QuerySession>, ServiceError> {
        self.seen.sessions.fetch_add(1, Ordering::Relaxed);
        Ok(Arc::new(FakeSession { seen: Arc::clone(&self.seen) }))
    }

    fn cancel(&self, query_id: u64) -> bool {
        query_id == 7
    }
}

#[derive(Debug)]
struct FakeSession {
    seen: Arc<Seen>,
}

#[async_trait]
impl QuerySession for FakeSession {
    fn statements(&self, sql: &str) -> Result<Vec<String>, ServiceError> {
        if sql.contains("DROP") {
            let error = ServiceError::new(ErrorCode::NotAllowed, "DROP TABLE is not served");
            return Err(error.with_hint("use SELECT"));
        }
        Ok(sql.split(';').map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned).collect())
    }

    async fn describe(&self, statement: &str, _: &[Option<DataType>]) -> Result<Description, ServiceError> {
        Ok(Description {
            columns: answer(statement, &self.seen)?.schema,
            parameters: vec![DataType::Utf8; statement.matches('$').count()],
        })
    }

    async fn run(&self, statement: &str, parameters: &[Parameter]) -> Result<Answer, ServiceError> {
        self.seen.ran.lock().unwrap().push((statement.to_owned(), parameters.to_vec()));
        if statement == "SELECT hangs" {
            let _dropped = Dropped(Arc::clone(&self.seen));
            return std::future::pending().await;
        }
        answer(statement, &self.seen)
    }
}

struct Dropped(Arc<Seen>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.dropped.notify_one();
    }
}

fn answer(statement: &str, seen: &Arc<Seen>) -> Result<Answer, ServiceError> {
    let batches = match statement {
        "SELECT many" => vec![Ok(numbers(0..3)), Ok(numbers(3..5))],
        "SELECT types" => vec![Ok(types())],
        "SELECT nothing" => vec![Ok(numbers(0..0))],
        "SELECT breaks" => {
            let late = ServiceError::new(ErrorCode::Unavailable, "storage does not answer");
            vec![Ok(numbers(0..3)), Err(late)]
        }
        "SELECT endless" => {
            let dropped = Dropped(Arc::clone(seen));
            let rows = stream::repeat_with(move || {
                let _ = &dropped;
                Ok(numbers(0..1_000))
            });
            return Ok(Answer { schema: numbers(0..0).schema(), rows: rows.boxed() });
        }
        "SELECT late" => {
            let dropped = Dropped(Arc::clone(seen));
            let rows = stream::once(async { Ok(numbers(0..1)) }).chain(stream::once(async move {
                let _dropped = dropped;
                std::future::pending().await
            }));
            return Ok(Answer { schema: numbers(0..0).schema(), rows: rows.boxed() });
        }
        "SELECT unknown" => {
            let error = ServiceError::new(ErrorCode::UnknownRelation, "there is no table \"unknown\"");
            return Err(error.with_hint("SHOW TABLES lists them"));
        }
        one if one.starts_with("SELECT") || one.starts_with("SHOW") => vec![Ok(numbers(1..2))],
        _ => return Ok(Answer { schema: Arc::new(Schema::empty()), rows: stream::empty().boxed() }),
    };
    let schema = batches[0].as_ref().expect("the first batch is none of the failures").schema();
    let rows: RowStream = stream::iter(batches).boxed();
    Ok(Answer { schema, rows })
}

pub(crate) fn numbers(range: std::ops::Range<i64>) -> RecordBatch {
    let column: ArrayRef = Arc::new(Int64Array::from_iter_values(range));
    RecordBatch::try_from_iter([("n", column)]).unwrap()
}

/// One row of values and one of NULLs, of every type that a door must translate.
pub(crate) fn types() -> RecordBatch {
    let decimal = Decimal128Array::from(vec![Some(99_999_999_999_999_999_999_999_999_999_999_999_999), None])
        .with_precision_and_scale(38, 2)
        .unwrap();
    let time = TimestampMicrosecondArray::from(vec![Some(1_767_225_600_000_000), None]);
    let mut tags = ListBuilder::new(StringBuilder::new());
    tags.append_value([Some("a"), Some("b,c")]);
    tags.append_null();
    let inner: ArrayRef = Arc::new(Int64Array::from(vec![Some(7), None]));
    let money = Decimal128Array::from(vec![Some(150), None]).with_precision_and_scale(10, 2).unwrap();
    let fields = vec![
        Arc::new(Field::new("x", DataType::Int64, true)),
        Arc::new(Field::new("money", DataType::Decimal128(10, 2), true)),
    ];
    let nested = StructArray::new(fields.into(), vec![inner, Arc::new(money)], Some(vec![true, false].into()));
    let columns: [(&str, ArrayRef); 7] = [
        ("flag", Arc::new(BooleanArray::from(vec![Some(true), None]))),
        ("share", Arc::new(Float64Array::from(vec![Some(0.5), None]))),
        ("amount", Arc::new(decimal)),
        ("at", Arc::new(time.with_timezone("UTC"))),
        ("name", Arc::new(StringViewArray::from(vec![Some("a \"long\" name, of 香港"), None]))),
        ("tags", Arc::new(tags.finish())),
        ("nested", Arc::new(nested)),
    ];
    let schema: SchemaRef = Arc::new(Schema::new(
        columns.iter().map(|(name, column)| Field::new(*name, column.data_type().clone(), true)).collect::<Vec<_>>(),
    ));
    RecordBatch::try_new(schema, columns.into_iter().map(|(_, column)| column).collect()).unwrap()
}

/// Accepts what holds `good`, fails what holds `later`, refuses the rest.
#[derive(Debug, Default)]
pub(crate) struct FakeSink {
    pub(crate) texts: Mutex<Vec<String>>,
}

#[async_trait]
impl EventSink for FakeSink {
    async fn submit(&self, events: Vec<SubmittedEvent>) -> Vec<Submitted> {
        let texts: Vec<String> = events.into_iter().map(|event| String::from_utf8(event.json).unwrap()).collect();
        self.texts.lock().unwrap().extend(texts.clone());
        let judge = |text: &String| match () {
            () if text.contains("good") => Submitted::Accepted,
            () if text.contains("later") => Submitted::Failed("the broker does not answer".to_owned()),
            () => Submitted::Refused(
                Refusal::new(Stage::Envelope, Reason::Missing("id".into())).with_detail("no member \"id\""),
            ),
        };
        texts.iter().map(judge).collect()
    }
}

/// Reports whose bytes say what was asked; the principal `eve` may see none.
#[derive(Debug, Default)]
pub(crate) struct FakeReports;

impl FakeReports {
    fn asked(request: &ReportRequest, by: &Principal) -> Result<String, ServiceError> {
        let ReportRequest { kind, month, city, language } = request;
        match by.name() {
            "eve" => Err(ServiceError::new(ErrorCode::NotAllowed, "eve may see no report")),
            name => Ok(format!("{kind} {month} {} {language} for {name}", city.as_deref().unwrap_or("all"))),
        }
    }
}

#[async_trait]
impl Reports for FakeReports {
    async fn file(
        &self,
        request: &ReportRequest,
        format: ReportFormat,
        by: &Principal,
    ) -> Result<ReportFile, ServiceError> {
        let bytes = Self::asked(request, by)?.into_bytes();
        Ok(ReportFile { name: "成本 \"1\".xlsx".to_owned(), format, bytes })
    }

    async fn rows(&self, request: &ReportRequest, by: &Principal) -> Result<Answer, ServiceError> {
        let asked = StringViewArray::from(vec![Self::asked(request, by)?]);
        let rows = RecordBatch::try_from_iter([("asked", Arc::new(asked) as ArrayRef)]).unwrap();
        Ok(Answer { schema: rows.schema(), rows: stream::iter([Ok(rows)]).boxed() })
    }
}

/// Refuses files that hold `bad`, fails at those that hold `later`, lands the others as import 7.
#[derive(Debug, Default)]
pub(crate) struct FakeImports {
    pub(crate) taken: Mutex<Vec<(&'static str, Vec<u8>)>>,
}

#[async_trait]
impl FinanceImports for FakeImports {
    async fn import(&self, files: Vec<SubmittedFile>, by: &Principal) -> Result<Imported, ServiceError> {
        assert_eq!(by.name(), "local");
        let with = |word: &str| files.iter().find(|file| String::from_utf8_lossy(&file.bytes).contains(word));
        if with("later").is_some() {
            return Err(ServiceError::new(ErrorCode::Unavailable, "storage does not answer"));
        }
        if let Some(file) = with("bad") {
            let (kind, file, column) = (file.kind, file.name.clone(), Some("amount".to_owned()));
            let row = RefusedRow { kind, file, line: 2, column, reason: "not a plain decimal number".to_owned() };
            return Ok(Imported::Refused(vec![row.clone(), RefusedRow { line: 3, column: None, ..row }]));
        }
        let landed = |file: &SubmittedFile| LandedFile { kind: file.kind, name: file.name.clone(), num_rows: 1 };
        let files_landed = files.iter().map(landed).collect();
        self.taken.lock().unwrap().extend(files.into_iter().map(|file| (file.kind.name(), file.bytes)));
        Ok(Imported::Landed { number: 7, files: files_landed })
    }
}

#[derive(Debug, Default)]
pub(crate) struct FakeHealth {
    pub(crate) missing: Option<String>,
}

impl Health for FakeHealth {
    fn ready(&self) -> Result<(), String> {
        self.missing.clone().map_or(Ok(()), Err)
    }

    fn metrics(&self) -> String {
        "# TYPE tidemark_up gauge\ntidemark_up 1\n".to_owned()
    }
}

/// A page and a file of its own.
#[derive(Debug)]
pub(crate) struct FakePages([(&'static str, Page); 2]);

impl Default for FakePages {
    fn default() -> Self {
        let page = |bytes: &'static [u8], tag: &str, is_named_by_content| Page {
            bytes: bytes.into(),
            gzip: [b"gzip of ", bytes].concat().into(),
            media_type: "text/html; charset=utf-8",
            tag: tag.to_owned(),
            is_named_by_content,
        };
        Self([("index.html", page(b"the page", "a1", false)), ("assets/a.js", page(b"a file", "b2", true))])
    }
}

impl Pages for FakePages {
    fn page(&self, path: &str) -> Option<&Page> {
        self.0.iter().find(|(known, _)| *known == path).map(|(_, page)| page)
    }
}
