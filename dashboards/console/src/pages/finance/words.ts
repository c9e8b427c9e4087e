//! The words of the page, and of the values that finance's relations have.
import { pageWords } from "../../words/index.ts";

const en = {
  intro: "What each city pays, why, and how a month is closed. Every amount leads to its events.",
  tabs: "Views", view_month: "Month", view_budgets: "Budgets", view_imports: "Imports", view_adjustments: "Adjustments",
  month: "Month", noMonths: "There is no month yet", noMonthsHint: "A month appears with its first settled invoice or with its first imported cost pool.",
  months: "All months", status: "Status", pools: "Pools", preparedBy: "Prepared by", preparedAt: "Prepared", approvedBy: "Approved by", approvedAt: "Approved", pack: "Pack", policy: "Policy",
  status_open: "Open", status_prepared: "Prepared", status_closed: "Closed", status_adjustment: "Adjustment",
  closing: "Closing {month}", obstacles: "What stands in the way", ready: "Nothing stands in the way of closing this month.",
  principal: "Your name", principalHint: "One person prepares the pack, another approves exactly that pack.",
  prepare: "Prepare the pack", prepareAgain: "Prepare again", approve: "Approve and close", waits: "{by} prepared this month at {at}. It is closed when somebody else approves the pack.",
  closed: "Closed: prepared by {prepared}, approved by {approved}", same: "Whoever prepared it cannot approve it.", nameMissing: "Say who you are.",
  packFiles: "What it holds, to look at before it is approved", confirmTitle: "Close {month}?", confirmText: "{total} over {cities} rows of cities are frozen as they stand in the pack. There is no way back: what was wrong or comes later is booked as an adjustment in a later month.",
  confirmType: "Type {month} to confirm", confirm: "Close the month", preparedNow: "Prepared. The pack waits for approval.", closedNow: "{month} is closed.",
  allocation: "Allocation of {month} by city and pool", allocationHint: "Choose an amount to see what it is made of.", adjustmentsOf: "Adjustments of earlier months that are booked in {month}", total: "Total", city: "City", pool: "Pool",
  noAllocation: "There is nothing to allocate in this month", noAllocationHint: "Import cost pools of the month: view Imports.", seeImports: "Go to the imports",
  unallocated: "Unallocated", idle: "Idle", 
  trace: "{amount}: {pool}, {city}, {month}", back: "The month", howMade: "How the amount is made", billed: "Pool as billed", ratio: "Share", quantity: "Quantity that counts", totalQuantity: "of all", measured: "Measured", weight: "Weight",
  amount: "Amount", driver: "Driver", method: "Rounding", reason: "Reason", source: "Pool from", importOf: "{file}, import {number} by {by}", noRow: "There is no such amount", period: "Costs of",
  driver_invoices: "Settled invoices", driver_direct_cost: "Direct cost", driver_storage: "Storage", driver_active_users: "Active users", driver_even: "Even split", driver_fixed: "Fixed percentages",
  reason_no_city: "what has no city", reason_not_fixed: "what the percentages leave", reason_below_unit: "below the unit of rounding", reason_no_quantity: "nothing was measured", reason_negative_quantity: "a quantity was negative", reason_unused: "paid for, used by nobody",
  events: "Events behind the quantity", noEvents: "Nothing is measured for this driver: the policy says what holds.", noEventsFound: "No event is behind it.", sumOf: "{num} {num:event|events}, together {sum}", shownOf: "the {num} largest are shown", openSql: "All of them in the SQL page", matches: "together {measured}, as measured", differs: "{num} of them came after the close, and are not in the closed amount",
  subject: "Subject", part: "Part", unit: "Unit", type: "Type", time: "Time", topic: "Topic", partition: "Partition", offset: "Offset", eventId: "Event", late: "Late", afterClose: "after the close",
  noBudgets: "There are no budgets of this month", noBudgetsHint: "Import a file of budgets: month,city,category,amount,currency.", category: "Category", budget: "Budget", spent: "Spent", used: "Used", forecast: "To month end", basis: "By", budgets: "Budgets of {month}", 
  basis_allocated: "allocation", basis_metered: "meters", budget_over: "Over", budget_warn: "From 80 %", budget_ahead: "Will exceed", budget_half: "From 50 %", budget_ok: "Within", budget_unknown: "Unknown",
  upload: "Import files", uploadHint: "All files land together or not at all. A later import restates: of pools and budgets all rows of the months that it names.", import: "Import", importing: "Importing",
  kind: "Kind", kind_pools: "Cost pools", kind_rates: "Exchange rates", kind_budgets: "Budgets", kind_prices: "Prices", kind_policy: "Policy",
  noFile: "Choose one file at least.", notUtf8: "{file} is not UTF-8 text: save it as CSV UTF-8.", landed: "Import {number} has landed: {files}", rowsOf: "{file} ({rows} {rows:row|rows})", refused: "Nothing was imported: {num} {num:problem|problems}", refusedTable: "Refused rows",
  file: "File", line: "Line", column: "Column", problem: "Problem", history: "What was imported", number: "Import", rows: "Rows", importedAt: "When", importedBy: "Who", hash: "SHA-256", noImports: "Nothing was imported yet",
  booked: "Adjustments: what closed months cost more or less today, booked in an open month", bookedIn: "Booked in", noAdjustments: "There are no adjustments", noAdjustmentsHint: "Where events or statements arrive for a closed month, the difference appears here.",
  lateEvents: "Events that arrived after a close", noLate: "No event arrived after a close.", table: "Table", arrived: "Taken in", num: "Number", stated: "Stated by finance after a close", noStated: "Finance stated nothing after a close.",
};

