//! The allow-list: which parsed statements are served. A kind that is not named here is refused.

use std::ops::ControlFlow;

use sqlparser::ast::{CopySource, Expr, ObjectName, Query, Select, Statement as Parsed, TableFactor, Visit, Visitor};
use sqlparser::ast::{Reset, Set, SetSessionAuthorizationParamKind, TransactionMode};

use super::{Kind, Transaction, limits, rows, settings};
use crate::error::GateError;

/// Functions of PostgreSQL that reach beyond the query. None exists here; their refusal should say so plainly.
const FUNCTIONS_REFUSED: [&str; 8] = [
    "dblink",
    "lo_export",
    "lo_import",
    "pg_ls_dir",
    "pg_read_binary_file",
    "pg_read_file",
    "pg_sleep",
    "query_to_xml",
];

const HINT_WRITE: &str = "send events to POST /v1/events or to Kafka; tables are written by the platform alone";
const HINT_LOCK: &str = "leave the locking clause out: every query reads one unchanging version of the data";
const HINT_INTO: &str = "leave INTO out and let the client store the rows";
const HINT_COPY: &str = "use COPY (SELECT ...) TO STDOUT, or ask POST /v1/sql for CSV or Arrow";
const HINT_CURSOR: &str = "cursors go forwards, and statements are prepared by the driver";
const HINT_OTHER: &str = "use SELECT, EXPLAIN, SHOW or SET";

/// The kind of a parsed statement.
pub(super) fn kind(parsed: &Parsed) -> Result<Kind, GateError> {
    let kind = match parsed {
        Parsed::Query(query) => {
            reads_only(query)?;
            Kind::Query
        }
        Parsed::Explain { statement, .. } => match statement.as_ref() {
            Parsed::Query(query) => {
                reads_only(query)?;
                Kind::Explain
            }
            other => return Err(refused(other)),
        },
        Parsed::ExplainTable { .. } => Kind::Explain,
        Parsed::ShowVariable { variable } => {
            Kind::Show { name: variable.iter().map(|part| part.value.to_lowercase()).collect::<Vec<_>>().join(".") }
        }
        Parsed::ShowTables { .. } => Kind::Show { name: "tables".to_owned() },
        Parsed::ShowColumns { .. } => Kind::Show { name: "columns".to_owned() },
        Parsed::ShowFunctions { .. } => Kind::Show { name: "functions".to_owned() },
        Parsed::Set(set) => session_setting(set)?,
        Parsed::Reset(reset) => match &reset.reset {
            Reset::ALL => Kind::Set { name: "all".to_owned(), value: None },
            Reset::ConfigurationParameter(name) => settings::reset(&name.to_string())?,
        },
        Parsed::StartTransaction { statements, .. } if statements.is_empty() => Kind::Transaction(Transaction::Begin),
        Parsed::Commit { .. } => Kind::Transaction(Transaction::Commit),
        Parsed::Rollback { savepoint: None, .. } => Kind::Transaction(Transaction::Rollback),
        Parsed::Rollback { savepoint: Some(_), .. } => Kind::Transaction(Transaction::RollbackTo),
        Parsed::Savepoint { .. } => Kind::Transaction(Transaction::Savepoint),
        Parsed::ReleaseSavepoint { .. } => Kind::Transaction(Transaction::Release),
        Parsed::Discard { .. } | Parsed::UNLISTEN { .. } => Kind::Discard,
        Parsed::Close { cursor } => rows::closed(cursor),
        Parsed::Declare { stmts } => {
            let (kind, query) = rows::declared(stmts).ok_or_else(|| refused(parsed))?;
            reads_only(query)?;
            kind
        }
        Parsed::Fetch { name, direction, into: None, .. } => {
            rows::fetched(name, direction).ok_or_else(|| refused(parsed))?
        }
        Parsed::Copy { source, .. } => {
            let query = rows::copied(parsed).ok_or_else(|| refused(parsed))??;
            if let CopySource::Query(query) = source {
                reads_only(query)?;
            }
            Kind::Copy { query }
        }
        Parsed::Deallocate { .. } => Kind::Deallocate,
        other => return Err(refused(other)),
    };
    Ok(kind)
}

