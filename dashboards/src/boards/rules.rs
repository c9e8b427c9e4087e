//! The rules' loop: how accurate mapping rules are, and what the rule engine is told of it.

use super::{DETAIL, NOW, data_as_of};
use crate::kpi::OF_CITY;
use crate::language::Words;
use crate::panel::{About, Board, Panel, Section, Shape, Variable};

const ACCURACY: Words = ["How accurate rules are", "規則準確率", "规则准确率"];
const STANDING: Words = ["How the loop stands", "學習迴路現況", "学习回路现状"];
const LOOP: Words = ["What the rule engine is told", "回饋規則引擎", "反馈规则引擎"];
/// Accuracies of fewer fields say little.
const ENOUGH: u32 = 20;
/// Messages that ask for something.
const ADVICE: &str = "('rule.rollback_advised', 'rule.suspended', 'rule.promotion_suggested')";

pub(super) fn board() -> Board {
    Board {
        id: "rules",
        title: ["Tidemark: rules and feedback", "Tidemark：規則與回饋", "Tidemark：规则与反馈"],
        question: [
            "Which rules read badly, what is advised, and does the rule engine know?",
            "哪些規則讀取不準？有何建議？規則引擎是否已獲知？",
            "哪些规则读取不准？有何建议？规则引擎是否已获知？",
        ],
        variables: &[Variable::City],
        from: "now-30d",
        to: "now",
        refresh: "1m",
        sections: vec![
            Section {
                title: NOW,
                per_line: 6,
                height: 3,
                panels: vec![
                    data_as_of(),
                    waiting(),
                    told("rule.rollback_advised").worse_from(1.0, None),
                    told("rule.suspended").worse_from(1.0, None),
                    told("rule.promotion_suggested"),
                    to_review().worse_from(1.0, None),
                ],
            },
            Section { title: LOOP, per_line: 1, height: 8, panels: vec![messages(), open_advice()] },
            Section { title: STANDING, per_line: 1, height: 8, panels: vec![watched(), collecting()] },
            Section { title: ACCURACY, per_line: 2, height: 9, panels: vec![by_layer(), by_field()] },
            Section { title: DETAIL, per_line: 1, height: 12, panels: vec![lowest()] },
        ],
    }
}

fn waiting() -> Panel {
    let about = About {
        title: ["Messages that wait for Kafka", "待發送訊息", "待发送消息"],
        meaning: [
            "Messages that Kafka has not acknowledged yet, of any time. They are kept in order and sent as soon as it can be reached.",
            "Kafka 尚未確認的訊息（不限時段）。依序保留，可連線即發送。",
            "Kafka 尚未确认的消息（不限时段）。按序保留，可连接即发送。",
        ],
        formula: "count(*) of rule_feedback where published_at is null",
        owner: "sre",
    };
    let sql = r#"SELECT count(*) AS "value" FROM rule_feedback WHERE published_at IS NULL"#;
    Panel::count(about, sql).worse_from(1.0, Some(100.0))
}

fn told(kind: &'static str) -> Panel {
    let title: Words = match kind {
        "rule.rollback_advised" => ["Rollbacks advised", "建議回退", "建议回退"],
        "rule.suspended" => ["Rules suspended", "停用規則", "停用规则"],
        _ => ["Promotions suggested", "建議升級", "建议升级"],
    };
    let about = About {
        title,
        meaning: [
            "Messages of this kind that were made in the chosen time, open or not.",
            "所選時段產生的此類訊息，不論是否已處理。",
            "所选时段产生的此类消息，不论是否已处理。",
        ],
        formula: "count(*) of rule_feedback by type and made_at",
        owner: "ai",
    };
    let sql =
        format!("SELECT count(*) AS \"value\"\nFROM rule_feedback\nWHERE type = '{kind}' AND $__timeFilter(made_at)");
    Panel::count(about, sql)
}

fn to_review() -> Panel {
    let about = About {
        title: ["Advice that needs a person", "需人工審核的建議", "需人工审核的建议"],
        meaning: [
            "Open advice made in the chosen time that a person must look at before anything is done.",
            "所選時段產生、執行前須人工審核的未處理建議。",
            "所选时段产生、执行前须人工审核的未处理建议。",
        ],
        formula: "count(*) of open advice where needs_review",
        owner: "ai",
    };
    Panel::count(about, format!("SELECT count(*) AS \"value\"\n{} AND f.needs_review", open()))
}

/// Advice after which its rule has neither been promoted nor rolled back.
fn open() -> String {
    format!(
        "FROM rule_feedback f\nLEFT JOIN (\n  SELECT rule_id, max(time) AS changed_at\n  FROM invoice_events\n  \
         WHERE type IN ('rule.promoted', 'rule.rolled_back')\n  GROUP BY 1\n) c ON c.rule_id = f.rule_id\n\
         WHERE f.type IN {ADVICE} AND $__timeFilter(f.made_at)\n  \
         AND (c.changed_at IS NULL OR c.changed_at < f.evidence_at)"
    )
}