type PageWords = { [Name in keyof typeof en]: string };

const hant: PageWords = {
  intro: "各城市付多少、為何，以及如何結帳。每筆金額都可追溯到事件。",
  tabs: "檢視", view_month: "月份", view_budgets: "預算", view_imports: "匯入", view_adjustments: "調整",
  month: "月份", noMonths: "尚無月份", noMonthsHint: "有第一張完結發票或匯入第一個成本池後，月份即會出現。",
  months: "所有月份", status: "狀態", pools: "成本池", preparedBy: "準備者", preparedAt: "準備時間", approvedBy: "核准者", approvedAt: "核准時間", pack: "結帳包", policy: "政策",
  status_open: "未結", status_prepared: "已準備", status_closed: "已結帳", status_adjustment: "調整",
  closing: "{month} 結帳", obstacles: "尚待排除的事項", ready: "此月份可以結帳。",
  principal: "您的名字", principalHint: "一人準備結帳包，另一人核准同一個結帳包。",
  prepare: "準備結帳包", prepareAgain: "重新準備", approve: "核准並結帳", waits: "{by} 於 {at} 準備了此月份。由另一人核准後即結帳。",
  closed: "已結帳：{prepared} 準備，{approved} 核准", same: "準備者不可自行核准。", nameMissing: "請填寫您的名字。",
  packFiles: "其內容，核准前請查看", confirmTitle: "{month} 結帳？", confirmText: "{cities} 列城市金額共 {total} 將依結帳包凍結。此步驟無法復原：錯誤或遲到的項目將在之後的月份以調整入帳。",
  confirmType: "輸入 {month} 以確認", confirm: "結帳", preparedNow: "已準備，等待核准。", closedNow: "{month} 已結帳。",
  allocation: "{month} 按城市與成本池分攤", allocationHint: "選擇金額即可查看其構成。", adjustmentsOf: "在 {month} 入帳的先前月份調整", total: "合計", city: "城市", pool: "成本池",
  noAllocation: "此月份沒有可分攤的成本", noAllocationHint: "請在「匯入」匯入該月成本池。", seeImports: "前往匯入",
  unallocated: "未分攤", idle: "閒置", 
  trace: "{amount}:{pool},{city},{month}", back: "月份", howMade: "金額如何得出", billed: "帳單金額", ratio: "比例", quantity: "計入數量", totalQuantity: "總量", measured: "量測值", weight: "權重",
  amount: "金額", driver: "動因", method: "進位", reason: "原因", source: "成本池來源", importOf: "{file}，第 {number} 次匯入，{by}", noRow: "沒有此金額", period: "費用所屬月份",
  driver_invoices: "完結發票", driver_direct_cost: "直接成本", driver_storage: "儲存", driver_active_users: "活躍使用者", driver_even: "平均分攤", driver_fixed: "固定比例",
  reason_no_city: "沒有城市", reason_not_fixed: "比例之餘", reason_below_unit: "低於進位單位", reason_no_quantity: "沒有量測值", reason_negative_quantity: "數量為負", reason_unused: "已付費但無人使用",
  events: "數量背後的事件", noEvents: "此動因不量測：以政策為準。", noEventsFound: "背後沒有事件。", sumOf: "{num} 個事件，合計 {sum}", shownOf: "顯示最大的 {num} 個", openSql: "在 SQL 頁查看全部", matches: "合計 {measured}，與量測值相符", differs: "其中 {num} 個在結帳後到達，不計入已結金額",
  subject: "對象", part: "部分", unit: "單位", type: "類型", time: "時間", topic: "主題", partition: "分區", offset: "位移", eventId: "事件", late: "遲到", afterClose: "結帳後",
  noBudgets: "此月份沒有預算", noBudgetsHint: "請匯入預算檔：month,city,category,amount,currency。", category: "類別", budget: "預算", spent: "已用", used: "使用率", forecast: "至月底", basis: "依據", budgets: "{month} 預算", 
  basis_allocated: "分攤", basis_metered: "計量", budget_over: "超支", budget_warn: "達 80%", budget_ahead: "將超支", budget_half: "達 50%", budget_ok: "之內", budget_unknown: "未知",
  upload: "匯入檔案", uploadHint: "所有檔案一起匯入，或全部不匯入。之後的匯入為重述：成本池與預算以其所列月份的全部列為準。", import: "匯入", importing: "匯入中",
  kind: "種類", kind_pools: "成本池", kind_rates: "匯率", kind_budgets: "預算", kind_prices: "價格", kind_policy: "政策",
  noFile: "請至少選擇一個檔案。", notUtf8: "{file} 不是 UTF-8 文字：請存為 CSV UTF-8。", landed: "第 {number} 次匯入完成：{files}", rowsOf: "{file}（{rows} 列）", refused: "未匯入任何內容：{num} 個問題", refusedTable: "被拒絕的列",
  file: "檔案", line: "行", column: "欄", problem: "問題", history: "匯入紀錄", number: "匯入", rows: "列數", importedAt: "時間", importedBy: "人員", hash: "SHA-256", noImports: "尚未匯入",
  booked: "調整：已結月份今日的增減，於未結月份入帳", bookedIn: "入帳月份", noAdjustments: "沒有調整", noAdjustmentsHint: "已結月份若有事件或財務資料到達，差額會出現在此。",
  lateEvents: "結帳後到達的事件", noLate: "沒有事件在結帳後到達。", table: "資料表", arrived: "收入時間", num: "數量", stated: "財務在結帳後的更新", noStated: "財務在結帳後沒有更新。",
};

