//! What is unusual, what people made of it, and what money it is about.

use super::{DETAIL, NOW, OF_CITY_OR_ALL, data_as_of};
use crate::language::Words;
use crate::panel::{ACT, About, Board, PLAIN, Panel, Section, Shape, Step, Variable, WARN};

const COURSE: Words = ["When they were found", "發現走勢", "发现走势"];
const JUDGED: Words = ["How they were judged", "判定結果", "判定结果"];
const DETECTED: &str = "$__timeFilter(detected_at)";

pub(super) fn board() -> Board {
    let now = vec![data_as_of(), new("act", ACT), new("warn", WARN), new("notice", PLAIN)];
    let judged = vec![in_state("acknowledged"), in_state("false_alarm"), money()];
    let courses = vec![course("series"), course("kind"), money_by_kind()];
    Board {
        id: "anomalies",
        title: ["Tidemark: anomalies", "Tidemark：異常", "Tidemark：异常"],
        question: [
            "What is unusual, has someone looked, and what money is it about?",
            "有何異常？是否已處理？涉及多少金額？",
            "有何异常？是否已处理？涉及多少金额？",
        ],
        variables: &[Variable::City],
        from: "now-30d",
        to: "now",
        refresh: "1m",
        sections: vec![
            Section { title: NOW, per_line: 7, height: 3, panels: now.into_iter().chain(judged).collect() },
            Section { title: COURSE, per_line: 3, height: 8, panels: courses },
            Section { title: DETAIL, per_line: 1, height: 14, panels: vec![newest()] },
            Section { title: JUDGED, per_line: 1, height: 7, panels: vec![by_kind()] },
        ],
    }
}

/// Found in the chosen time, and nobody has said anything of it.
fn new(severity: &'static str, colour: &'static str) -> Panel {
    let title: Words = match severity {
        "act" => ["New, to act on", "新異常：需處理", "新异常：需处理"],
        "warn" => ["New, to look at", "新異常：需留意", "新异常：需留意"],
        _ => ["New, to know", "新異常：供知悉", "新异常：供知悉"],
    };
    let about = About {
        title,
        meaning: [
            "Anomalies of this severity that were first seen in the chosen time and of which nobody has said anything yet (tidemark anomalies mark). Coloured from the first one on: red is to act on, orange to look at.",
            "所選時段首次發現且無人處置的此級異常（tidemark anomalies mark）。自第一筆起著色：紅色需處理，橙色需留意。",
            "所选时段首次发现且无人处置的此级异常（tidemark anomalies mark）。自第一条起着色：红色需处理，橙色需留意。",
        ],
        formula: "count(*) of anomalies where state = 'new', by severity and detected_at",
        owner: "sre",
    };
    let sql = format!(
        "SELECT count(*) AS \"value\"\nFROM anomalies\n\
         WHERE state = 'new' AND severity = '{severity}' AND {DETECTED} AND {OF_CITY_OR_ALL}"
    );
    let steps = vec![Step { from: None, colour: crate::panel::GOOD }, Step { from: Some(1.0), colour }];
    Panel { steps, ..Panel::count(about, sql) }
}

fn in_state(state: &'static str) -> Panel {
    let title: Words = match state {
        "acknowledged" => ["Acknowledged", "已確認異常", "已确认异常"],
        _ => ["False alarms", "誤報數", "误报数"],
    };
    let about = About {
        title,
        meaning: [
            "Anomalies first seen in the chosen time that people have marked so.",
            "所選時段首次發現、且已被如此標記的異常。",
            "所选时段首次发现、且已被如此标记的异常。",
        ],
        formula: "count(*) of anomalies by state and detected_at",
        owner: "sre",
    };
    let sql = format!(
        "SELECT count(*) AS \"value\"\nFROM anomalies\nWHERE state = '{state}' AND {DETECTED} AND {OF_CITY_OR_ALL}"
    );
    Panel::count(about, sql)
}

fn money() -> Panel {
    let about = About {
        title: ["Money at risk", "風險金額合計", "风险金额合计"],
        meaning: [
            "HKD beyond what is usual, of anomalies first seen in the chosen time that are neither resolved nor false alarms.",
            "所選時段首次發現、未解決且非誤報之異常，其超出常態的港元金額。",
            "所选时段首次发现、未解决且非误报之异常，其超出常态的港元金额。",
        ],
        formula: "sum(money_at_risk) of anomalies where state is not resolved or false_alarm",
        owner: "finance",
    };
    let sql = format!(
        "SELECT coalesce(sum(money_at_risk), 0) AS \"value\"\nFROM anomalies\n\
         WHERE state NOT IN ('resolved', 'false_alarm') AND {DETECTED} AND {OF_CITY_OR_ALL}"
    );
    Panel::sql(Shape::Figure, "currency:HK$ ", about, sql)
}

