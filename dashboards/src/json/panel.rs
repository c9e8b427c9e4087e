//! A panel as Grafana reads it.

use serde_json::{Value, json};
use tidemark_sql::boards;

use super::{POSTGRES, PROMETHEUS, source, sql};
use crate::language::Language;
use crate::panel::{KPI_TITLE, PLAIN, Panel, Query, Shape, Step};
use crate::words::{self, COLUMNS, Column, Meant};

/// How much of what lies behind a band it hides, in percent.
const BAND_OPACITY: u32 = 20;

/// A panel without its id and its place.
pub(crate) fn json(panel: &Panel, language: Language) -> Value {
    let mut made = json!({
        "type": kind(panel.shape),
        "title": language.of(&panel.title),
        "description": language.of(&panel.description),
        "datasource": source(if matches!(panel.query, Query::Sql(_)) { POSTGRES } else { PROMETHEUS }),
        "targets": targets(panel, language),
        "options": options(panel.shape),
        "fieldConfig": {"defaults": defaults(panel, language), "overrides": overrides(panel, language)},
    });
    if let Some(board) = panel.more {
        made["links"] = json!([link(language.of(&words::MORE), &format!("{}?{WITH_ALL}", path(board, language)))]);
    }
    made
}

/// What a link carries over: the time and the chosen cities.
const WITH_ALL: &str = "${__url_time_range}&${city:queryparam}";

fn path(board: &str, language: Language) -> String {
    format!("/d/{}", boards::uid(board, language.code()))
}

fn link(title: &str, url: &str) -> Value {
    json!({
        "type": "link", "title": title, "url": url, "icon": "", "tooltip": "", "tags": [], "asDropdown": false,
        "targetBlank": false, "includeVars": false, "keepTime": false,
    })
}

const fn kind(shape: Shape) -> &'static str {
    match shape {
        Shape::Figure => "stat",
        Shape::Lines | Shape::Stack => "timeseries",
        Shape::Table => "table",
        Shape::Ranking => "bargauge",
        Shape::Columns => "barchart",
    }
}

fn targets(panel: &Panel, language: Language) -> Value {
    match &panel.query {
        Query::Sql(text) => {
            json!([sql(&text.replace(KPI_TITLE, language.kpi_title()), panel.shape.is_over_time())])
        },
        Query::Prometheus(series) => series
            .iter()
            .zip('A'..)
            .map(|((expression, name), id)| {
                json!({
                    "refId": id.to_string(), "datasource": source(PROMETHEUS), "editorMode": "code", "expr": expression,
                    "legendFormat": name, "range": panel.shape != Shape::Figure, "instant": panel.shape == Shape::Figure,
                })
            })
            .collect(),
    }
}

fn options(shape: Shape) -> Value {
    let reduce = |values: bool| json!({"values": values, "calcs": ["lastNotNull"], "fields": ""});
    let tooltip = json!({"mode": "multi", "sort": "desc"});
    let legend =
        |is_shown: bool| json!({"showLegend": is_shown, "displayMode": "list", "placement": "bottom", "calcs": []});
    let hidden = legend(false);
    match shape {
        Shape::Figure => json!({
            "reduceOptions": reduce(false), "colorMode": "value", "graphMode": "none", "textMode": "value",
            "justifyMode": "auto", "orientation": "auto", "wideLayout": true, "showPercentChange": false,
            "percentChangeColorMode": "standard",
        }),
        Shape::Lines | Shape::Stack => json!({"legend": legend(true), "tooltip": tooltip}),
        Shape::Table => json!({"showHeader": true, "cellHeight": "sm", "frameIndex": 0}),
        Shape::Ranking => json!({
            "reduceOptions": reduce(true), "displayMode": "basic", "orientation": "horizontal", "showUnfilled": true,
            "valueMode": "color", "namePlacement": "left", "sizing": "auto", "minVizWidth": 8, "minVizHeight": 12,
            "maxVizHeight": 24, "legend": hidden,
        }),
        Shape::Columns => json!({
            "orientation": "vertical", "showValue": "auto", "stacking": "none", "groupWidth": 0.7, "barWidth": 0.9,
            "barRadius": 0.0, "fullHighlight": false, "xTickLabelRotation": 0, "xTickLabelSpacing": 0,
            "xTickLabelMaxLength": 0,
            "legend": hidden,
            "tooltip": tooltip,
        }),
    }
}

fn defaults(panel: &Panel, language: Language) -> Value {
    let by_steps = panel.steps.len() > 1 && !panel.shape.is_over_time() && panel.shape != Shape::Table;
    let colour = match panel.shape {
        _ if by_steps => json!({"mode": "thresholds"}),
        Shape::Figure | Shape::Ranking => json!({"mode": "fixed", "fixedColor": PLAIN}),
        _ => json!({"mode": "palette-classic"}),
    };
    let mut made = json!({
        "unit": panel.unit, "noValue": language.of(&words::NOTHING), "color": colour, "mappings": [],
        "thresholds": {"mode": "absolute", "steps": panel.steps.iter().map(step).collect::<Value>()},
    });
    if let Some(decimals) = panel.decimals {
        made["decimals"] = json!(decimals);
    }
    if panel.unit == "percentunit" && panel.shape == Shape::Ranking {
        (made["min"], made["max"]) = (json!(0), json!(1));
    }
    if let Some(custom) = custom(panel) {
        made["custom"] = custom;
    }
    made
}

