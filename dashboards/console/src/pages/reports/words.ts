//! The words of the page.
import { pageWords } from "../../words/index.ts";

const en = {
  intro: "Finance's reports of a month to take away, and reports of your own that come by themselves.",
  tabs: "Views", view_standard: "Monthly reports", view_saved: "Saved reports",
  kind: "Report", month: "Month", city: "City", language: "Language", form: "Form", download: "Download", working: "Is made",
  kind_cost_allocation: "Cost allocation", kind_regional: "Regional summary", kind_trend: "Cost trend", kind_budget: "Budget against actual", kind_forwarders: "Forwarders' charges",
  about_cost_allocation: "Who bears what of the month, and why.", about_regional: "The month by region, and by city in its own currency.",
  about_trend: "The twelve months up to it by quarter, and by city and month.", about_budget: "Budgets against actual, with the forecast to the month's end.", about_forwarders: "What forwarders charge on the invoices that settled in the month.",
  form_xlsx: "Excel workbook", form_pdf: "PDF", form_excel_csv: "CSV for Excel", form_csv: "CSV for machines", form_json: "JSON rows", form_document: "Whole document as JSON", form_focus: "FOCUS 1.2", form_pack: "All documents (ZIP)", form_png: "Picture of the chart",
  made: "{file} is made: {size}", noMonths: "There is no month with finished invoices yet.",
  newReport: "New report", saved: "Saved reports", noSaved: "No report is saved yet", noSavedHint: "A saved report asks one relation or is one of the monthly reports, and comes on schedule as a file or to a webhook.",
  name: "Name", owner: "Owner", source: "Relation", schedule: "Schedule", runs: "Runs, the newest first", noRuns: "It never ran", back: "Saved reports", unknown: "There is no saved report of this name",
  save: "Save", savedNow: "Saved", run: "Run now", runNow: "It runs: see the history", remove: "Delete", removeSure: "Delete {name}?", removeText: "Its definition goes; files that it wrote stay.", preview: "Preview", previewEmpty: "No rows", check: "The report cannot be saved so: {num} {num:problem|problems}", 
  about: "About", question: "What it asks", shown: "How it is shown", delivery: "When and where to",
  nameMissing: "a report needs a name", nameHint: "small letters, digits and hyphens", ownerHint: "whose rights every run has", titleEn: "Title (English)", titleHant: "Title (Traditional Chinese)", titleHans: "Title (Simplified Chinese)",
  zone: "Time zone", zoneHint: "a city's code or Asia/Hong_Kong", fileLanguage: "Language of the files", note: "Note to readers",
  content: "Content", ownQuestion: "a question of its own", report: "Monthly report", ofMonthBefore: "Of the month that was over when the run was due.", perCity: "One file for each of these cities; none chosen: one of all",
  mode: "Rows", modeRows: "as they are", modeGroups: "grouped and counted", columns: "Columns", column: "Column", title: "Title", addColumn: "Add a column",
  filters: "Filters: all must hold", addFilter: "Add a filter", operator: "Condition", value: "Value", values: "Values, separated by commas", from: "From", until: "To",
  period: "Period", count: "How many", unit: "Unit", firstDay: "First day", lastDay: "Last day", groups: "Grouped by", addGroup: "Add a group", grain: "Grain", outputName: "Name of the column",
  aggregations: "Figures", addAggregation: "Add a figure", function: "Function", percent: "Percentile", numerator: "Numerator", denominator: "Denominator", shownAs: "Shown as", onlyWhere: "Counts only where", addCondition: "Add a condition",
  orders: "Order", addOrder: "Add an order", by: "By", direction: "Direction", limit: "Most rows",
  visual: "Picture", x: "Along the edge", y: "Figures drawn", series: "One line or colour for each",
  formats: "Files", scheduleEvery: "Comes", never: "only when asked for", at: "At", days: "On", day: "Day", catchUp: "Missed runs to make up", destinations: "Sent to", addDestination: "Add a destination", folder: "Folder", url: "Address", secretEnv: "Secret from variable", secretFile: "Secret from file", destinationKind: "Kind",
  removeRow: "Remove", none: "(none)", default: "(default)",
  equals: "equals", not_equals: "is not", less: "less than", at_most: "at most", greater: "greater than", at_least: "at least", between: "between", in: "one of", not_in: "none of", contains: "contains", starts_with: "starts with", is_empty: "is empty", is_not_empty: "is not empty", in_period: "in the period",
  last: "last whole", previous: "previous", this: "this, until now", fixed: "fixed days", hour: "hour", day_: "day", week: "week", month_: "month", quarter: "quarter", year: "year",
  count_: "count of rows", count_distinct: "distinct", sum: "sum", avg: "mean", min: "lowest", max: "highest", median: "median", percentile: "percentile", ratio: "ratio of two figures",
  share: "share (25 %)", number: "number", ascending: "ascending", descending: "descending", table: "table", line: "lines", bar: "bars", every_day: "every day", every_week: "every week", every_month: "every month",
  monday: "Monday", tuesday: "Tuesday", wednesday: "Wednesday", thursday: "Thursday", friday: "Friday", saturday: "Saturday", sunday: "Sunday", dayOfMonth: "day {day}", on_last: "last day", on_first_working_day: "first working day", on_last_working_day: "last working day", kindFolder: "folder", kindWebhook: "webhook", yes: "yes", no: "no",
  run_id: "Run", due_at: "Due", state: "State", changed_at: "Changed", num_rows: "Rows", num_tries: "Tries", delivered: "Delivered", next_at: "Next try", reason: "Why",
  broken: "{name} cannot be read", brokenHint: "It does not come until its file is mended.", wrong: "{name} cannot run", wrongHint: "It does not come until its definition is mended.", mend: "Open {name}",
  runFiles: "Files", viewPicture: "View", numFiles: "{num} {num:file|files}", filesOfRun: "Files of {run}", picture: "Chart in {file}; the other files have its figures",
  state_claimed: "is made", state_waiting: "waits for the month's costs", state_made: "made", state_delivered: "delivered", state_undelivered: "not delivered", state_failed: "failed",
};