/// By the day on which they were first seen (UTC).
fn course(by: &'static str) -> Panel {
    let title: Words = match by {
        "series" => ["Anomalies by series", "異常按序列", "异常按序列"],
        _ => ["Anomalies by kind", "異常按類別", "异常按类别"],
    };
    let about = About {
        title,
        meaning: [
            "Anomalies by the day on which they were first seen (UTC), false alarms included.",
            "各日首次發現的異常（UTC），含誤報。",
            "各日首次发现的异常（UTC），含误报。",
        ],
        formula: "count(*) of anomalies by day of detected_at and series (kind)",
        owner: "sre",
    };
    over_time(about, "short", by, "count(*)", "")
}

fn money_by_kind() -> Panel {
    let about = About {
        title: ["Money at risk by kind", "風險金額按類別", "风险金额按类别"],
        meaning: [
            "HKD beyond what is usual by the day on which the anomaly was first seen (UTC), without false alarms.",
            "各日首次發現之異常（UTC）超出常態的港元金額，不含誤報。",
            "各日首次发现之异常（UTC）超出常态的港元金额，不含误报。",
        ],
        formula: "sum(money_at_risk) of anomalies by day of detected_at and kind",
        owner: "finance",
    };
    let kept = " AND money_at_risk IS NOT NULL AND state <> 'false_alarm'";
    over_time(about, "currency:HK$ ", "kind", "sum(money_at_risk)", kept)
}

fn over_time(about: About, unit: &'static str, by: &str, value: &str, kept: &str) -> Panel {
    let sql = format!(
        "SELECT date_trunc('day', detected_at) AS \"time\", {by} AS metric, {value} AS value\nFROM anomalies\n\
         WHERE {DETECTED} AND {OF_CITY_OR_ALL}{kept}\nGROUP BY 1, 2\nORDER BY 1, 2"
    );
    Panel::sql(Shape::Stack, unit, about, sql)
}

fn newest() -> Panel {
    let about = About {
        title: ["Anomalies, newest first", "異常清單（最新在前）", "异常清单（最新在前）"],
        meaning: [
            "What was found, where, what was expected instead, and what a person can check. The score is minus the decimal logarithm of the chance to see this when all is well. Red: to act on; orange: to look at; blue: to know.",
            "發現的內容、位置、預期值與可核對之處。異常分數為正常情況下出現此現象之機率的負對數（以 10 為底）。紅：需處理；橙：需留意；藍：供知悉。",
            "发现的内容、位置、预期值与可核对之处。异常分数为正常情况下出现此现象之概率的负对数（以 10 为底）。红：需处理；橙：需留意；蓝：供知悉。",
        ],
        formula: "anomalies by detected_at, at most 200",
        owner: "sre",
    };
    let sql = format!(
        r#"SELECT detected_at AS "detected", severity AS "severity", kind AS "kind", series AS "series",
  coalesce(city, '-') AS "city", coalesce(forwarder, '-') AS "forwarder", coalesce(subject, '-') AS "subject",
  observed AS "observed", expected AS "expected", score AS "score", money_at_risk AS "money_at_risk", state AS "state",
  at AS "began", explanation AS "explanation"
FROM anomalies
WHERE {DETECTED} AND {OF_CITY_OR_ALL}
ORDER BY detected_at DESC, score DESC, anomaly_id
LIMIT 200"#
    );
    Panel::table(about, sql)
}

fn by_kind() -> Panel {
    let about = About {
        title: ["What people made of them", "各類異常的處置", "各类异常的处置"],
        meaning: [
            "Anomalies first seen in the chosen time by kind and by how they stand; the share is that of false alarms among those that people judged.",
            "所選時段首次發現之異常，按類別與處置狀態；佔比為已判定者中的誤報比例。",
            "所选时段首次发现之异常，按类别与处置状态；占比为已判定者中的误报比例。",
        ],
        formula: "false_alarm / (acknowledged + resolved + false_alarm) of anomalies, by kind",
        owner: "sre",
    };
    let sql = format!(
        r#"SELECT kind AS "kind", count(*) AS "anomalies", count(*) FILTER (WHERE state = 'new') AS "undecided",
  count(*) FILTER (WHERE state = 'acknowledged') AS "acknowledged", count(*) FILTER (WHERE state = 'resolved') AS "resolved",
  count(*) FILTER (WHERE state = 'false_alarm') AS "false_alarms",
  CAST(count(*) FILTER (WHERE state = 'false_alarm') AS DOUBLE)
    / nullif(count(*) FILTER (WHERE state IN ('acknowledged', 'resolved', 'false_alarm')), 0) AS "share",
  sum(money_at_risk) AS "money_at_risk"
FROM anomalies
WHERE {DETECTED} AND {OF_CITY_OR_ALL}
GROUP BY 1
ORDER BY 2 DESC, 1"#
    );
    Panel::table(about, sql)
}
