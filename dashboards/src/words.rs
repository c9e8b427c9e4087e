//! The words that several panels share: what a description is made of, and the columns of tables and series.

use tidemark_sql::KpiQuery;

use crate::language::{Language, Text, Words, compose};

pub(crate) const TARGETS: Words = [
    "Targets until 3 months, until 6 months and later after a city's go-live",
    "目標（城市上線 3 個月內／6 個月內／之後）",
    "目标（城市上线 3 个月内／6 个月内／之后）",
];
pub(crate) const TARGET: Words = ["Target", "目標", "目标"];
pub(crate) const ORANGE: Words = ["Orange, worth a look", "橙色，需留意", "橙色，需留意"];
pub(crate) const BLUE: Words = [
    "Blue: between the first and the last target; the dashed line is the one that holds",
    "藍色：介於首個與最終目標之間；虛線為現行目標",
    "蓝色：介于首个与最终目标之间；虚线为现行目标",
];
pub(crate) const RED: Words = ["Red, act", "紅色，需處理", "红色，需处理"];
pub(crate) const BELOW: Words = ["below", "低於", "低于"];
pub(crate) const ABOVE: Words = ["above", "高於", "高于"];
pub(crate) const NOTHING: Words = ["nothing in this time", "此時段無資料", "此时段无数据"];
pub(crate) const MORE: Words = ["More on this", "查看詳情", "查看详情"];
pub(crate) const OTHER_BOARDS: Words = ["Boards", "其他看板", "其他看板"];
pub(crate) const NO_CITY: Words = ["no city", "未分配城市", "未分配城市"];
pub(crate) const FORWARDER_LINK: Words = ["This forwarder", "查看此貨代", "查看此货代"];
pub(crate) const CITY_LINK: Words = ["This city's invoices", "查看此城市發票", "查看此城市发票"];

const FORMULA: Words = ["Formula", "公式", "公式"];
const OWNER: Words = ["Owner", "負責方", "负责方"];

/// What a status of a KPI, of an advice or of an anomaly is called, with its colour.
const STATUSES: &[Meant] = &[
    ("ok", ["on target", "達標", "达标"], "green"),
    ("fine", ["enough", "足夠", "充足"], "green"),
    ("notice", ["to know", "供知悉", "供知悉"], "blue"),
    ("warn", ["watch", "留意", "留意"], "orange"),
    ("act", ["act", "處理", "处理"], "red"),
];

/// What values of columns are called, with their colours.
const VERDICTS: &[Meant] = &[
    ("better", ["Better", "較佳", "较佳"], "green"),
    ("worse", ["Worse", "較差", "较差"], "red"),
    ("no difference yet", ["No difference yet", "尚無差異", "尚无差异"], "blue"),
    (
        "do not trust: sample ratio",
        ["Do not trust: the split is not as planned", "不可信：分組比例不符計畫", "不可信：分组比例不符计划"],
        "orange",
    ),
    ("harms guardrail", ["Harms a guardrail", "損及護欄", "损及护栏"], "red"),
];
const STANDINGS: &[Meant] = &[
    ("better", ["better", "較佳", "较佳"], "green"),
    ("worse", ["worse", "較差", "较差"], "red"),
    ("open", ["open", "未定", "未定"], "text"),
    ("held", ["held", "守住", "守住"], "green"),
    ("harmed", ["harmed", "受損", "受损"], "red"),
];
const ROLES: &[Meant] =
    &[("goal", ["goal", "目標", "目标"], "text"), ("guardrail", ["guardrail", "護欄", "护栏"], "text")];
const MEASURES: &[Meant] = &[
    ("success", ["Invoices without a correction", "未經更正的發票", "未经更正的发票"], "text"),
    ("automation_rate", ["Automation rate", "自動化率", "自动化率"], "text"),
    ("ai_cost_per_invoice_hkd", ["AI cost per invoice", "每張發票 AI 成本", "每张发票 AI 成本"], "text"),
    ("ai_latency_ms", ["AI latency", "AI 延遲", "AI 延迟"], "text"),
    ("ai_error_rate", ["AI error rate", "AI 錯誤率", "AI 错误率"], "text"),
];
const WHOSE: &[Meant] = &[
    ("city", ["Each city", "各城市", "各城市"], "text"),
    ("all", ["All cities together", "所有城市合計", "所有城市合计"], "text"),
    ("forwarder", ["Each forwarder", "各貨代", "各货代"], "text"),
];
const GRAINS: &[Meant] = &[("hour", ["Hour", "小時", "小时"], "text"), ("day", ["Day", "日", "日"], "text")];