type PageWords = { [Name in keyof typeof en]: string };

const hant: PageWords = {
  intro: "可帶走的每月財務報表，以及依排程自動產生的自訂報表。",
  tabs: "檢視", view_standard: "每月報表", view_saved: "已存報表",
  kind: "報表", month: "月份", city: "城市", language: "語言", form: "格式", download: "下載", working: "製作中",
  kind_cost_allocation: "成本分攤", kind_regional: "區域彙總", kind_trend: "成本趨勢", kind_budget: "預算與實際", kind_forwarders: "貨代費用",
  about_cost_allocation: "當月各項由誰負擔、為何。", about_regional: "按區域，以及按城市以其幣別列示。",
  about_trend: "截至當月的十二個月，按季、按城市與月份。", about_budget: "預算與實際，並預測至月底。", about_forwarders: "當月完結發票上貨代的收費。",
  form_xlsx: "Excel 活頁簿", form_pdf: "PDF", form_excel_csv: "供 Excel 的 CSV", form_csv: "供程式的 CSV", form_json: "JSON 列", form_document: "完整文件 JSON", form_focus: "FOCUS 1.2", form_pack: "全部文件（ZIP）", form_png: "圖表圖片",
  made: "{file} 已產生：{size}", noMonths: "尚無有完結發票的月份。",
  newReport: "新增報表", saved: "已存報表", noSaved: "尚無已存報表", noSavedHint: "已存報表查詢一個資料表，或為一份每月報表，依排程產生檔案或送至 webhook。",
  name: "名稱", owner: "擁有者", source: "資料表", schedule: "排程", runs: "執行紀錄，由新到舊", noRuns: "尚未執行", back: "已存報表", unknown: "沒有此名稱的已存報表",
  save: "儲存", savedNow: "已儲存", run: "立即執行", runNow: "執行中：見紀錄", remove: "刪除", removeSure: "刪除 {name}？", removeText: "定義將刪除；已產生的檔案保留。", preview: "預覽", previewEmpty: "沒有列", check: "無法儲存：{num} 個問題", 
  about: "基本資料", question: "查詢內容", shown: "呈現方式", delivery: "時間與去處",
  nameMissing: "報表須有名稱", nameHint: "小寫字母、數字與連字號", ownerHint: "每次執行以其權限", titleEn: "標題（英文）", titleHant: "標題（繁體中文）", titleHans: "標題（簡體中文）",
  zone: "時區", zoneHint: "城市代碼或 Asia/Hong_Kong", fileLanguage: "檔案語言", note: "給讀者的備註",
  content: "內容", ownQuestion: "自訂查詢", report: "每月報表", ofMonthBefore: "內容為到期時已結束的月份。", perCity: "以下城市各一份檔案；不選則合為一份",
  mode: "列", modeRows: "原樣", modeGroups: "分組計算", columns: "欄位", column: "欄位", title: "標題", addColumn: "新增欄位",
  filters: "篩選：須全部符合", addFilter: "新增篩選", operator: "條件", value: "值", values: "值，以逗號分隔", from: "從", until: "至",
  period: "期間", count: "數量", unit: "單位", firstDay: "首日", lastDay: "末日", groups: "分組", addGroup: "新增分組", grain: "粒度", outputName: "欄位名稱",
  aggregations: "數字", addAggregation: "新增數字", function: "函數", percent: "百分位", numerator: "分子", denominator: "分母", shownAs: "顯示為", onlyWhere: "僅計入符合者", addCondition: "新增條件",
  orders: "排序", addOrder: "新增排序", by: "依", direction: "方向", limit: "最多列數",
  visual: "圖表", x: "橫軸", y: "繪製的數字", series: "每個值一條線或一色",
  formats: "檔案", scheduleEvery: "頻率", never: "僅在要求時", at: "時間", days: "星期", day: "日", catchUp: "補做錯過的次數", destinations: "送至", addDestination: "新增去處", folder: "資料夾", url: "網址", secretEnv: "密鑰變數", secretFile: "密鑰檔案", destinationKind: "種類",
  removeRow: "移除", none: "（無）", default: "（預設）",
  equals: "等於", not_equals: "不等於", less: "小於", at_most: "至多", greater: "大於", at_least: "至少", between: "介於", in: "屬於", not_in: "不屬於", contains: "包含", starts_with: "開頭為", is_empty: "為空", is_not_empty: "不為空", in_period: "在期間內",
  last: "最近完整", previous: "上一個", this: "本期至今", fixed: "固定日期", hour: "小時", day_: "日", week: "週", month_: "月", quarter: "季", year: "年",
  count_: "列數", count_distinct: "相異數", sum: "總和", avg: "平均", min: "最小", max: "最大", median: "中位數", percentile: "百分位數", ratio: "兩數之比",
  share: "比例（25%）", number: "數字", ascending: "遞增", descending: "遞減", table: "表格", line: "折線", bar: "長條", every_day: "每日", every_week: "每週", every_month: "每月",
  monday: "星期一", tuesday: "星期二", wednesday: "星期三", thursday: "星期四", friday: "星期五", saturday: "星期六", sunday: "星期日", dayOfMonth: "{day} 日", on_last: "最後一日", on_first_working_day: "首個工作日", on_last_working_day: "最後工作日", kindFolder: "資料夾", kindWebhook: "webhook", yes: "是", no: "否",
  run_id: "執行", due_at: "到期", state: "狀態", changed_at: "更新", num_rows: "列數", num_tries: "次數", delivered: "已送達", next_at: "下次嘗試", reason: "原因",
  broken: "無法讀取 {name}", brokenHint: "修正其檔案之前，此報表不會產生。", wrong: "無法執行 {name}", wrongHint: "修正其定義之前，此報表不會產生。", mend: "開啟 {name}",
  runFiles: "檔案", viewPicture: "檢視", numFiles: "{num} 個檔案", filesOfRun: "{run} 的檔案", picture: "{file} 的圖表；數字見其他檔案",
  state_claimed: "製作中", state_waiting: "等待當月成本", state_made: "已製作", state_delivered: "已送達", state_undelivered: "未送達", state_failed: "失敗",
};

