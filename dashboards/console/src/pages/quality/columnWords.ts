//! Headings of the columns that the relations about data quality have, by the columns' names.
import { pageWords } from "../../words/index.ts";

const en = {
  at: "Hour from",
  backfilled: "History",
  day: "Day (UTC)",
  dead_letters: "Dead letters",
  events: "Events",
  expected: "Expected",
  filled: "Filled",
  first_at: "First",
  first_offset: "First offset",
  kind: "Kind of event",
  last_at: "Newest",
  member: "Member",
  next_offset: "Next offset",
  of_records: "Of records",
  on_time: "On time",
  p95_ms: "Delay, p95",
  partition: "Partition",
  reason: "What was found",
  reason_code: "Code",
  records: "Records",
  repeats: "Repeats",
  share: "Share",
  since: "Since",
  source: "Producer",
  spread: "Spread",
  stage: "Stage",
  status: "Status",
  stream: "Stream",
  subjects: "Subjects",
  topic: "Topic",
  type: "Type of event",
  unaccounted: "Unaccounted",
  usual: "Usual",
  value: "Value",
  weeks: "Weeks known",
  worst: "Worst share",
};

type ColumnWordList = { [Name in keyof typeof en]: string };

const hant: ColumnWordList = {
  at: "小時起點",
  backfilled: "歷史資料",
  day: "日期（UTC）",
  dead_letters: "死信",
  events: "事件",
  expected: "預期",
  filled: "已填寫",
  first_at: "最早",
  first_offset: "首個偏移量",
  kind: "事件種類",
  last_at: "最新",
  member: "欄位",
  next_offset: "下一偏移量",
  of_records: "記錄總數",
  on_time: "準時",
  p95_ms: "延遲 p95",
  partition: "分割區",
  reason: "發現內容",
  reason_code: "代碼",
  records: "記錄",
  repeats: "重複",
  share: "比例",
  since: "始於",
  source: "資料來源",
  spread: "離散度",
  stage: "階段",
  status: "狀態",
  stream: "資料流",
  subjects: "主體",
  topic: "主題",
  type: "事件類型",
  unaccounted: "去向不明",
  usual: "平常",
  value: "值",
  weeks: "已知週數",
  worst: "最差比例",
};

/** Only what is said in other words than in traditional Chinese. */
const hans: Partial<ColumnWordList> = {
  partition: "分区",
};

export const useColumnWords = pageWords({ en, hant, hans });

export type ColumnWords = ColumnWordList;
