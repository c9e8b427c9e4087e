//! `set_config(name, value, is_local)`: `SET` within a query, for the statements after it.

use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{Array, AsArray, StringArray};
use arrow::datatypes::DataType;
use datafusion::common::{DataFusionError, Result, exec_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};

use tidemark_model::error::ServiceError;
use tidemark_sql::gate::{self, Kind, Statement};

use crate::settings::Settings;

/// The function, with the settings of its session.
#[derive(Debug)]
pub(crate) struct SetConfig {
    settings: Arc<Mutex<Settings>>,
    signature: Signature,
}

impl SetConfig {
    pub(crate) fn new(settings: Arc<Mutex<Settings>>) -> Self {
        let arguments = vec![DataType::Utf8, DataType::Utf8, DataType::Boolean];
        Self { settings, signature: Signature::exact(arguments, Volatility::Volatile) }
    }

    /// Sets what the gate would let pass as a statement.
    fn set(&self, name: &str, value: &str) -> Result<()> {
        let statement = format!("SET {name} = '{}'", value.replace('\'', "''"));
        let passed =
            gate::check(&statement).map_err(|error| DataFusionError::External(Box::new(ServiceError::from(error))))?;
        let [Statement { kind: Kind::Set { name, value: Some(value) }, .. }] = passed.as_slice() else {
            return exec_err!("\"{name}\" is no setting");
        };
        let mut settings = self.settings.lock().unwrap_or_else(PoisonError::into_inner);
        settings.set(name, Some(value)).map_err(|error| DataFusionError::External(Box::new(error)))
    }
}

// There is one for each statement.
impl PartialEq for SetConfig {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.settings, &other.settings)
    }
}

impl Eq for SetConfig {}

impl Hash for SetConfig {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl ScalarUDFImpl for SetConfig {
    fn name(&self) -> &'static str {
        "set_config"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = args.number_rows;
        let arrays = args.args.iter().map(|argument| argument.to_array(rows)).collect::<Result<Vec<_>>>()?;
        let [names, values, ..] = arrays.as_slice() else {
            return Err(DataFusionError::Plan("set_config takes a name, a value and whether it is local".to_owned()));
        };
        let (names, values) = (names.as_string::<i32>(), values.as_string::<i32>());
        for row in (0..rows).filter(|row| names.is_valid(*row) && values.is_valid(*row)) {
            self.set(names.value(row), values.value(row))?;
        }
        Ok(ColumnarValue::Array(Arc::new(values.iter().collect::<StringArray>())))
    }
}
