//! Words of the data quality page.
import { pageWords } from "../../words/index.ts";

const en = {
  aspects: "Streams by aspect, last day",
  stream: "Stream",
  allProducers: "all producers",
  completeness: "Completeness",
  validity: "Validity",
  timeliness: "Timeliness",
  uniqueness: "Uniqueness",
  drift: "Schema drift",
  reconciliation: "Reconciliation",
  findings: "{count} {count:finding|findings}",
  nothingFound: "Nothing was found in the last day",
  kpis: "By city",
  city: "City",
  noCity: "without a city",
  noKpis: "This server has no KPI of data quality",
  noFigures: "No city has a figure of {day} or before",
  thresholds: "warn below {warn}, act below {act}",
  details: "In detail",
  noViews: "This server has no quality_* relations",
  noViewsHint: "They come with a newer release. Dead letters by reason are on the status page.",
  onlyFindings: "findings only",
  everything: "everything",
  show: "Show",
  noneOfThese: "No row says warn or act",
  quality_volumes: "Volumes by hour",
  quality_producers: "Producers",
  quality_members: "Members filled",
  quality_refusals: "Refused records",
  quality_values: "Unknown values",
  quality_delays: "Delays",
  quality_repeats: "Repeats",
  quality_extras: "New members",
  quality_partitions: "Reconciliation",
};

type QualityWordList = { [Name in keyof typeof en]: string };

const hant: QualityWordList = {
  aspects: "各資料流的品質面向，最近一日",
  stream: "資料流",
  allProducers: "所有來源",
  completeness: "完整性",
  validity: "有效性",
  timeliness: "及時性",
  uniqueness: "唯一性",
  drift: "結構變動",
  reconciliation: "對帳",
  findings: "{count} 項發現",
  nothingFound: "最近一日沒有發現問題",
  kpis: "按城市",
  city: "城市",
  noCity: "無城市",
  noKpis: "此伺服器沒有資料品質指標",
  noFigures: "截至 {day} 沒有任何城市有數字",
  thresholds: "低於 {warn} 警告，低於 {act} 須處理",
  details: "詳細",
  noViews: "此伺服器沒有 quality_* 關聯",
  noViewsHint: "較新的版本才會提供。死信按原因的統計請見狀態頁面。",
  onlyFindings: "僅有問題者",
  everything: "全部",
  show: "顯示",
  noneOfThese: "沒有任何列須警告或處理",
  quality_volumes: "每小時事件量",
  quality_producers: "資料來源",
  quality_members: "欄位填寫",
  quality_refusals: "被拒的記錄",
  quality_values: "未知的值",
  quality_delays: "延遲",
  quality_repeats: "重複",
  quality_extras: "新欄位",
  quality_partitions: "對帳",
};

/** Only what is said in other words than in traditional Chinese. */
const hans: Partial<QualityWordList> = {
  aspects: "各数据流的质量方面，最近一天",
  nothingFound: "最近一天没有发现问题",
  noViews: "此服务器没有 quality_* 关系",
  noneOfThese: "没有任何行须警告或处理",
};

export const useQualityWords = pageWords({ en, hant, hans });

export type QualityWords = QualityWordList;
