//! Functions that answer the same whatever they are asked: what they tell of is not here, or is always so.

use arrow::datatypes::{DataType, Field};
use datafusion::common::scalar::ScalarStructBuilder;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, TypeSignature, Volatility,
};

/// What a function answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Always {
    Text(&'static str),
    NoText,
    True,
    False,
    Number(i64),
    NoNumber,
    /// There is no key to expand.
    NoKeys,
}

use Always::{False, NoKeys, NoNumber, NoText, Number, Text, True};

/// The functions. There are no comments, defaults, keys, indexes, triggers, locks; one process that is never a replica;
/// one encoding; and whatever can be named is visible.
const FUNCTIONS: [(&str, Always); 57] = [
    ("_pg_expandarray", NoKeys),
    ("col_description", NoText),
    ("getdatabaseencoding", Text("UTF8")),
    ("inet_client_addr", NoText),
    ("inet_client_port", NoNumber),
    ("inet_server_addr", NoText),
    ("inet_server_port", NoNumber),
    ("obj_description", NoText),
    ("pg_advisory_unlock_all", Text("")),
    ("pg_backend_pid", Number(1)),
    ("pg_client_encoding", Text("UTF8")),
    ("pg_collation_for", NoText),
    ("pg_collation_is_visible", True),
    ("pg_conversion_is_visible", True),
    ("pg_current_xact_id", Number(1)),
    ("pg_database_size", Number(0)),
    ("pg_encoding_to_char", Text("UTF8")),
    ("pg_function_is_visible", True),
    ("pg_get_constraintdef", NoText),
    ("pg_get_expr", NoText),
    ("pg_get_functiondef", NoText),
    ("pg_get_function_sqlbody", NoText),
    ("pg_get_indexdef", NoText),
    ("pg_get_partition_constraintdef", NoText),
    ("pg_get_partkeydef", NoText),
    ("pg_get_ruledef", NoText),
    ("pg_get_serial_sequence", NoText),
    ("pg_get_statisticsobjdef", NoText),
    ("pg_get_statisticsobjdef_columns", NoText),
    ("pg_get_triggerdef", NoText),
    ("pg_has_role", True),
    ("pg_indexes_size", Number(0)),
    ("pg_is_in_recovery", False),
    ("pg_is_other_temp_schema", False),
    ("pg_is_wal_replay_paused", False),
    ("pg_jit_available", False),
    ("pg_last_wal_receive_lsn", NoText),
    ("pg_last_wal_replay_lsn", NoText),
    ("pg_my_temp_schema", Number(0)),
    ("pg_opclass_is_visible", True),
    ("pg_operator_is_visible", True),
    ("pg_opfamily_is_visible", True),
    ("pg_relation_filepath", NoText),
    ("pg_relation_is_publishable", False),
    ("pg_relation_is_updatable", Number(0)),
    ("pg_relation_size", Number(0)),
    ("pg_sequence_last_value", NoNumber),
    ("pg_statistics_obj_is_visible", True),
    ("pg_table_size", Number(0)),
    ("pg_tablespace_location", Text("")),
    ("pg_tablespace_size", Number(0)),
    ("pg_total_relation_size", Number(0)),
    ("pg_ts_config_is_visible", True),
    ("pg_ts_dict_is_visible", True),
    ("pg_type_is_visible", True),
    ("shobj_description", NoText),
    ("txid_current", Number(1)),
];

/// All of them.
pub(super) fn functions() -> impl Iterator<Item = ScalarUDF> {
    FUNCTIONS.into_iter().map(|(name, answer)| {
        let arguments = vec![TypeSignature::Nullary, TypeSignature::VariadicAny];
        let signature = Signature::one_of(arguments, Volatility::Stable);
        ScalarUDF::from(Constant { name, answer, signature })
    })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Constant {
    name: &'static str,
    answer: Always,
    signature: Signature,
}

impl ScalarUDFImpl for Constant {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.value().data_type())
    }

    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> Result<ColumnarValue> {
        Ok(ColumnarValue::Scalar(self.value()))
    }
}

impl Constant {
    fn value(&self) -> ScalarValue {
        match self.answer {
            Text(text) => ScalarValue::from(text),
            NoText => ScalarValue::Utf8(None),
            True => ScalarValue::from(true),
            False => ScalarValue::from(false),
            Number(number) => ScalarValue::from(number),
            NoNumber => ScalarValue::Int64(None),
            NoKeys => {
                let field = |name: &str| Field::new(name, DataType::Int32, true);
                ScalarStructBuilder::new_null(vec![field("x"), field("n")])
            }
        }
    }
}
