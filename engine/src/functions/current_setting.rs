//! `current_setting(name [, missing_ok])`: a setting's value within a query.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{AsArray, StringArray};
use arrow::datatypes::DataType;
use datafusion::common::{DataFusionError, Result, ScalarValue, exec_err};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, TypeSignature, Volatility,
};
use tidemark_model::error::{ErrorCode, ServiceError};

/// The function, with the settings as they were when its statement began.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct CurrentSetting {
    settings: BTreeMap<String, String>,
    signature: Signature,
}

impl CurrentSetting {
    pub(crate) fn new(settings: BTreeMap<String, String>) -> Self {
        let one = TypeSignature::Exact(vec![DataType::Utf8]);
        let two = TypeSignature::Exact(vec![DataType::Utf8, DataType::Boolean]);
        Self { settings, signature: Signature::one_of(vec![one, two], Volatility::Stable) }
    }
}

impl ScalarUDFImpl for CurrentSetting {
    fn name(&self) -> &'static str {
        "current_setting"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let missing_ok = matches!(args.args.get(1), Some(ColumnarValue::Scalar(ScalarValue::Boolean(Some(true)))));
        match args.args.first() {
            Some(ColumnarValue::Scalar(ScalarValue::Utf8(name))) => {
                let value = self.value(name.as_deref(), missing_ok)?.map(str::to_owned);
                Ok(ColumnarValue::Scalar(ScalarValue::Utf8(value)))
            }
            Some(ColumnarValue::Array(names)) => {
                let values = names.as_string::<i32>().iter().map(|name| self.value(name, missing_ok));
                Ok(ColumnarValue::Array(Arc::new(values.collect::<Result<StringArray>>()?)))
            }
            _ => exec_err!("current_setting takes the name of a setting"),
        }
    }
}

impl CurrentSetting {
    fn value(&self, name: Option<&str>, missing_ok: bool) -> Result<Option<&str>> {
        let Some(name) = name else { return Ok(None) };
        match self.settings.get(&name.to_ascii_lowercase()) {
            None if !missing_ok => Err(DataFusionError::External(Box::new(ServiceError::new(
                ErrorCode::UnknownSetting,
                format!("there is no setting \"{name}\""),
            )))),
            value => Ok(value.map(String::as_str)),
        }
    }
}
