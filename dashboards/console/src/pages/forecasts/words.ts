//! The words of the page.
import { pageWords } from "../../words/index.ts";

const en = {
  intro: "What the platform expects of the days and hours to come, how good it was before, and what will not suffice.",
  tabs: "Views", outlook: "Outlook", scores: "Past forecasts", capacity: "Capacity", experiments: "Experiments",
  series: "Series", step: "Steps", hour: "Hours", day: "Days", forwarder: "Forwarder", allForwarders: "All forwarders",
  none: "Nothing is foretold yet", noneHint: "A service foretells when a day is over, from two weeks of history on.",
  noneOf: "Of this choice nothing is foretold", noneOfHint: "This series does not add up over cities: choose one. Or its history is too short.",
  actual: "Came", expected: "Expected", band80: "80 of 100 lie within", band95: "95 of 100 lie within",
  model: "Method", madeAt: "Made", backtest: "Error on its own past (MAPE)", mase: "Beside the value a season ago (MASE)",
  maseHint: "below 1 is better than repeating last season", nextSum: "Expected over all steps ahead",
  scoresFrom: "Forecast of", meanError: "Mean error (MAPE)", bias: "Mean of came less expected", inside80: "Came within the 80 band", inside95: "Came within the 95 band",
  steps: "Steps scored", noScores: "No forecast can be scored yet", noScoresHint: "Days or hours that were foretold have to be over first. Come back after the next day's end.",
  goal: "goal: below {goal}", byModel: "By series, step, city and forwarder", city: "City",
  allCities: "All cities", resource: "Resource", status: "Status", figure: "Expected", available: "There is", probability: "Chance to pass it", when: "When", reason: "Why", confidence: "Confidence",
  fine: "Suffices", warn: "May not suffice", act: "Will not suffice", noCapacity: "No advice yet", noCapacityHint: "It is given with the forecasts, when a day is over.",
  allFine: "Everything suffices as far as can be foretold.", advice: "What will not suffice, and when",
  resource_invoices_per_hour: "Invoices an hour", resource_workers: "Workers", resource_storage: "Storage", resource_ai_calls: "AI calls", resource_budget: "Budget",
  category_ocr: "OCR", category_extraction: "extraction", category_review: "review",
  unit_invoices: "invoices", unit_calls: "calls", unit_workers: "workers",
  confidence_low: "low", confidence_medium: "medium", confidence_high: "high",
  onlyOpen: "Only what does not suffice", all: "All",
  noExperiments: "No experiment runs", noExperimentsHint: "Usage events with an experiment and a variant make one. It is judged as soon as two variants have settled invoices.",
  metric: "Metric", role: "Role", control: "Control", variant: "Variant", effect: "Difference", interval: "95 % interval of the difference", pValue: "p", standing: "Stands",
  units: "{control} units with {controlName}, {variant} with {variantName}", needed: "about {units} would be needed",
  verdict: "Verdict", role_goal: "goal", role_guardrail: "guardrail",
  standing_open: "open", standing_held: "held", standing_harmed: "harmed", metric_success: "Invoices without a correction", metric_ai_latency_ms: "AI latency",
  verdict_better: "Better", verdict_worse: "Worse", verdict_no_difference_yet: "No difference yet",
  verdict_do_not_trust_sample_ratio: "Do not trust: the split is not as planned", verdict_harms_guardrail: "Harms a guardrail",
};

type PageWords = { [Name in keyof typeof en]: string };

const hant: PageWords = {
  intro: "平台對未來各日各時的預期、過去預測的準確度，以及哪些資源將不敷使用。",
  tabs: "檢視", outlook: "展望", scores: "過往預測", capacity: "容量", experiments: "實驗",
  series: "序列", step: "步長", hour: "小時", day: "日", forwarder: "貨代", allForwarders: "所有貨代",
  none: "尚無預測", noneHint: "服務在一日結束後作出預測，需至少兩週的歷史。",
  noneOf: "此選擇沒有預測", noneOfHint: "此序列無法跨城市加總：請選擇城市；或其歷史過短。",
  actual: "實際", expected: "預期", band80: "80% 落在此範圍", band95: "95% 落在此範圍",
  model: "方法", madeAt: "製作時間", backtest: "對自身過去的誤差（MAPE）", mase: "相對於上一週期（MASE）",
  maseHint: "低於 1 表示優於重複上一週期", nextSum: "未來各步預期合計",
  scoresFrom: "預測製作於", meanError: "平均誤差（MAPE）", bias: "實際減預期的平均", inside80: "落在 80% 範圍內", inside95: "落在 95% 範圍內",
  steps: "已評分步數", noScores: "尚無可評分的預測", noScoresHint: "被預測的日子或小時須先結束。請在下一日結束後再來。",
  goal: "目標：低於 {goal}", byModel: "按序列、步長、城市與貨代", city: "城市",
  allCities: "所有城市", resource: "資源", status: "狀態", figure: "預期", available: "可用", probability: "超過的機率", when: "時間", reason: "原因", confidence: "信心",
  fine: "足夠", warn: "可能不足", act: "將不足", noCapacity: "尚無建議", noCapacityHint: "建議隨預測在一日結束後提供。",
  allFine: "就可預見的範圍而言，一切足夠。", advice: "哪些不足、何時不足",
  resource_invoices_per_hour: "每小時發票", resource_workers: "工作程序", resource_storage: "儲存", resource_ai_calls: "AI 呼叫", resource_budget: "預算",
  category_ocr: "OCR", category_extraction: "擷取", category_review: "覆核",
  unit_invoices: "張發票", unit_calls: "次", unit_workers: "個",
  confidence_low: "低", confidence_medium: "中", confidence_high: "高",
  onlyOpen: "僅不足者", all: "全部",
  noExperiments: "沒有進行中的實驗", noExperimentsHint: "帶有實驗與變體的用量事件構成實驗；兩個變體都有完結發票後即予判定。",
  metric: "指標", role: "角色", control: "對照", variant: "變體", effect: "差異", interval: "差異的 95% 區間", pValue: "p", standing: "現況",
  units: "{controlName} {control} 件，{variantName} {variant} 件", needed: "約需 {units} 件",
  verdict: "判定", role_goal: "目標", role_guardrail: "護欄",
  standing_open: "未定", standing_held: "守住", standing_harmed: "受損", metric_success: "未經更正的發票", metric_ai_latency_ms: "AI 延遲",
  verdict_better: "較佳", verdict_worse: "較差", verdict_no_difference_yet: "尚無差異",
  verdict_do_not_trust_sample_ratio: "不可信：分組比例不符計畫", verdict_harms_guardrail: "損及護欄",
};

/** Only what is said in other words than in traditional Chinese. */
const hans: Partial<PageWords> = {
  intro: "平台对未来各日各时的预期、过去预测的准确度，以及哪些资源将不够用。",
};

export const useForecastWords = pageWords<typeof en>({ en, hant, hans });

export type ForecastWords = PageWords;

/** The word for a value, e.g. `valueWord(words, "resource", "workers")`; the value itself where there is none. */
export function valueWord(words: ForecastWords, column: "resource" | "category" | "unit" | "confidence" | "role" | "standing" | "verdict" | "metric", value: string): string {
  return (words as Record<string, string>)[`${column}_${value.replace(/\W+/g, "_")}`] ?? value;
}
