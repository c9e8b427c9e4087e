//! One member's raw JSON becomes a typed cell, or the reason why it does not.

use std::borrow::Cow;

use tidemark_model::amount::{self, AmountError};
use tidemark_model::contract::{Kind, Member};
use tidemark_model::dead_letter::{Reason, Refusal, Stage};

use super::json;

/// A typed value on its way into a column. Nothing stands for null.
#[derive(Debug)]
pub(super) enum Cell<'a> {
    Text(Cow<'a, str>),
    Flag(bool),
    Int(i64),
    Real(f64),
    Decimal(i128),
    /// For each object its cells, by the position of the member.
    Rows(Vec<Vec<Option<Cell<'a>>>>),
}

/// What is wrong with a value: its JSON type, or its range.
enum Fault {
    Type,
    Range,
    Within(Refusal),
}

/// Reads a member's value; `Ok(None)` for JSON null.
pub(super) fn read<'a>(member: &Member, raw: &'a str) -> Result<Option<Cell<'a>>, Refusal> {
    if raw == "null" {
        return Ok(None);
    }
    let cell = match member.kind {
        Kind::Text | Kind::Id(_) => json::text(raw).map(Cell::Text).ok_or(Fault::Type),
        Kind::Flag => flag(raw),
        Kind::Count | Kind::Millis => whole(raw, i64::MAX),
        Kind::Score => whole(raw, 10),
        Kind::Fraction => fraction(raw),
        Kind::Decimal => decimal(raw),
        Kind::Labels => labels(raw),
        Kind::Rows(members) => rows(member.name, members, raw),
    };
    cell.map(Some).map_err(|fault| match fault {
        Fault::Type => refuse(Stage::Decode, Reason::Type(Cow::Borrowed(member.name)), raw),
        Fault::Range => refuse(Stage::Validate, Reason::Range(Cow::Borrowed(member.name)), raw),
        Fault::Within(refusal) => refusal,
    })
}

fn refuse(stage: Stage, reason: Reason, found: &str) -> Refusal {
    const SHOWN_MAX: usize = 80;
    let shown: String = found.chars().take(SHOWN_MAX).collect();
    Refusal::new(stage, reason).with_detail(format!("found {shown}"))
}

fn flag<'a>(raw: &str) -> Result<Cell<'a>, Fault> {
    match raw {
        "true" => Ok(Cell::Flag(true)),
        "false" => Ok(Cell::Flag(false)),
        _ => Err(Fault::Type),
    }
}

fn whole<'a>(raw: &str, max: i64) -> Result<Cell<'a>, Fault> {
    let digits = raw.strip_prefix('-').unwrap_or(raw);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Fault::Type);
    }
    match raw.parse::<i64>() {
        Ok(value) if (0..=max).contains(&value) => Ok(Cell::Int(value)),
        _ => Err(Fault::Range),
    }
}

fn fraction<'a>(raw: &str) -> Result<Cell<'a>, Fault> {
    if !json::is_number(raw) {
        return Err(Fault::Type);
    }
    match raw.parse::<f64>() {
        Ok(value) if (0.0..=1.0).contains(&value) => Ok(Cell::Real(value)),
        _ => Err(Fault::Range),
    }
}

fn decimal<'a>(raw: &str) -> Result<Cell<'a>, Fault> {
    let text = if json::is_number(raw) { Cow::Borrowed(raw) } else { json::text(raw).ok_or(Fault::Type)? };
    match amount::parse(&text) {
        Ok(value) => Ok(Cell::Decimal(value)),
        Err(AmountError::Form) => Err(Fault::Type),
        Err(AmountError::Range) => Err(Fault::Range),
    }
}

fn labels(raw: &str) -> Result<Cell<'_>, Fault> {
    let members = json::object(raw).map_err(|_| Fault::Type)?;
    let all_texts = members.0.iter().all(|(_, value)| value.starts_with('"'));
    if all_texts { Ok(Cell::Text(Cow::Borrowed(raw))) } else { Err(Fault::Type) }
}

fn rows<'a>(list: &str, members: &'static [Member], raw: &'a str) -> Result<Cell<'a>, Fault> {
    let objects = json::elements(raw).ok_or(Fault::Type)?;
    let rows = objects.into_iter().map(|object| row(list, members, object));
    Ok(Cell::Rows(rows.collect::<Result<_, _>>()?))
}

fn row<'a>(list: &str, members: &'static [Member], raw: &'a str) -> Result<Vec<Option<Cell<'a>>>, Fault> {
    let found = json::object(raw).map_err(|_| Fault::Type)?;
    let mut cells: Vec<Option<Cell<'a>>> = members.iter().map(|_| None).collect();
    for (name, value) in found.0 {
        if let Some(place) = members.iter().position(|member| member.name == name) {
            cells[place] = read(&members[place], value).map_err(|refusal| Fault::Within(inside(list, refusal)))?;
        }
    }
    let missing = members.iter().zip(&cells).find(|(member, cell)| member.required && cell.is_none());
    match missing {
        Some((member, _)) => {
            let reason = Reason::Missing(format!("{list}.{}", member.name).into());
            Err(Fault::Within(Refusal::new(Stage::Validate, reason)))
        }
        None => Ok(cells),
    }
}

/// Names a member of a row by its list: `fields.confidence`.
fn inside(list: &str, refusal: Refusal) -> Refusal {
    let within = |member: Cow<'static, str>| Cow::Owned(format!("{list}.{member}"));
    let reason = match refusal.reason {
        Reason::Missing(member) => Reason::Missing(within(member)),
        Reason::Type(member) => Reason::Type(within(member)),
        Reason::Range(member) => Reason::Range(within(member)),
        other => other,
    };
    Refusal { reason, ..refusal }
}
