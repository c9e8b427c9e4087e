//! The lists of an extraction, fields and charges, as they were read, in their order.

use std::ops::Range;

use arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, ListArray, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::Decimal128Type;
use arrow::error::ArrowError;
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::kpi::Figure;
use tidemark_model::schema::events;
use tidemark_model::stream::Stream;

/// A charge, as an extraction has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Charge<'a> {
    pub(super) code: &'a str,
    pub(super) currency: &'a str,
    pub(super) amount: Figure,
}

/// A column of lists of charges.
#[derive(Debug)]
pub(super) struct Charges {
    lists: ListArray,
    codes: StringArray,
    currencies: StringArray,
    amounts: Decimal128Array,
}

impl Charges {
    /// The column at a place.
    ///
    /// # Errors
    /// Where it is none of charges.
    pub(super) fn of(rows: &RecordBatch, place: usize) -> Result<Self, ServiceError> {
        let lists = lists(rows, place, "charges").map_err(|error| unreadable(&error))?;
        let text = |name| member(&lists, name).map(|column| column.as_string::<i32>().clone());
        let amounts = member(&lists, "amount").map(|column| column.as_primitive::<Decimal128Type>().clone());
        let (codes, currencies, amounts) = (text("code")?, text("currency")?, amounts?);
        Ok(Self { lists, codes, currencies, amounts })
    }

    /// The charges of a row, each with its place in the list; one that lacks its code, currency or amount is left out.
    pub(super) fn of_row(&self, row: usize) -> impl Iterator<Item = (u32, Charge<'_>)> {
        let places = places(&self.lists, row);
        let is_whole = |place: &usize| {
            !self.codes.is_null(*place) && !self.currencies.is_null(*place) && !self.amounts.is_null(*place)
        };
        let charge = |place: usize| Charge {
            code: self.codes.value(place),
            currency: self.currencies.value(place),
            amount: Figure(self.amounts.value(place)),
        };
        (0..).zip(places).filter(move |(_, place)| is_whole(place)).map(move |(line, place)| (line, charge(place)))
    }
}

/// A column of lists of fields.
#[derive(Debug)]
pub(super) struct Fields {
    lists: ListArray,
    names: StringArray,
    values: StringArray,
}

impl Fields {
    /// The column at a place.
    ///
    /// # Errors
    /// Where it is none of fields.
    pub(super) fn of(rows: &RecordBatch, place: usize) -> Result<Self, ServiceError> {
        let lists = lists(rows, place, "fields").map_err(|error| unreadable(&error))?;
        let text = |name| member(&lists, name).map(|column| column.as_string::<i32>().clone());
        let (names, values) = (text("name")?, text("value")?);
        Ok(Self { lists, names, values })
    }

    /// Names and values of a row's fields that have both.
    pub(super) fn of_row(&self, row: usize) -> impl Iterator<Item = (&str, &str)> {
        let is_whole = |place: &usize| !self.names.is_null(*place) && !self.values.is_null(*place);
        let places = places(&self.lists, row).filter(is_whole);
        places.map(|place| (self.names.value(place), self.values.value(place)))
    }
}

fn places(lists: &ListArray, row: usize) -> Range<usize> {
    let offsets = lists.value_offsets();
    let place = |row: usize| usize::try_from(offsets[row]).unwrap_or_default();
    if lists.is_null(row) { 0..0 } else { place(row)..place(row + 1) }
}

/// A column as the contract has it, whatever form the engine gave it.
fn lists(rows: &RecordBatch, place: usize, name: &str) -> Result<ListArray, ArrowError> {
    let schema = events(Stream::Invoices);
    let wanted = schema.field_with_name(name)?.data_type();
    let column = rows.columns().get(place);
    let column = column.ok_or_else(|| ArrowError::SchemaError("columns are missing".to_owned()))?;
    Ok(cast(column, wanted)?.as_list::<i32>().clone())
}

fn member<'a>(lists: &'a ListArray, name: &str) -> Result<&'a ArrayRef, ServiceError> {
    let values = lists.values().as_struct_opt();
    let member = values.and_then(|values| values.column_by_name(name));
    member.ok_or_else(|| unreadable(&ArrowError::SchemaError(format!("a list lacks {name}"))))
}

fn unreadable(error: &ArrowError) -> ServiceError {
    ServiceError::new(ErrorCode::Internal, format!("the platform's own answer could not be read: {error}"))
}

/// The type of a list, for answers of tests.
#[cfg(test)]
pub(super) fn list_type(name: &str) -> arrow::datatypes::DataType {
    events(Stream::Invoices).field_with_name(name).unwrap().data_type().clone()
}