fn messages() -> Panel {
    let about = About {
        title: ["Messages by type", "訊息按類型", "消息按类型"],
        meaning: [
            "Messages to the rule engine by the day on which they were made (UTC).",
            "各日產生、發給規則引擎的訊息（UTC）。",
            "各日产生、发给规则引擎的消息（UTC）。",
        ],
        formula: "count(*) of rule_feedback by type and day of made_at",
        owner: "ai",
    };
    let sql = r#"SELECT date_trunc('day', made_at) AS "time", type AS metric, count(*) AS value
FROM rule_feedback
WHERE $__timeFilter(made_at)
GROUP BY 1, 2
ORDER BY 1, 2"#;
    Panel::sql(Shape::Stack, "short", about, sql)
}

fn open_advice() -> Panel {
    let about = About {
        title: ["Open advice", "未處理建議", "未处理建议"],
        meaning: [
            "What is advised about rules and not done: no promotion or rollback of the rule came after the evidence. The impact is how many past invoices the rule would have changed. Newest first.",
            "對規則提出而尚未執行的建議：證據之後該規則無升級或回退。預計影響為該規則會改變的過往發票數。最新在前。",
            "对规则提出而尚未执行的建议：证据之后该规则无升级或回退。预计影响为该规则会改变的过往发票数。最新在前。",
        ],
        formula: "rule_feedback of rollback, suspension and promotion without rule.promoted or rule.rolled_back after evidence_at",
        owner: "ai",
    };
    let sql = format!(
        r#"SELECT f.made_at AS "made", f.type AS "event_type", f.advice AS "advice", f.rule_id AS "rule",
  f.rule_version AS "rule_version", f.to_version AS "to_version", f.layer AS "layer", f.forwarder AS "forwarder",
  f.field AS "field", f.users AS "users", f.samples AS "samples", f.accuracy_before AS "accuracy_before",
  f.accuracy AS "accuracy", f.impact_estimate AS "impact_estimate", f.needs_review AS "needs_review", f.reason AS "reason"
{}
ORDER BY f.made_at DESC, f.message_id
LIMIT 100"#,
        open()
    );
    Panel::table(about, sql)
}

fn watched() -> Panel {
    let about = About {
        title: ["Rules under watch", "觀察中的規則", "观察中的规则"],
        meaning: [
            "Versions that were promoted within the last two days: watched for 24 hours, and for another day because readings come late. A warning is a drop of more than 5 points that is not proven; evidence of 500 proves it. Invoices still needed is how many more would prove the drop if it is as it looks; empty where there is no warning, or too little from before to prove it. Newest first.",
            "過去兩天內升級的規則版本：升級後觀察 24 小時，並因資料延遲再觀察一天。warning 表示準確率下降超過 5 個百分點但尚未證實；證據值達 500 即證實。尚需發票數：若下降屬實，還需多少張發票才能證實；無警告或先前資料不足時為空。最新在前。",
            "过去两天内升级的规则版本：升级后观察 24 小时，并因数据延迟再观察一天。warning 表示准确率下降超过 5 个百分点但尚未证实；证据值达 500 即证实。尚需发票数：若下降属实，还需多少张发票才能证实；无警告或此前数据不足时为空。最新在前。",
        ],
        formula: "rules_watched by promoted_at, at most 100",
        owner: "ai",
    };
    let sql = r#"SELECT promoted_at AS "promoted", state AS "rule_state", rule_id AS "rule", rule_version AS "rule_version",
  layer AS "layer", forwarder AS "forwarder", field AS "field", samples AS "samples", accuracy_before AS "accuracy_before",
  accuracy AS "accuracy", evidence AS "evidence", invoices_still_needed AS "invoices_still_needed", reason AS "reason"
FROM rules_watched
ORDER BY promoted_at DESC, rule_id, rule_version
LIMIT 100"#;
    Panel::table(about, sql)
}

fn collecting() -> Panel {
    let about = About {
        title: ["Corrections on their way to a rule", "累積中的更正模式", "累积中的更正模式"],
        meaning: [
            "Corrections alike of one field of one forwarder, made since the field's last promotion by fewer people than a suggestion needs. Each person counts once, exceptions do not count. Those closest to a suggestion first.",
            "同一貨代、同一欄位自上次升級以來的相似更正，更正人數尚不足以建議規則。每人只計一次，例外不計。最接近建議者在前。",
            "同一货代、同一字段自上次升级以来的相似更正，更正人数尚不足以建议规则。每人只计一次，例外不计。最接近建议者在前。",
        ],
        formula: "rule_patterns where state is collecting, by users, at most 100",
        owner: "ai",
    };
    let sql = r#"SELECT forwarder AS "forwarder", field AS "field", pattern AS "pattern", users AS "users",
  users_still_needed AS "users_still_needed", corrections AS "corrections", since_at AS "began"
FROM rule_patterns
WHERE state = 'collecting'
ORDER BY users DESC, since_at DESC, suggestion_id
LIMIT 100"#;
    Panel::table(about, sql)
}