/** Only what is said in other words than in traditional Chinese. */
const hans: Partial<PageWords> = {
  confirmText: "{cities} 行城市金额共 {total} 将依结账包冻结。此步骤无法撤销：错误或迟到的项目将在之后的月份以调整入账。",
  noAllocationHint: "请在「导入」导入该月成本池。",
  driver_active_users: "活跃用户",
  noBudgetsHint: "请导入预算文件：month,city,category,amount,currency。",
  uploadHint: "所有文件一起导入，或全部不导入。之后的导入为重述：成本池与预算以其所列月份的全部行为准。",
  rowsOf: "{file}（{rows} 行）",
  refusedTable: "被拒绝的行",
  column: "列",
  rows: "行数",
  noAdjustmentsHint: "已结月份若有事件或财务资料到达，差额会出现在此。",
};

export const useFinanceWords = pageWords<typeof en>({ en, hant, hans });

export type FinanceWords = PageWords;

/** The word for a value, e.g. `valueWord(words, "driver", "storage")`; the value itself where there is none. */
export function valueWord(words: FinanceWords, column: "status" | "driver" | "reason" | "basis" | "budget" | "kind" | "view", value: string): string {
  return (words as Record<string, string>)[`${column}_${value}`] ?? value;
}

/** A row's city: by name, or as what nobody bears. */
export function placeWord(words: FinanceWords, city: string, name: (code: string) => string): string {
  return city === "unallocated" ? words.unallocated : city === "idle" ? words.idle : name(city);
}
