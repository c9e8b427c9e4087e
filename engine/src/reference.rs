//! Relations of slow-changing reference data that the release brings: `cities` and `default_rates`.

use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal128Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use tidemark_model::amount::{AMOUNT_PRECISION, AMOUNT_SCALE};
use tidemark_model::city::{CITIES, City};
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::exchange::RATES;
use tidemark_model::schema::{decimal, meaning_of};

use crate::system::SystemTable;

/// The group's cities.
#[derive(Debug)]
pub(crate) struct Cities;

impl SystemTable for Cities {
    fn name(&self) -> &'static str {
        "cities"
    }

    fn meaning(&self) -> &'static str {
        "The group's cities, with their time zones, currencies and regions."
    }

    fn schema(&self) -> SchemaRef {
        let names = ["city", "name", "name_zh_hant", "name_zh_hans", "time_zone", "currency", "region"];
        Arc::new(Schema::new(names.map(|name| Field::new(name, DataType::Utf8, false)).to_vec()))
    }

    fn rows(&self) -> Result<RecordBatch, ServiceError> {
        let columns: [fn(&City) -> &str; 7] = [
            |city| city.code,
            |city| city.name_en,
            |city| city.name_zh_hant,
            |city| city.name_zh_hans,
            |city| city.zone.name(),
            |city| city.currency,
            |city| city.region,
        ];
        let column = |of: fn(&City) -> &str| Arc::new(StringArray::from_iter_values(CITIES.iter().map(of))) as ArrayRef;
        batch(self.schema(), columns.map(column).to_vec())
    }
}

/// What a unit of each currency is in HKD until finance states it.
#[derive(Debug)]
pub(crate) struct DefaultRates;

impl SystemTable for DefaultRates {
    fn name(&self) -> &'static str {
        "default_rates"
    }

    fn meaning(&self) -> &'static str {
        "What a unit of each currency is in HKD until finance states it."
    }

    fn schema(&self) -> SchemaRef {
        Arc::new(Schema::new(vec![Field::new("currency", DataType::Utf8, false), Field::new("hkd", decimal(), false)]))
    }

    fn rows(&self) -> Result<RecordBatch, ServiceError> {
        let rates = RATES.iter().map(|rate| rate.hkd.0).collect::<Decimal128Array>();
        let rates = rates.with_precision_and_scale(AMOUNT_PRECISION, AMOUNT_SCALE).map_err(internal)?;
        let currencies = StringArray::from_iter_values(RATES.iter().map(|rate| rate.currency));
        batch(self.schema(), vec![Arc::new(currencies), Arc::new(rates)])
    }
}

/// Stands for a table that is made when something first lands in it.
#[derive(Debug)]
pub(crate) struct NotYet {
    /// The table's name.
    pub(crate) name: &'static str,
    /// Its columns.
    pub(crate) schema: SchemaRef,
}

impl SystemTable for NotYet {
    fn name(&self) -> &'static str {
        self.name
    }

    fn meaning(&self) -> &'static str {
        meaning_of(self.name)
    }

    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn rows(&self) -> Result<RecordBatch, ServiceError> {
        Ok(RecordBatch::new_empty(self.schema()))
    }
}

fn batch(schema: SchemaRef, columns: Vec<ArrayRef>) -> Result<RecordBatch, ServiceError> {
    RecordBatch::try_new(schema, columns).map_err(internal)
}

fn internal(error: arrow::error::ArrowError) -> ServiceError {
    ServiceError::new(ErrorCode::Internal, format!("could not list reference data: {error}"))
}