/// Fields that nobody corrected, over all that were read.
const SHARE: &str = "CAST(sum(correct) AS DOUBLE) / sum(samples)";
const OF_READ: &str = "$__timeFilter(window_start)";

fn by_layer() -> Panel {
    let about = About {
        title: ["Accuracy of rules by layer", "規則準確率按層級", "规则准确率按层级"],
        meaning: [
            "Share of the fields that rules of a layer read and nobody corrected, by the day (UTC) on which the invoices settled.",
            "各層級規則讀取且無人更正的欄位比例，按發票完結日（UTC）。",
            "各层级规则读取且无人更正的字段比例，按发票完结日（UTC）。",
        ],
        formula: "sum(correct) / sum(samples) of rule_accuracy, by day and layer",
        owner: "ai",
    };
    let sql = format!(
        "SELECT window_start AS \"time\", layer AS metric, {SHARE} AS value\nFROM rule_accuracy\n\
         WHERE {OF_READ} AND {OF_CITY}\nGROUP BY 1, 2\nORDER BY 1, 2"
    );
    Panel::sql(Shape::Lines, "percentunit", about, sql)
}

fn by_field() -> Panel {
    let about = About {
        title: ["Accuracy of rules by field", "規則準確率按欄位", "规则准确率按字段"],
        meaning: [
            "The twelve fields that rules read worst, of those read at least 20 times.",
            "規則讀取最差的十二個欄位（至少讀取 20 次）。",
            "规则读取最差的十二个字段（至少读取 20 次）。",
        ],
        formula: "sum(correct) / sum(samples) of rule_accuracy, by field",
        owner: "ai",
    };
    let sql = format!(
        "SELECT field AS \"field\", {SHARE} AS \"value\"\nFROM rule_accuracy\n\
         WHERE {OF_READ} AND {OF_CITY}\nGROUP BY 1\nHAVING sum(samples) >= {ENOUGH}\nORDER BY 2, 1\nLIMIT 12"
    );
    Panel { decimals: Some(1), ..Panel::sql(Shape::Ranking, "percentunit", about, sql) }
}

fn lowest() -> Panel {
    let about = About {
        title: ["Rules that read worst", "準確率最低的規則", "准确率最低的规则"],
        meaning: [
            "Versions of rules by the share of fields that nobody corrected, lowest first, of those that read at least 20 fields in the chosen time. In 95 of 100 cases the true accuracy lies between the two bounds (Wilson's interval).",
            "各規則版本無人更正的欄位比例，由低至高（所選時段至少讀取 20 個欄位）。真實準確率有 95 % 的機會落於上下限之間（Wilson 區間）。",
            "各规则版本无人更正的字段比例，由低至高（所选时段至少读取 20 个字段）。真实准确率有 95 % 的概率落于上下限之间（Wilson 区间）。",
        ],
        formula: "sum(correct) / sum(samples) of rule_accuracy, by rule, version, forwarder and field",
        owner: "ai",
    };
    let (low, high) = (wilson('-'), wilson('+'));
    let sql = format!(
        r#"SELECT rule_id AS "rule", rule_version AS "rule_version", layer AS "layer", forwarder AS "forwarder", field AS "field",
  share AS "accuracy", {low} AS "interval_low", {high} AS "interval_high", n AS "samples"
FROM (
  SELECT rule_id, rule_version, layer, coalesce(forwarder, '-') AS forwarder, field, sum(samples) AS n, {SHARE} AS share
  FROM rule_accuracy
  WHERE {OF_READ} AND {OF_CITY}
  GROUP BY 1, 2, 3, 4, 5
) r
WHERE n >= {ENOUGH}
ORDER BY share, n DESC, 1, 2, 4, 5
LIMIT 25"#
    );
    Panel::table(about, sql)
}

/// A bound of a share's interval at 95 percent: z = 1.96. Source: E. B. Wilson, "Probable inference", JASA 22 (1927).
fn wilson(side: char) -> String {
    format!(
        "least(1, greatest(0, (share + 1.9208 / n {side} 1.96 * sqrt(share * (1 - share) / n + 0.9604 / (n * n))) / (1 + 3.8416 / n)))"
    )
}
