//! What viewers choose, and what is marked on the time axis.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tidemark_model::city::CITIES;
use tidemark_model::stream::Stream;

use super::{POSTGRES, source, sql};
use crate::language::{Language, Words};
use crate::panel::Variable;
use crate::words;

const CITY: Words = ["City", "城市", "城市"];
const FORWARDER: Words = ["Forwarder", "貨代", "货代"];
const GRAIN: Words = ["By", "按", "按"];
const TIME_ZONE: Words = ["Hours of day in", "時段所用時區", "时段所用时区"];
const STREAM: Words = ["Stream", "資料流", "数据流"];
const GRAINS: [(&str, Words); 3] = [
    ("kpi_daily", ["day", "日", "日"]),
    ("kpi_hourly", ["hour", "小時", "小时"]),
    ("kpi_monthly", ["month", "月", "月"]),
];
const PROMOTIONS: Words = ["Rule promotions", "規則升級", "规则升级"];
const ROLLBACKS: Words = ["Rule rollbacks", "規則回退", "规则回退"];
const INCIDENTS: Words = ["Incidents: hours with many failures", "事故：失敗集中的小時", "事故：失败集中的小时"];

/// The variables of a board, in its order.
pub(crate) fn list(variables: &[Variable], language: Language) -> Vec<Value> {
    variables
        .iter()
        .map(|variable| match variable {
            Variable::City => asked("city", &CITY, &cities(language), language),
            Variable::Forwarder => asked("forwarder", &FORWARDER, FORWARDERS, language),
            Variable::Grain => {
                let grains = GRAINS.map(|(relation, words)| (language.of(&words).to_owned(), relation.to_owned()));
                listed("grain", &GRAIN, &grains, language)
            }
            Variable::TimeZone => listed("timezone", &TIME_ZONE, &zones(), language),
            Variable::Stream => {
                let streams = Stream::ALL.map(|stream| (stream.name().to_owned(), stream.name().to_owned()));
                several(listed("stream", &STREAM, &streams, language))
            }
        })
        .collect()
}

/// The cities that anything is counted for, unknown codes and what has no city included.
fn cities(language: Language) -> String {
    format!(
        "SELECT DISTINCT coalesce(k.city, '-') AS __value, coalesce(c.{}, k.city, '{}') AS __text\n\
         FROM kpi_monthly k\nLEFT JOIN cities c ON c.city = k.city\n\
         WHERE k.kpi IN ('invoices_received', 'sessions_requested', 'ai_cost_hkd')\nORDER BY 2",
        language.city_name(),
        language.of(&words::NO_CITY)
    )
}

const FORWARDERS: &str = "SELECT DISTINCT coalesce(forwarder, '-') AS __value, coalesce(forwarder, '-') AS __text\n\
     FROM kpi_daily_by_forwarder\nWHERE kpi = 'invoices_settled'\nORDER BY 2";

/// The zones of the group's cities, Hong Kong's first.
fn zones() -> Vec<(String, String)> {
    let mut seen = BTreeSet::new();
    let zones = CITIES.iter().map(|city| city.zone.name()).filter(|zone| seen.insert(*zone)).collect::<Vec<_>>();
    zones.into_iter().chain(["UTC"]).map(|zone| (zone.to_owned(), zone.to_owned())).collect()
}

/// A variable that SQL fills, of which several may be chosen; at first all.
fn asked(name: &str, label: &Words, query: &str, language: Language) -> Value {
    several(json!({
        "type": "query", "name": name, "label": language.of(label), "hide": 0, "skipUrlSync": false,
        "datasource": source(POSTGRES), "query": query, "refresh": 1, "regex": "", "sort": 0,
        "options": [],
    }))
}

fn several(mut variable: Value) -> Value {
    variable["multi"] = json!(true);
    variable["includeAll"] = json!(true);
    variable["current"] = json!({"selected": true, "text": ["All"], "value": ["$__all"]});
    variable
}

/// A variable of given options, texts and values; at first the first.
fn listed(name: &str, label: &Words, options: &[(String, String)], language: Language) -> Value {
    let query: Vec<String> = options.iter().map(|(text, value)| format!("{text} : {value}")).collect();
    let option = |(index, (text, value)): (usize, &(String, String))| json!({"selected": index == 0, "text": text, "value": value});
    let options: Vec<Value> = options.iter().enumerate().map(option).collect();
    json!({
        "type": "custom", "name": name, "label": language.of(label), "hide": 0, "skipUrlSync": false,
        "query": query.join(", "), "multi": false, "includeAll": false, "current": options.first(), "options": options,
    })
}

/// Marks on the time axis: what changed the rules, and hours in which much failed.
pub(crate) fn annotations(language: Language) -> Vec<Value> {
    let mark = |name: Words, colour: &str, text: &str| {
        json!({
            "name": language.of(&name), "datasource": source(POSTGRES), "enable": true, "hide": false,
            "iconColor": colour, "target": sql(text, false),
        })
    };
    vec![
        mark(PROMOTIONS, "blue", PROMOTED),
        mark(ROLLBACKS, "orange", ROLLED_BACK),
        mark(INCIDENTS, "red", FAILED_HOURS),
    ]
}

const PROMOTED: &str = "SELECT time AS \"time\", rule_id || ' ' || rule_version || coalesce(' ' || forwarder, '') \
     || coalesce(' ' || field, '') AS \"text\", layer AS \"tags\"\nFROM invoice_events\n\
     WHERE type = 'rule.promoted' AND $__timeFilter(time)\nORDER BY 1 DESC\nLIMIT 200";
const ROLLED_BACK: &str = "SELECT time AS \"time\", rule_id || ' ' || rule_version || coalesce(' -> ' || to_version, '') \
     || coalesce(': ' || reason, '') AS \"text\", 'rollback' AS \"tags\"\nFROM invoice_events\n\
     WHERE type = 'rule.rolled_back' AND $__timeFilter(time)\nORDER BY 1 DESC\nLIMIT 200";
/// By hour, over the cities with at least five failures and three times the share from which the error rate warns.
const FAILED_HOURS: &str = "SELECT bucket AS \"time\", CAST(CAST(sum(numerator) AS BIGINT) AS VARCHAR) || ' / ' \
     || CAST(CAST(sum(denominator) AS BIGINT) AS VARCHAR) AS \"text\", string_agg(city, ',' ORDER BY city) AS \"tags\"\n\
     FROM kpi_hourly\nWHERE kpi = 'error_rate' AND $__timeFilter(bucket) AND numerator >= 5 AND value > 0.15\n\
     GROUP BY 1\nORDER BY 1 DESC\nLIMIT 200";
