//! The words of the page.
import { pageWords } from "../../words/index.ts";

const en = {
  intro: "What people's corrections and complaints say of mapping rules, what the rule engine is told, and how accurate each version reads.",
  tabs: "Views", feedback: "Feedback", accuracy: "Accuracy",
  type: "Message", advice: "Advice", rule: "Rule", version: "Version", layer: "Layer", forwarder: "Forwarder", field: "Field", city: "City",
  all: "All", search: "Search for a rule",
  messages: "What the rule engine was told, the newest first",
  none: "No message matches", noneHint: "Advice comes within a minute of its evidence: three people who correct alike, three complaints, or a promoted version that reads worse. What happened before a service first fed back is history, and not told.",
  made: "Made", delivery: "Delivery", delivered: "Delivered {at}", waiting: "Waits for Kafka", reason: "Why",
  evidence: "Evidence", evidenceAt: "Last of the evidence", samples: "Read", correct: "Right", before: "Accuracy before", after: "Accuracy since",
  interval: "95 % interval", users: "People", impact: "Past invoices that change", review: "Needs review", pattern: "Pattern", toVersion: "Back to version",
  window: "Window", message: "Message id", event: "The event as it is on the topic", unknown: "There is no such message", back: "All messages", seeAccuracy: "Accuracy of this rule",
  yes: "yes", no: "no",
  by: "By", by_version: "Rule and version", by_forwarder: "Forwarder", by_field: "Field", by_city: "City", by_layer: "Layer",
  span: "Over", days: "{days} {days:day|days}", readings: "Fields read", accuracyTable: "Accuracy, the least accurate first",
  noReadings: "Nothing was read in this span", noReadingsHint: "Rules are judged by fields of invoices that settled. Choose a longer span or other filters.",
  overTime: "Accuracy over time: {of}", wilson: "Wilson's interval at 95 %", least: "At least", reads: "reads",
  type_rule_accuracy: "Accuracy", type_rule_promotion_suggested: "Promotion suggested", type_rule_rollback_advised: "Roll-back advised", type_rule_suspended: "Suspended",
  advice_keep: "Keep", advice_promote: "Promote", advice_review: "Review", advice_roll_back: "Roll back", advice_suspend: "Suspend", advice_insufficient_evidence: "Not enough evidence",
  layer_universal: "universal", layer_forwarder: "forwarder", layer_learned: "learned",
  watched: "Versions promoted within the last two days", watchedNote: "A warning is a drop of more than 5 points that is not proven; still needed are the invoices that would prove it if it is as it looks.",
  noWatched: "No promoted version matches", noWatchedHint: "A version that is promoted stands here for two days: what it reads beside what was read before, and how far a drop is proven. It is watched for 24 hours.",
  patterns: "Patterns on their way to a rule", noPatterns: "No pattern matches", noPatternsHint: "Where people correct the same field of the same forwarder in a like way, the pattern stands here with how many have made it, until its field has a new rule. Three people make a suggestion.",
  standing: "How rules stand", state: "State", samplesBefore: "Read before", proof: "Evidence of a drop", invoicesNeeded: "Invoices still needed", watchEnds: "Watched until",
  usersNeeded: "People still needed", corrections: "Corrections", since: "Since", openSql: "Open in the SQL editor",
  state_active: "Active: put back", state_watched: "Under watch", state_warning: "Warning: a drop, not proven", state_rollback_advised: "Roll-back advised", state_rolled_back: "Rolled back", state_suspended: "Suspended by complaints", state_confirmed: "Confirmed: no drop in 24 hours", state_replaced: "Replaced by another version",
  state_collecting: "Collecting", state_ripe: "Enough people: a rule is suggested",
};

type PageWords = { [Name in keyof typeof en]: string };