fn session_setting(set: &Set) -> Result<Kind, GateError> {
    match set {
        Set::SingleAssignment { variable, values, hivevar: false, .. } => settings::set(&variable.to_string(), values),
        Set::SetTimeZone { value, .. } => settings::set("timezone", std::slice::from_ref(value)),
        Set::SetNames { charset_name, .. } => settings::set_text("client_encoding", &charset_name.value),
        Set::SetTransaction { snapshot: None, modes, .. } => Ok(transaction(modes)),
        Set::SetRole { role_name: None, .. } => Ok(Kind::Moot),
        Set::SetSessionAuthorization(to) if matches!(to.kind, SetSessionAuthorizationParamKind::Default) => {
            Ok(Kind::Moot)
        }
        other => Err(GateError::SettingNotServed { name: shortened(&other.to_string()) }),
    }
}

/// Every statement reads one unchanging version of the data, so any level of isolation holds; it reads back as it was set.
fn transaction(modes: &[TransactionMode]) -> Kind {
    let level = modes.iter().rev().find_map(|mode| match mode {
        TransactionMode::IsolationLevel(level) => Some(level.to_string().to_lowercase()),
        TransactionMode::AccessMode(_) => None,
    });
    match level {
        Some(level) => Kind::Set { name: "transaction_isolation".to_owned(), value: Some(level) },
        None => Kind::Moot,
    }
}

fn refused(parsed: &Parsed) -> GateError {
    let hint = match parsed {
        Parsed::Copy { .. } => HINT_COPY,
        Parsed::Declare { .. } | Parsed::Fetch { .. } | Parsed::Prepare { .. } | Parsed::Execute { .. } => HINT_CURSOR,
        Parsed::Insert(_) | Parsed::Update(_) | Parsed::Delete(_) | Parsed::Merge(_) => HINT_WRITE,
        Parsed::CreateTable(_) | Parsed::CreateView(_) | Parsed::Drop { .. } | Parsed::Truncate(_) => HINT_WRITE,
        _ => HINT_OTHER,
    };
    GateError::NotServed { what: first_words(parsed), hint }
}

/// The first word or two in capitals: `INSERT INTO`, `CREATE TABLE`, `DROP TABLE`.
fn first_words(parsed: &Parsed) -> String {
    let text = parsed.to_string();
    let words: Vec<&str> = text
        .split_whitespace()
        .take(2)
        .take_while(|word| word.chars().all(|character| character.is_ascii_uppercase()))
        .collect();
    if words.is_empty() { "this statement".to_owned() } else { words.join(" ") }
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

/// Whether nothing in the query writes, locks or reaches outside.
fn reads_only(query: &Query) -> Result<(), GateError> {
    match query.visit(&mut ReadOnly) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

#[derive(Debug)]
struct ReadOnly;

impl Visitor for ReadOnly {
    type Break = GateError;

    // A modifying common table expression holds a statement of its own.
    fn pre_visit_statement(&mut self, statement: &Parsed) -> ControlFlow<GateError> {
        match statement {
            Parsed::Query(_) => ControlFlow::Continue(()),
            other => ControlFlow::Break(refused(other)),
        }
    }

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<GateError> {
        if query.locks.is_empty() {
            return ControlFlow::Continue(());
        }
        ControlFlow::Break(GateError::NotServed { what: "FOR UPDATE or FOR SHARE".to_owned(), hint: HINT_LOCK })
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<GateError> {
        if select.into.is_some() {
            return ControlFlow::Break(GateError::NotServed { what: "SELECT INTO".to_owned(), hint: HINT_INTO });
        }
        if select.from.len() > limits::RELATIONS_MAX {
            return ControlFlow::Break(GateError::TooMany { what: "relations", max: limits::RELATIONS_MAX });
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<GateError> {
        match factor {
            TableFactor::Table { name, args: Some(_), .. } | TableFactor::Function { name, .. } => function(name),
            _ => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<GateError> {
        match expression {
            Expr::Function(call) => function(&call.name),
            _ => ControlFlow::Continue(()),
        }
    }
}

fn function(name: &ObjectName) -> ControlFlow<GateError> {
    let last = name.0.last().and_then(|part| part.as_ident()).map(|ident| ident.value.to_lowercase());
    match last {
        Some(name) if FUNCTIONS_REFUSED.contains(&name.as_str()) => {
            ControlFlow::Break(GateError::FunctionNotServed { name })
        }
        _ => ControlFlow::Continue(()),
    }
}