/** Only what is said in other words than in traditional Chinese. */
const hans: Partial<PageWords> = {
  intro: "可带走的每月财务报表，以及按计划自动生成的自定义报表。",
  form_xlsx: "Excel 工作簿",
  form_csv: "供程序的 CSV",
  form_json: "JSON 行",
  form_document: "完整文档 JSON",
  newReport: "新建报表",
  noSavedHint: "已存报表查询一个数据表，或为一份每月报表，按计划生成文件或送至 webhook。",
  owner: "所有者",
  schedule: "计划",
  save: "保存",
  savedNow: "已保存",
  previewEmpty: "没有行",
  check: "无法保存：{num} 个问题",
  about: "基本资料",
  nameHint: "小写字母、数字与连字符",
  ownQuestion: "自定义查询",
  mode: "行",
  columns: "列",
  column: "列",
  addColumn: "添加列",
  addFilter: "添加筛选",
  addGroup: "添加分组",
  outputName: "列名",
  addAggregation: "添加数字",
  addCondition: "添加条件",
  addOrder: "添加排序",
  limit: "最多行数",
  addDestination: "添加去处",
  secretEnv: "密钥变量",
  count_: "行数",
  bar: "柱形",
  num_rows: "行数",
  viewPicture: "查看",
};

export const useReportWords = pageWords<typeof en>({ en, hant, hans });

export type ReportWords = PageWords;

/** A choice of each of these values, named by its word. */
export function worded(words: ReportWords, values: string[]): { value: string; text: string }[] {
  return values.map((value) => ({ value, text: wordOf(words, value) }));
}

/** A choice of each of these names as they are. */
export function named(names: Iterable<string>): { value: string; text: string }[] {
  return [...names].map((name) => ({ value: name, text: name }));
}

/** The word of that key, e.g. `wordOf(words, "state_made")`; the part after the underscore where there is none. */
export function wordOf(words: ReportWords, key: string): string {
  return (words as Record<string, string>)[key.replaceAll("-", "_")] ?? key.replace(/^[a-z]+_/, "");
}