fn step(step: &Step) -> Value {
    json!({"value": step.from, "color": step.colour})
}

/// What a kind of panel knows about its fields beyond what all know; none for figures and rankings.
fn custom(panel: &Panel) -> Option<Value> {
    let over_time = |is_stack: bool| {
        json!({
            "drawStyle": if is_stack { "bars" } else { "line" }, "lineInterpolation": "linear",
            "lineWidth": if is_stack { 0 } else { 2 }, "fillOpacity": if is_stack { 80 } else { 0 },
            "gradientMode": "none", "showPoints": "auto", "pointSize": 5, "spanNulls": false,
            "stacking": {"mode": if is_stack { "normal" } else { "none" }, "group": "A"},
            "axisPlacement": "auto", "axisLabel": "",
            "thresholdsStyle": {"mode": if panel.steps.len() > 1 { "dashed" } else { "off" }},
        })
    };
    match panel.shape {
        Shape::Figure | Shape::Ranking => None,
        Shape::Table => Some(json!({
            "align": "auto", "cellOptions": {"type": "auto"}, "inspect": false, "filterable": true,
        })),
        Shape::Columns => Some(json!({"lineWidth": 1, "fillOpacity": 80, "gradientMode": "none"})),
        Shape::Lines => Some(over_time(false)),
        Shape::Stack => Some(over_time(true)),
    }
}

/// What columns and series are called, their units, and where they lead.
fn overrides(panel: &Panel, language: Language) -> Value {
    let Query::Sql(text) = &panel.query else { return json!([]) };
    let mut made: Vec<Value> = COLUMNS
        .iter()
        .filter(|column| names(text, column.name))
        .filter(|column| column.name != "value" || panel.value.is_none())
        .map(|column| over(column.name, &of_column(panel, column, language)))
        .collect();
    if let Some(value) = &panel.value {
        made.push(over("value", &[("displayName", json!(language.of(value)))]));
    }
    made.extend(panel.columns.iter().map(|(name, title, unit)| {
        let decimals = ("decimals", json!(if *unit == "percentunit" { 1 } else { 0 }));
        over(name, &[("displayName", json!(language.of(title))), ("unit", json!(unit)), decimals])
    }));
    if names(text, "target") {
        let dashes = json!({"fill": "dash", "dash": [8, 8]});
        let colour = json!({"mode": "fixed", "fixedColor": "text"});
        let name = json!(language.of(&words::TARGET));
        made.push(over("target", &[("displayName", name), ("custom.lineStyle", dashes), ("color", colour)]));
    }
    if names(text, "lower80") && panel.shape == Shape::Lines {
        made.extend(band(language));
    }
    made.into()
}

/// What a forecast lies in with a chance of 80 %: the room between two bounds, filled without lines.
fn band(language: Language) -> [Value; 2] {
    let lower = COLUMNS.iter().find(|column| column.name == "lower80").map(|column| language.of(&column.title));
    let bound = || vec![("custom.lineWidth", json!(0)), ("color", json!({"mode": "fixed", "fixedColor": PLAIN}))];
    let mut upper = bound();
    upper.extend([("custom.fillBelowTo", json!(lower)), ("custom.fillOpacity", json!(BAND_OPACITY))]);
    [over("lower80", &bound()), over("upper80", &upper)]
}

/// Whether a query answers a column of that name.
fn names(sql: &str, column: &str) -> bool {
    sql.contains(&format!("AS \"{column}\""))
}

fn over(column: &str, properties: &[(&str, Value)]) -> Value {
    let properties: Vec<Value> = properties.iter().map(|(id, value)| json!({"id": id, "value": value})).collect();
    json!({"matcher": {"id": "byName", "options": column}, "properties": properties})
}

fn of_column(panel: &Panel, column: &Column, language: Language) -> Vec<(&'static str, Value)> {
    let mut properties = vec![("displayName", json!(language.of(&column.title)))];
    properties.extend(column.unit.filter(|_| panel.shape == Shape::Table).map(|unit| ("unit", json!(unit))));
    if column.unit == Some("percentunit") {
        properties.push(("decimals", json!(1)));
    }
    if panel.shape == Shape::Table {
        properties.extend(where_to(column.name, language).map(|link| ("links", json!([link]))));
        if let Some(values) = words::values(column.name) {
            properties.push(("mappings", json!([mapping(values, language)])));
            properties.push(("custom.cellOptions", json!({"type": "color-text"})));
        }
    }
    properties
}

/// A city leads to its invoices, a forwarder to its board.
fn where_to(column: &str, language: Language) -> Option<Value> {
    let (title, board, more) = match column {
        "city" => (words::CITY_LINK, "invoices", "${__url_time_range}&var-city=${__value.raw:percentencode}"),
        "forwarder" => (
            words::FORWARDER_LINK,
            "forwarders",
            "${__url_time_range}&${city:queryparam}&var-forwarder=${__value.raw:percentencode}",
        ),
        _ => return None,
    };
    let url = format!("{}?{more}", path(board, language));
    Some(json!({"title": language.of(&title), "url": url, "targetBlank": false}))
}

fn mapping(values: &[Meant], language: Language) -> Value {
    let one = |(index, (name, words, colour)): (usize, &Meant)| {
        ((*name).to_owned(), json!({"text": language.of(words), "color": colour, "index": index}))
    };
    let options: serde_json::Map<_, _> = values.iter().enumerate().map(one).collect();
    json!({"type": "value", "options": options})
}