const hant: PageWords = {
  intro: "從人員的更正與投訴看對應規則、規則引擎收到的建議，以及各版本的準確率。",
  tabs: "檢視", feedback: "回饋", accuracy: "準確率",
  type: "訊息", advice: "建議", rule: "規則", version: "版本", layer: "層級", forwarder: "貨代", field: "欄位", city: "城市",
  all: "全部", search: "搜尋規則",
  messages: "傳給規則引擎的訊息，由新到舊",
  none: "沒有符合的訊息", noneHint: "證據齊備後一分鐘內即有建議：三人作相似更正、三次投訴，或新版本讀取變差。服務首次回饋之前的事屬於歷史，不再傳送。",
  made: "製作時間", delivery: "傳送", delivered: "{at} 已送達", waiting: "等待 Kafka", reason: "原因",
  evidence: "證據", evidenceAt: "最後一項證據", samples: "讀取", correct: "正確", before: "之前的準確率", after: "之後的準確率",
  interval: "95% 區間", users: "人數", impact: "會改變的過往發票", review: "須審核", pattern: "樣式", toVersion: "退回版本",
  window: "期間", message: "訊息編號", event: "主題上的事件原文", unknown: "沒有此訊息", back: "所有訊息", seeAccuracy: "此規則的準確率",
  yes: "是", no: "否",
  by: "按", by_version: "規則與版本", by_forwarder: "貨代", by_field: "欄位", by_city: "城市", by_layer: "層級",
  span: "期間", days: "{days} 天", readings: "讀取欄位數", accuracyTable: "準確率，由低到高",
  noReadings: "此期間沒有讀取", noReadingsHint: "規則依完結發票的欄位評定。請選較長期間或其他篩選。",
  overTime: "準確率變化：{of}", wilson: "Wilson 95% 區間", least: "至少", reads: "次讀取",
  type_rule_accuracy: "準確率", type_rule_promotion_suggested: "建議升級", type_rule_rollback_advised: "建議退回", type_rule_suspended: "已暫停",
  advice_keep: "保留", advice_promote: "升級", advice_review: "審核", advice_roll_back: "退回", advice_suspend: "暫停", advice_insufficient_evidence: "證據不足",
  layer_universal: "通用", layer_forwarder: "貨代專用", layer_learned: "學習",
  watched: "過去兩天內升級的版本", watchedNote: "警告指準確率下降超過 5 個百分點但尚未證實；尚需發票數為若下降屬實，還要多少張發票才能證實。",
  noWatched: "沒有符合的版本", noWatchedHint: "版本升級後在此列出兩天：其讀取結果與之前的比較，以及下降的證實程度。升級後觀察 24 小時。",
  patterns: "邁向規則的更正樣式", noPatterns: "沒有符合的樣式", noPatternsHint: "多人對同一貨代的同一欄位作相似更正時，樣式在此列出，並顯示已有多少人更正，直至該欄位有新規則。三人即構成建議。",
  standing: "規則現況", state: "狀態", samplesBefore: "之前讀取", proof: "下降的證據", invoicesNeeded: "尚需發票數", watchEnds: "觀察至",
  usersNeeded: "尚需人數", corrections: "更正次數", since: "起始", openSql: "在 SQL 編輯器開啟",
  state_active: "生效：已恢復", state_watched: "觀察中", state_warning: "警告：下降尚未證實", state_rollback_advised: "建議退回", state_rolled_back: "已退回", state_suspended: "因投訴暫停", state_confirmed: "已確認：24 小時內無下降", state_replaced: "已由其他版本取代",
  state_collecting: "累積中", state_ripe: "人數已足：建議規則",
};

/** Only what is said in other words than in traditional Chinese. */
const hans: Partial<PageWords> = {
  intro: "从人员的更正与投诉看映射规则、规则引擎收到的建议，以及各版本的准确率。",
  openSql: "在 SQL 编辑器中打开",
};

export const useRuleWords = pageWords<typeof en>({ en, hant, hans });

export type RuleWords = PageWords;

/** The word for a value, e.g. `valueWord(words, "advice", "roll_back")`; the value itself where there is none. */
export function valueWord(words: RuleWords, column: "type" | "advice" | "layer" | "state", value: string): string {
  return (words as Record<string, string>)[`${column}_${value.replace(/\W/g, "_")}`] ?? value;
}
