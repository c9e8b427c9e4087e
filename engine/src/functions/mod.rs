//! Functions that the views need, and that PostgreSQL's clients expect and DataFusion lacks or answers otherwise.

mod ages;
mod arguments;
mod casts;
mod clock_trunc;
mod current_setting;
mod current_user;
mod date_trunc;
mod extract;
mod field_value;
mod interval_mul;
mod is_city;
mod items;
mod json;
mod like_pattern;
mod local_time;
mod micros_between;
mod minor_digits;
mod only;
mod operators;
mod patterns;
mod percentile;
mod set_config;
mod sum;
#[cfg(test)]
mod tests;
mod time_bucket;
mod timezone;
mod to_char;
mod to_timestamp;
mod version;

use std::sync::{Arc, Mutex};

use datafusion::common::Result;
use datafusion::execution::FunctionRegistry;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF};

use crate::settings::Settings;
pub(crate) use arguments::as_given;

/// Registers what is the same for everybody.
pub(crate) fn register(state: &mut SessionState) -> Result<()> {
    let local = [local_time::local_time(), local_time::local_day(), local_time::local_month(), local_time::day_start()];
    let others = [
        micros_between::micros_between(),
        is_city::is_city(),
        minor_digits::minor_digits(),
        time_bucket::time_bucket(),
        version::version(),
        like_pattern::like_pattern(),
        field_value::field_value(),
    ];
    let patterns = [
        ScalarUDF::from(date_trunc::DateTrunc::new()),
        ScalarUDF::from(to_char::ToChar::new()),
        ScalarUDF::from(timezone::Timezone::new()),
        extract::extract(),
    ];
    let times = to_timestamp::functions().into_iter().chain(interval_mul::functions()).chain(patterns);
    let times = times.chain(ages::functions()).chain(casts::functions());
    for function in local.into_iter().chain(items::functions()).chain(json::functions()).chain(others).chain(times) {
        // DataFusion's own of that name goes with its aliases. An alias left behind still carries the old function, and
        // whoever builds a state anew, as pg_catalog's set-up does, registers it again under its name, in hash order.
        state.deregister_udf(function.name())?;
        state.register_udf(Arc::new(function))?;
    }
    let by_utc = state.udf("date_trunc")?;
    state.register_udf(Arc::new(clock_trunc::date_trunc(by_utc)))?;
    state.register_udaf(Arc::new(AggregateUDF::from(sum::CheckedSum::new())))?;
    state.register_udaf(Arc::new(AggregateUDF::from(only::Only::new())))?;
    state.register_udaf(Arc::new(AggregateUDF::from(percentile::Percentile::new())))?;
    Ok(())
}

/// Registers what depends on who asks and how the session is set.
pub(crate) fn register_for_session(
    state: &mut SessionState,
    user: &str,
    settings: &Settings,
    for_later: &Arc<Mutex<Settings>>,
) -> Result<()> {
    state.register_udf(Arc::new(ScalarUDF::from(set_config::SetConfig::new(Arc::clone(for_later)))))?;
    state.register_expr_planner(Arc::new(operators::Operators::new(state.udf("to_text")?)))?;
    let setting = current_setting::CurrentSetting::new(settings.all().clone());
    state.register_udf(Arc::new(ScalarUDF::from(setting)))?;
    state.register_udf(Arc::new(current_user::current_user(user)))?;
    Ok(())
}
