//! Accuracy and rules: how well invoices are read, what people correct, and which rules read it.

use tidemark_sql::Library;

use super::{DETAIL, NOW, USUAL, data_as_of, kpi_sections, kpis};
use crate::language::Words;
use crate::panel::{About, Board, Panel, Section};

const LAYERS: Words = ["Rule layers and models", "規則層級與模型", "规则层级与模型"];
const RULES: Words = ["Rules", "規則", "规则"];

pub(super) fn board(library: &Library) -> Board {
    let [figures, courses] = kpi_sections(&kpis(library, "accuracy"));
    Board {
        id: "accuracy",
        title: ["Tidemark: accuracy and rules", "Tidemark：準確率與規則", "Tidemark：准确率与规则"],
        question: [
            "How well do we read invoices, what do people correct, and which rules read it?",
            "發票讀得多準？更正了什麼？由哪些規則讀取？",
            "发票读得多准？更正了什么？由哪些规则读取？",
        ],
        variables: USUAL,
        from: "now-30d",
        to: "now",
        refresh: "5m",
        sections: vec![
            Section { title: NOW, per_line: 3, height: 3, panels: vec![data_as_of(), promoted(), complained()] },
            figures,
            courses,
            Section { title: DETAIL, per_line: 1, height: 10, panels: vec![fields_corrected()] },
            Section { title: LAYERS, per_line: 2, height: 5, panels: vec![layers(), golden()] },
            Section { title: RULES, per_line: 2, height: 10, panels: vec![rules_corrected(), changes()] },
        ],
    }
}

fn promoted() -> Panel {
    let about = About {
        title: ["Rules promoted", "升級規則數", "升级规则数"],
        meaning: ["Promotions of rules in the chosen time.", "所選時段內升級的規則。", "所选时段内升级的规则。"],
        formula: "count(*) of invoice_events where type = 'rule.promoted'",
        owner: "ai",
    };
    let sql = r#"SELECT count(*) AS "value" FROM invoice_events WHERE type = 'rule.promoted' AND $__timeFilter(time)"#;
    Panel::count(about, sql)
}

fn complained() -> Panel {
    let about = About {
        title: ["Complaints about rules", "規則投訴", "规则投诉"],
        meaning: [
            "Complaints of users about rules; three about one rule suspend it.",
            "用戶對規則的投訴；同一規則三次即停用。",
            "用户对规则的投诉；同一规则三次即停用。",
        ],
        formula: "count(*) of invoice_events where type = 'rule.complaint'",
        owner: "ai",
    };
    let sql = r#"SELECT count(*) AS "value" FROM invoice_events WHERE type = 'rule.complaint' AND $__timeFilter(time)"#;
    Panel::count(about, sql)
}

fn fields_corrected() -> Panel {
    let about = About {
        title: ["Fields that people correct most", "最常更正的欄位", "最常更正的字段"],
        meaning: [
            "Corrections by field; exceptions are those from which nothing is to be learned.",
            "各欄位的更正次數；例外指不供學習者。",
            "各字段的更正次数；例外指不供学习者。",
        ],
        formula: "count(*) of corrections by field",
        owner: "ai",
    };
    Panel::table(
        about,
        r#"SELECT field AS "field", count(*) AS "corrections", count(DISTINCT invoice_id) AS "invoices",
  count(DISTINCT user_id) AS "users", count(*) FILTER (WHERE learn = 'exception') AS "exceptions"
FROM corrections
WHERE $__timeFilter(corrected_at) AND coalesce(city, '-') IN ($city)
GROUP BY 1
ORDER BY 2 DESC, 1
LIMIT 25"#,
    )
}

fn layers() -> Panel {
    let about = About {
        title: ["Accuracy by rule layer", "各規則層級準確率", "各规则层级准确率"],
        meaning: [
            "Fields of the last extractions by the layer of the rule that read them, and the share that nobody corrected.",
            "最後一次擷取的欄位按規則層級，及其中無人更正的比例。",
            "最后一次提取的字段按规则层级，及其中无人更正的比例。",
        ],
        formula: "1 - distinct corrected fields / fields of invoice_fields, by rule_layer",
        owner: "ai",
    };
    Panel::table(
        about,
        r#"SELECT coalesce(f.rule_layer, '-') AS "layer", count(*) AS "fields", count(c.field) AS "corrections",
  1 - CAST(count(c.field) AS DOUBLE) / count(*) AS "share"
FROM invoice_fields f
LEFT JOIN (SELECT DISTINCT invoice_id, field FROM corrections) c ON c.invoice_id = f.invoice_id AND c.field = f.field
WHERE $__timeFilter(f.extracted_at) AND coalesce(f.city, '-') IN ($city)
GROUP BY 1
ORDER BY 2 DESC, 1"#,
    )
}

fn golden() -> Panel {
    let about = About {
        title: ["Golden set by model", "黃金集：各模型", "黄金集：各模型"],
        meaning: [
            "What evaluations of the golden documents found, by model.",
            "黃金集評測結果，按模型。",
            "黄金集评测结果，按模型。",
        ],
        formula: "sum(correct) / sum(golden_fields) of golden.evaluated, by model",
        owner: "ai",
    };
    Panel::table(
        about,
        r#"SELECT coalesce(model, '-') AS "model", sum(golden_fields) AS "fields",
  CAST(sum(correct) AS DOUBLE) / nullif(sum(golden_fields), 0) AS "share", max(time) AS "newest"
FROM invoice_events
WHERE type = 'golden.evaluated' AND $__timeFilter(time) AND coalesce(city, '-') IN ($city)
GROUP BY 1
ORDER BY 1"#,
    )
}

fn rules_corrected() -> Panel {
    let about = About {
        title: ["Rules that people correct most", "最常被更正的規則", "最常被更正的规则"],
        meaning: [
            "Corrections by the rule and version that had read the field.",
            "按讀取該欄位的規則與版本統計的更正次數。",
            "按读取该字段的规则与版本统计的更正次数。",
        ],
        formula: "count(*) of corrections by rule_id, rule_version",
        owner: "ai",
    };
    Panel::table(
        about,
        r#"SELECT rule_id AS "rule", rule_version AS "rule_version", count(*) AS "corrections",
  count(DISTINCT user_id) AS "users", count(DISTINCT field) AS "fields", max(corrected_at) AS "newest"
FROM corrections
WHERE rule_id IS NOT NULL AND $__timeFilter(corrected_at) AND coalesce(city, '-') IN ($city)
GROUP BY 1, 2
ORDER BY 3 DESC, 1, 2
LIMIT 25"#,
    )
}

fn changes() -> Panel {
    let about = About {
        title: ["Promotions, rollbacks and complaints", "升級、回退與投訴", "升级、回退与投诉"],
        meaning: [
            "What happened to rules, the newest first. Rules are shared by all cities.",
            "規則的變動，最新在前。規則為各城市共用。",
            "规则的变动，最新在前。规则为各城市共用。",
        ],
        formula: "invoice_events where type is rule.promoted, rule.rolled_back or rule.complaint",
        owner: "ai",
    };
    Panel::table(
        about,
        r#"SELECT time AS "newest", type AS "event_type", rule_id AS "rule", rule_version AS "rule_version",
  layer AS "layer", forwarder AS "forwarder", field AS "field", impact_estimate AS "impact_estimate", reason AS "reason"
FROM invoice_events
WHERE type IN ('rule.promoted', 'rule.rolled_back', 'rule.complaint') AND $__timeFilter(time)
ORDER BY 1 DESC, 3
LIMIT 100"#,
    )
}
