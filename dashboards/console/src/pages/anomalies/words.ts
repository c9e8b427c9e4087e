//! The words of the page, and of the values that the relation `anomalies` has.
import { pageWords } from "../../words/index.ts";

const en = {
  intro: "What the platform found unusual in KPIs, charges, documents and sign-ins, and what people said of it.",
  search: "Search in series, subject and explanation",
  state: "State", severity: "Severity", kind: "Kind", series: "Series",
  all: "All", open: "Not over",
  list: "Anomalies, the newest first",
  none: "No anomaly matches",
  noneHint: "Choose other filters. The platform looks for what is unusual all the time; where nothing is listed, nothing was found.",
  unknown: "There is no anomaly with this id",
  back: "All anomalies",
  from: "From", until: "Until", goesOn: "goes on", detectedAt: "First seen", city: "City", forwarder: "Forwarder",
  subject: "Subject", observed: "Observed", expected: "Expected", usual: "Usual range", score: "Score",
  scoreHint: "minus the decimal logarithm of the chance to see this when all is well",
  risk: "Money at risk", explanation: "Explanation", why: "Why",
  contributions: "What made the change, by {by}", part: "Part", added: "Added", share: "Share of the change",
  around: "{series} around it", usualWeeks: "Same time in the four weeks before, lowest to highest", found: "Unusual", expectedThen: "Expected",
  events: "The events behind it", openSql: "Open in the SQL page", showSql: "Show the SQL",
  say: "Say what you know of it", reason: "Reason", reasonNeeded: "Say why, for those who look at it later.",
  reasonOptional: "optional", muteFor: "Mute for", muteUntil: "Mute until ({zone})", pastMute: "A mute ends later than now.",
  farMute: "A mute ends within {days} days.", send: "Send", said: "Noted: {state}", history: "What was said so far",
  nobody: "Nobody has said anything yet.", markedAt: "When", markedBy: "Who", mark: "What",
  hours4: "4 hours", day1: "1 day", days3: "3 days", week1: "1 week", days30: "30 days", other: "another moment",
  state_new: "New", state_acknowledged: "Acknowledged", state_muted: "Muted", state_resolved: "Resolved", state_false_alarm: "False alarm",
  mark_acknowledge: "Acknowledge", mark_mute: "Mute", mark_resolve: "Resolve", mark_false_alarm: "False alarm", mark_reopen: "Reopen",
  severity_notice: "Notice", severity_warn: "Warning", severity_act: "Act",
  kind_spike: "Spike", kind_drop: "Drop", kind_level_shift: "Level shift", kind_silence: "Silence", kind_charge: "Unusual charge",
  kind_decimal_shift: "Shifted decimal point", kind_other_currency: "Another currency", kind_repeated_line: "Repeated line",
  kind_new_charge: "New charge", kind_other_sign: "Unexpected credit or zero", kind_duplicate_invoice: "Duplicate invoice",
  kind_failed_sign_ins: "Failed sign-ins", kind_unusual_hour: "Unusual hour", kind_new_address: "New address", kind_spraying: "Password spraying", kind_drift: "Drift",
  series_charges: "Charges", series_duplicate_invoices: "Duplicate invoices", series_sign_ins: "Sign-ins", series_drift: "Drift of fields",
  series_ai_calls: "AI calls", series_api_requests: "Requests to the platform",
  by_city: "city", by_forwarder: "forwarder", by_model: "model",
};

type PageWords = { [Name in keyof typeof en]: string };

const hant: PageWords = {
  intro: "平台在 KPI、費用、文件與登入中發現的異常，以及大家的說明。",
  search: "搜尋序列、對象與說明",
  state: "狀態", severity: "嚴重度", kind: "類型", series: "序列",
  all: "全部", open: "未結束",
  list: "異常，由新到舊",
  none: "沒有符合的異常",
  noneHint: "請改用其他篩選。平台持續尋找異常；沒有列出，就是沒有發現。",
  unknown: "沒有此編號的異常",
  back: "所有異常",
  from: "開始", until: "結束", goesOn: "持續中", detectedAt: "首次發現", city: "城市", forwarder: "貨代",
  subject: "對象", observed: "實際", expected: "預期", usual: "通常範圍", score: "分數",
  scoreHint: "一切正常時出現此情形之機率的負十進對數",
  risk: "涉及金額", explanation: "說明", why: "原因",
  contributions: "變化的來源，按{by}", part: "部分", added: "增減", share: "佔變化比例",
  around: "前後的{series}", usualWeeks: "前四週同一時間，最低至最高", found: "異常", expectedThen: "預期",
  events: "背後的事件", openSql: "在 SQL 頁開啟", showSql: "顯示 SQL",
  say: "說明您所知道的", reason: "理由", reasonNeeded: "請說明理由，供日後查看的人參考。",
  reasonOptional: "選填", muteFor: "靜音期間", muteUntil: "靜音至（{zone}）", pastMute: "靜音須在現在之後結束。",
  farMute: "靜音須在 {days} 天內結束。", send: "送出", said: "已記錄：{state}", history: "至今的標記",
  nobody: "尚無人標記。", markedAt: "時間", markedBy: "人員", mark: "標記",
  hours4: "4 小時", day1: "1 天", days3: "3 天", week1: "1 週", days30: "30 天", other: "其他時間",
  state_new: "新", state_acknowledged: "已確認", state_muted: "已靜音", state_resolved: "已解決", state_false_alarm: "誤報",
  mark_acknowledge: "確認", mark_mute: "靜音", mark_resolve: "解決", mark_false_alarm: "誤報", mark_reopen: "重新開啟",
  severity_notice: "提示", severity_warn: "警告", severity_act: "須處理",
  kind_spike: "驟升", kind_drop: "驟降", kind_level_shift: "水準改變", kind_silence: "無資料", kind_charge: "異常費用",
  kind_decimal_shift: "小數點錯位", kind_other_currency: "幣別不符", kind_repeated_line: "重複行",
  kind_new_charge: "新費用", kind_other_sign: "非預期的貸項或零", kind_duplicate_invoice: "重複發票",
  kind_failed_sign_ins: "登入失敗", kind_unusual_hour: "異常時段", kind_new_address: "新位址", kind_spraying: "密碼噴灑", kind_drift: "漂移",
  series_charges: "費用", series_duplicate_invoices: "重複發票", series_sign_ins: "登入", series_drift: "欄位漂移",
  series_ai_calls: "AI 呼叫", series_api_requests: "平台請求",
  by_city: "城市", by_forwarder: "貨代", by_model: "模型",
};

/** Only what is said in other words than in traditional Chinese. */
const hans: Partial<PageWords> = {
  send: "提交",
  kind_level_shift: "水平改变",
};

export const useAnomalyWords = pageWords<typeof en>({ en, hant, hans });

export type AnomalyWords = PageWords;

/** The word for a value of a column, e.g. `valueWord(words, "kind", "spike")`; the value itself where there is none. */
export function valueWord(words: AnomalyWords, column: "state" | "mark" | "severity" | "kind" | "series" | "by", value: string): string {
  return (words as Record<string, string>)[`${column}_${value}`] ?? value;
}
