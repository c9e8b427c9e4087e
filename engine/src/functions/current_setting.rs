//! `current_setting(name [, missing_ok])`: a setting's value within a query.

use std::collections::BTreeMap;

use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, TypeSignature, Volatility,
};

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
        let Some(ColumnarValue::Scalar(ScalarValue::Utf8(name))) = args.args.first() else {
            return exec_err!("current_setting takes the name as a literal");
        };
        let missing_ok = matches!(args.args.get(1), Some(ColumnarValue::Scalar(ScalarValue::Boolean(Some(true)))));
        let value = name.as_ref().and_then(|name| self.settings.get(&name.to_ascii_lowercase())).cloned();
        if let (Some(name), None, false) = (name, &value, missing_ok) {
            return exec_err!("there is no setting \"{name}\"");
        }
        Ok(ColumnarValue::Scalar(ScalarValue::Utf8(value)))
    }
}