/// A value, what it is called, and its colour.
pub(crate) type Meant = (&'static str, Words, &'static str);

/// What the values of a column are called, where they are words of the platform's own.
pub(crate) fn values(column: &str) -> Option<&'static [Meant]> {
    match column {
        "status" | "severity" => Some(STATUSES),
        "verdict" => Some(VERDICTS),
        "standing" => Some(STANDINGS),
        "role" => Some(ROLES),
        "measure" => Some(MEASURES),
        "whose" => Some(WHOSE),
        "grain" => Some(GRAINS),
        _ => None,
    }
}

/// A column of a table or a series: its name in SQL, what it is called, and Grafana's id of its unit.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) title: Words,
    pub(crate) unit: Option<&'static str>,
}

const fn column(name: &'static str, title: Words) -> Column {
    Column { name, title, unit: None }
}

const fn figures(name: &'static str, title: Words, unit: &'static str) -> Column {
    Column { name, title, unit: Some(unit) }
}

/// Every column that a panel made by hand may show. One name means one thing on all boards.
pub(crate) const COLUMNS: &[Column] = &[
    column("advice", ["Advice", "建議", "建议"]),
    column("began", ["Began", "開始時間", "开始时间"]),
    column("capacity_reached", ["Reached or at its peak", "達到或高峰時間", "达到或高峰时间"]),
    column("category", ["Which", "項目", "项目"]),
    column("channel", ["Channel", "渠道", "渠道"]),
    column("city", ["City", "城市", "城市"]),
    column("compared_with", ["Compared with", "對照方案", "对照方案"]),
    column("confidence", ["Confidence", "可信度", "可信度"]),
    column("day", ["Day", "日期", "日期"]),
    column("detected", ["Detected", "發現時間", "发现时间"]),
    column("device", ["Device", "裝置", "设备"]),
    column("earliest", ["At the earliest", "最早", "最早"]),
    column("event_type", ["Event type", "事件類型", "事件类型"]),
    column("experiment", ["Experiment", "實驗", "实验"]),
    column("explanation", ["Explanation", "說明", "说明"]),
    column("failure_code", ["Code", "代碼", "代码"]),
    column("failure_stage", ["Stage", "階段", "阶段"]),
    column("feature", ["Feature", "功能", "功能"]),
    column("field", ["Field", "欄位", "字段"]),
    column("forwarder", ["Forwarder", "貨代", "货代"]),
    column("grain", ["Step", "時間粒度", "时间粒度"]),
    column("kind", ["Kind", "類別", "类别"]),
    column("kpi_title", ["KPI", "指標", "指标"]),
    column("latest", ["At the latest", "最晚", "最晚"]),
    column("layer", ["Rule layer", "規則層級", "规则层级"]),
    column("made", ["Made", "產生時間", "产生时间"]),
    column("measure", ["Metric", "衡量指標", "衡量指标"]),
    column("meter", ["Meter", "計量", "计量"]),
    column("model", ["Model", "模型", "模型"]),
    column("needs_review", ["Needs a review", "需人工審核", "需人工审核"]),
    column("newest", ["Newest", "最近", "最近"]),
    column("owner", ["Owner", "負責方", "负责方"]),
    column("partition", ["Partition", "分區", "分区"]),
    column("pattern", ["Pattern", "更正模式", "更正模式"]),
    column("priority", ["Priority", "優先級", "优先级"]),
    column("promoted", ["Promoted", "升級時間", "升级时间"]),
    column("reason", ["Reason", "原因", "原因"]),
    column("reported", ["Last reported", "最後回報", "最后上报"]),
    column("resource", ["Resource", "資源", "资源"]),
    column("role", ["Role", "角色", "角色"]),
    column("rule", ["Rule", "規則", "规则"]),
    column("rule_state", ["State", "規則狀態", "规则状态"]),
    column("rule_version", ["Version", "版本", "版本"]),
    column("series", ["Series", "序列", "序列"]),
    column("service", ["Service", "服務", "服务"]),
    column("severity", ["Severity", "嚴重程度", "严重程度"]),
    column("shown_target", ["Target", "目標", "目标"]),
    column("shown_value", ["Value", "數值", "数值"]),
    column("stage", ["Stage", "階段", "阶段"]),
    column("standing", ["Stands", "現況", "现况"]),
    column("state", ["State", "處置狀態", "处置状态"]),
    column("status", ["Status", "狀態", "状态"]),
    column("stream", ["Stream", "資料流", "数据流"]),
    column("subject", ["Subject", "對象", "对象"]),
    column("table_name", ["Table", "資料表", "数据表"]),
    column("to_version", ["Back to version", "回退至版本", "回退至版本"]),
    column("topic", ["Topic", "主題", "主题"]),
    column("unit", ["Unit", "單位", "单位"]),
    column("variant", ["Variant", "方案", "方案"]),
    column("verdict", ["Verdict", "判定", "判定"]),
    column("week", ["Week of first activity", "首次活躍週", "首次活跃周"]),
    column("whose", ["Of", "範圍", "范围"]),
    figures("accuracy", ["Accuracy", "準確率", "准确率"], "percentunit"),
    figures("accuracy_before", ["Accuracy before", "先前準確率", "此前准确率"], "percentunit"),
    figures("acknowledged", ["Acknowledged", "已確認", "已确认"], "short"),
    figures("actual", ["Actual", "實際", "实际"], "short"),
    figures("anomalies", ["Anomalies", "異常數", "异常数"], "short"),
    figures("assisted", ["Confirmed by a person", "人工確認", "人工确认"], "short"),
    figures("available", ["Available", "可用", "可用"], "short"),
    figures("calls", ["Calls", "呼叫次數", "调用次数"], "short"),
    figures("committed_offset", ["Committed up to", "已提交至", "已提交至"], "none"),
    figures("control_units", ["Invoices, compared with", "發票數（對照）", "发票数（对照）"], "short"),
    figures("control_value", ["Value, compared with", "數值（對照）", "数值（对照）"], "none"),
    figures("corrections", ["Corrections", "更正次數", "更正次数"], "short"),
    figures("cost_hkd", ["Cost", "成本", "成本"], "currency:HK$ "),
    figures("cost_per_call_hkd", ["Cost per call", "每次呼叫成本", "每次调用成本"], "currency:HK$ "),
    figures("covered80", ["Within the band of 80 %", "落於 80 % 區間", "落于 80 % 区间"], "percentunit"),
    figures("covered95", ["Within the band of 95 %", "落於 95 % 區間", "落于 95 % 区间"], "percentunit"),
    figures("crossed_units", ["Invoices in several variants", "跨方案發票數", "跨方案发票数"], "short"),
    figures("effect", ["Difference", "差異", "差异"], "none"),
    figures("effect_high", ["Difference at most", "差異上限", "差异上限"], "none"),
    figures("effect_low", ["Difference at least", "差異下限", "差异下限"], "none"),
    figures("error_share", ["Errors", "錯誤比例", "错误比例"], "percentunit"),
    figures("events", ["Events", "事件數", "事件数"], "short"),
    figures("evidence", ["Evidence of a drop", "下降證據值", "下降证据值"], "none"),
    figures("exceptions", ["Exceptions", "例外", "例外"], "short"),
    figures("expected", ["Expected", "預期", "预期"], "short"),
    figures("failed", ["Failed", "失敗", "失败"], "short"),
    figures("false_alarms", ["False alarms", "誤報", "误报"], "short"),
    figures("fields", ["Fields", "欄位數", "字段数"], "short"),
    figures("forwarders", ["Forwarders", "貨代數", "货代数"], "short"),
    figures("full", ["Untouched", "全自動", "全自动"], "short"),
    figures("impact_estimate", ["Estimated impact", "預計影響", "预计影响"], "short"),
    figures("interval_high", ["At most", "區間上限", "区间上限"], "percentunit"),
    figures("interval_low", ["At least", "區間下限", "区间下限"], "percentunit"),
    figures("invoices", ["Invoices", "發票數", "发票数"], "short"),
    figures("invoices_still_needed", ["Invoices still needed", "尚需發票數", "尚需发票数"], "short"),
    figures("latency_p95_ms", ["Latency, p95", "延遲 p95", "延迟 p95"], "ms"),
    figures("lower80", ["Lower bound, 80 %", "80 % 下限", "80 % 下限"], "short"),
    figures("manual", ["Manual", "人工", "人工"], "short"),
    figures("mape", ["Error by the truth", "平均絕對百分比誤差", "平均绝对百分比误差"], "percentunit"),
    figures("mase", ["Error by last season's value", "相對季節基準誤差", "相对季节基准误差"], "none"),
    figures("mean", ["Forecast", "預測", "预测"], "short"),
    figures("money_at_risk", ["Money at risk", "風險金額", "风险金额"], "currency:HK$ "),
    figures("num_files", ["Files", "檔案數", "文件数"], "short"),
    figures("num_rows", ["Rows", "行數", "行数"], "short"),
    figures("num_series", ["Series foretold", "預測序列數", "预测序列数"], "short"),
    figures("observed", ["Observed", "觀察值", "观测值"], "short"),
    figures("offline_ms", ["Offline for", "離線時長", "离线时长"], "ms"),
    figures("oldest_ms", ["Oldest waits", "最久等待", "最久等待"], "ms"),
    figures("open_invoices", ["Open", "未完結", "未完结"], "short"),
    figures("overdue", ["Overdue", "逾時", "超时"], "short"),
    figures("partial", ["Partly corrected", "部分更正", "部分更正"], "short"),
    figures("p_value", ["p, however often one looks", "p 值（可隨時查看）", "p 值（可随时查看）"], "none"),
    figures("probability", ["Probability", "機率", "概率"], "percentunit"),
    figures("quantity", ["Quantity", "數量", "数量"], "short"),
    figures("records", ["Records", "記錄數", "记录数"], "short"),
    figures("resolved", ["Resolved", "已解決", "已解决"], "short"),
    figures("samples", ["Fields read", "讀取欄位數", "读取字段数"], "short"),
    figures("score", ["Score", "異常分數", "异常分数"], "none"),
    figures("sessions", ["Sessions", "連線數", "连接数"], "short"),
    figures("settled", ["Settled", "完結", "完结"], "short"),
    figures("share", ["Share", "佔比", "占比"], "percentunit"),
    figures("size_bytes", ["Size", "大小", "大小"], "bytes"),
    figures("steps", ["Steps foretold", "預測步數", "预测步数"], "short"),
    figures("tail_rows", ["Not yet committed", "尚未提交", "尚未提交"], "short"),
    figures("tickets", ["Tickets", "工單數", "工单数"], "short"),
    figures("undecided", ["New", "新發現", "新发现"], "short"),
    figures("units_needed", ["Invoices that would suffice", "所需發票數", "所需发票数"], "short"),
    figures("upper80", ["Upper bound, 80 %", "80 % 上限", "80 % 上限"], "short"),
    figures("users", ["Users", "用戶數", "用户数"], "short"),
    figures("users_still_needed", ["Users still needed", "尚需用戶數", "尚需用户数"], "short"),
    figures("uses", ["Uses", "使用次數", "使用次数"], "short"),
    figures("value", ["Value", "數值", "数值"], "none"),
    figures("variant_units", ["Invoices, variant", "發票數（方案）", "发票数（方案）"], "short"),
    figures("variant_value", ["Value, variant", "數值（方案）", "数值（方案）"], "none"),
    figures("version", ["Version", "版本", "版本"], "none"),
    figures("visible_offset", ["Visible up to", "可見至", "可见至"], "none"),
    figures("week_1", ["Week 1", "第 1 週", "第 1 周"], "percentunit"),
    figures("week_2", ["Week 2", "第 2 週", "第 2 周"], "percentunit"),
    figures("week_3", ["Week 3", "第 3 週", "第 3 周"], "percentunit"),
    figures("week_4", ["Week 4", "第 4 週", "第 4 周"], "percentunit"),
    figures("week_6", ["Week 6", "第 6 週", "第 6 周"], "percentunit"),
    figures("week_8", ["Week 8", "第 8 週", "第 8 周"], "percentunit"),
    figures("without", ["Without", "缺少", "缺少"], "short"),
];

/// A panel's description: what it says, its formula, its owner.
pub(crate) fn description(meaning: &Text, formula: &str, owner: &str) -> Text {
    compose(|language| {
        let (formula_is, owner_is) = (language.of(&FORMULA), language.of(&OWNER));
        format!("{}\n\n{formula_is}: `{formula}`\n\n{owner_is}: {owner}", language.of(meaning))
    })
}

/// Each KPI's owner, after a description of several.
pub(crate) fn owners(kpis: &[&KpiQuery], language: Language) -> String {
    let one = |query: &&KpiQuery| format!("{}: {}", language.of(&query.kpi.titles), query.kpi.owner);
    format!(" ({})", kpis.iter().map(one).collect::<Vec<_>>().join("; "))
}

/// What the colours of a panel mean that is worse the higher its figure.
pub(crate) fn limits(warn: f64, act: Option<f64>) -> Text {
    let line = |language: Language, colour: &Words, limit: f64| {
        format!("{}: {} {limit}", language.of(colour), language.of(&ABOVE))
    };
    compose(|language| {
        let act = act.map(|act| format!("\n\n{}", line(language, &RED, act)));
        line(language, &ORANGE, warn) + &act.unwrap_or_default()
    })
}
