//! Traditional Chinese in simplified characters, with the mainland's terms where they are others.
//!
//! The other way round it could not be told: one simplified character stands for several traditional ones. A character
//! that is missing here fails a test (`sentences.test.ts`).

/** Terms of which the mainland says another word of as many characters: traditional first. */
const TERMS =
  "資料夾文件夹 資料数据 檔案文件 欄位字段 位址地址 位移偏移 登入登录 機率概率 匯入导入 匯出导出 擷取提取 伺服服务 搜尋搜索 型別类型 訊息消息 " +
  "儲存存储 檢定检验 設定设置 呼叫调用 範例示例 回饋反馈 品質质量 程序进程 網路网络 預設默认 計畫计划 字元字符 " +
  "開啟打开 產生生成 核准批准 磁碟磁盘 幣別币种 加總相加 檢視视图 執行运行 留意关注 進位舍入 量測计量 連結链接 退回回退 文字文本";

/** Characters, each after the one that it stands for. */
const CHARACTERS =
  "時时實实際际預预當当離离為为與与週周變变來来餘余項项貨货請请費费數数價价個个內内筆笔線线發发從从過过幾几貸贷點点計计額额樣样錯错檔档於于間间該该後后鐘钟敗败對对戶户穩稳標标動动佔占見见況况機机維维釋释" +
  "張张擷撷則则會会積积壓压現现設认滿满測测將将盡尽約约採采驗验應应誰谁許许較较暫暂緩缓證证據据確确惡恶無无評评斷断沒没質质異异關关緊紧經经遲迟規规須须級级審审區区讀读欄栏貫贯檢检達达夠够兩两訴诉資资複复" +
  "遺遗記记錄录類类範范圍围體体頁页選选單单鍵键財财務务報报狀状態态業业詢询運运語语佈布題题統统淺浅盤盘尋寻顯显這这閉闭開开啟启製制儲储圖图載载試试連连認认執执結结誌志導导覽览擇择遞递減减處处說说嚴严舊旧" +
  "篩筛續续編编號号負负進进參参靜静員员決决誤误驟骤準准幣币別别碼码噴喷灑洒麼么視视詞词彙汇稱称種种順顺譜血責责帳账匯汇調调備备並并寫写凍冻復复輸输攤摊構构閒闲總总權权屬属躍跃問问絕绝紀记長长歷历優优議议" +
  "隨随僅仅帶带護护損损組组畫画勢势轉转階阶識识輯辑詳详細细聯联產产訂订趨趋擔担擁拥刪删義义簡简給给註注條条橫横軸轴繪绘頻频補补夾夹網网鑰钥頭头嘗尝饋馈訊讯層层傳传齊齐專专學学習习還还觀观邁迈貼贴響响寬宽" +
  "顏颜邏逻節节瀏浏緒绪門门檻槛「“」”";

const known = new Map(
  [...TERMS.split(" "), ...CHARACTERS.match(/../g)!].map((pair) => {
    const half = pair.length / 2;
    return [pair.slice(0, half), pair.slice(half)];
  }),
);

const KNOWN = new RegExp([...known.keys()].join("|"), "g");

/** The same text in simplified Chinese. */
export function simplified(traditional: string): string {
  return traditional.replace(KNOWN, (found) => known.get(found)!);
}
