//! What the server says in sentences, clause by clause, as `English|Chinese`, a line a clause.
//!
//! Places in the English: `#` a number, `@` a local time, `*` a name that stays as it is, `~` something that is looked up
//! in turn (a clause or its rest, a KPI, a city; it may be empty), `&` a list of these. In the Chinese they are `$1`,
//! `$2` in the order of the English. Of two clauses that fit, the first counts. Who changes a sentence of the server
//! changes its line: `sentences.test.ts` reads the server's source and names what has none.

/** Anomalies: insight/src/anomaly. */
const ANOMALIES = `
~ of ~ in the hour from @: # where # was expected|$2的$1，$3起一小時：實際$4，預期$5
~ of ~ in the day from @: # where # was expected|$2的$1，$3當日：實際$4，預期$5
~ of ~ from @ until @: # where # was expected|$2的$1，$3至$4：實際$5，預期$6
~ of ~ since @: # where # was expected|$2的$1，自$3起：實際$4，預期$5
furthest off in the hour from @, # beside a usual # to #|偏離最多的是$1起一小時：$2，通常為$3至$4
furthest off in the day from @, # beside a usual # to #|偏離最多的是$1當日：$2，通常為$3至$4
beside the mean of the four weeks before, by ~: &|與前四週的平均相比，按$1：$2
which part did it could not be asked: ~|未能查出變化來自哪一部分：$1
# others|其餘$1項
~ # (#)|$1 $2（$3）
all cities|所有城市
(none)|無
city|城市
forwarder|貨代
model|模型
ai_calls|AI 呼叫
api_requests|平台請求
: # times the median #, usual # to #~|，是中位數$2的$1倍，通常$3至$4$5
: # times the tariff #~|，是價目$2的$1倍$3
: # times the nearest of # prices, #~|，是$2個價格中最接近者$3的$1倍$4
 by other forwarders' charges of # days~|（依其他貨代$1天內的費用$2）
 by 1 charge of # days and other forwarders'~|（依$1天內 1 筆費用及其他貨代$2）
 by # charges of # days and other forwarders'~|（依$2天內$1筆費用及其他貨代$3）
 by # charges of # days~|（依$2天內$1筆費用$3）
 on this route|，限此航線
 on all routes|，不分航線
the same line is on the invoice already|發票上已有相同的一行
* has never charged * before|$1從未收取過$2
this charge is hardly ever a credit or zero|此費用幾乎從不是貸項或零
looks as if its decimal point were # place~ too far to the right|小數點似乎偏右$1位
looks as if its decimal point were # place~ too far to the left|小數點似乎偏左$1位
looks like an amount in *|似乎是以$1計的金額
# more are the same: a new price, or the same error each time|另有$1筆相同：是新價格，或每次都犯同樣的錯
* was received # days after *: ~|$1比$3晚$2天收到：$4
the file is the same to the byte|檔案完全相同
same forwarder, same # charges, same &|貨代相同，$1項費用相同，$2相同
* signed in at # h local time|$1於當地時間$2時登入
# of # earlier sign-ins were within an hour of that|先前$2次登入中，$1次在該時刻前後一小時內
* signed in from *, which is new|$1從新位址$2登入
# earlier sign-ins came from # addresses|先前$1次登入來自$2個位址
# failed sign-ins ~ within # minutes|$3分鐘內$2登入失敗$1次
from * at # users|由$1對$2個用戶
of # users in ~|$2的$1個用戶
of * in ~|$2的$1
usual # a day|通常每天$1次
usual # at these hours|通常此時段$1次
~ of *, *: stability index # of # values against # (chance stays below #)|$3的$2（$1）：穩定性指標$4（$5個值與$6個值相比；偶然波動低於$7）
confidence|信心
values|值
(others) # -> # (# of the change)|其他$1→$2（佔變化$3）
* # -> # (# of the change)|$1：$2→$3（佔變化$4）
missing # -> #, never seen before #|缺漏$1→$2，前所未見$3
`;

/** Advice on capacity: insight/src/capacity/reason.rs and steps.rs. */
const CAPACITY = `
less than #|低於$1
more than #|高於$1
The busiest hour, most likely at @, has # or less in 95 of 100 cases and # in half of them|最忙的一小時很可能在$1，95% 的情況下不超過$2，半數情況下不超過$3
the busiest so far had #|至今最忙為$1
More than # is reached in ~ of them|超過$1的機率$2
Add #: ~|增加$1個：$2
Keep #: ~|維持$1個：$2
Release #: ~|釋出$1個：$2
The busiest hour has # invoices or less in 95 of 100 cases, # of them for ~, each # s~|最忙的一小時 95% 的情況下不超過$1張發票，其中$2張需$3，每張$4秒$5
: # workers are needed|：需$1個工作程序
ocr|OCR
extraction|擷取
review|覆核
# workers keep it below # of their time and # s of waiting|$1個工作程序可使忙碌率低於$2、等待低於$3秒
with # work would pile up|只有$1個時工作會積壓
with # they would be busy for ~, and an invoice would wait # s on average|有$1個時忙碌率$2，發票平均等待$3秒
How many there are is not configured|現有數量未設定
# of # is used|已用$1，上限$2
It is full ~|用滿時間：$1
At the end of the forecast # will be used, and # or less in 95 of 100 cases|預測期末將用$1，95% 的情況下不超過$2
At this pace it is full around @ and hardly before @|按此速度約在$1用滿，幾乎不早於$2
# of # is spent|已支出$1，預算$2
The month will have cost # at its end, and between # and # in 80 of 100 cases|月底預計共支出$1，80% 的情況下介於$2至$3
the budget is exceeded with a probability of ~|超出預算的機率$1
It is used up ~|用盡時間：$1
around @, hardly before @ and hardly after @|約$1，幾乎不早於$2、不晚於$3
around @, if at all (~ within the forecast), and hardly before @|若會發生（預測期內機率$2），約在$1，幾乎不早於$3
within the forecast with a probability of ~, hardly before @|預測期內機率$1，幾乎不早於$2
within the forecast with a probability of ~|預測期內機率$1
at no time within the forecast|預測期內不會
`;

/** Verdicts on experiments: insight/src/experiment/sentence.rs. */
const EXPERIMENTS = `
Do not trust any figure of this experiment: &|請勿採信此實驗的任何數字：$1
* has # units instead of #|$1有$2件（應為$3件）
By chance that happens less than once in 1000 experiments|偶然如此的機會不到千分之一
find out who is not counted|請查明誰未被計入
Stop *: ~|停用$1：$2
~ is worse by ~ (~), and ~ are tolerated|$1變差$2（$3），容許$4
* is worse than *: ~|$1較$2差：$3
* is better than *: ~|$1較$2佳：$3
Wait with *: ~|暫緩$1：$2
~ is ~ lower (~)|$1低$2（$3）
~ is ~ higher (~)|$1高$2（$3）
between # and ~|介於$1至$2
# points|$1個百分點
the evidence sufficed after # units|累計$1件後證據已足
but it is not yet sure that ~ stays within its margin of ~|但尚未確定$1的惡化不超過容許的$2
Too few units to say anything of *: # so far|件數太少，無法評斷$1：至今$2件
* makes no difference that matters: that of ~ is ~, and less than ~ does not matter|$1沒有實質差異：$2的差異$3，小於$4者無關緊要
No difference of * is known yet: that of ~ is ~|$1尚無可知的差異：$2的差異$3
about # units would show a difference of ~, and there are #|約需$1件才能看出$2的差異，現有$3件
# units should have shown a difference of ~|$1件本應足以看出$2的差異
no number of units would show a difference of ~|再多件數也看不出$1的差異
success|未經更正的發票
ai_latency_ms|AI 延遲
`;

/** Messages to the rule engine: insight/src/learning/reason.rs. */
const RULES = `
# people made # corrections of * on invoices of * alike in the pattern *|$1人對$4的$3作了$2次相似的更正，樣式為$5
a rule would have changed # past invoices, ~|若有此規則，會改變$1張過往發票，$2
more than #: a super user must review it|超過$1張：須由超級用戶審核
not more than #: no review is needed|未超過$1張：無須審核
~ since the promotion~|升級後$1$2
# of # right (#, 95 % interval # to #)~|$2個中$1個正確（$3，95% 區間$4至$5）$6
nothing read~|沒有讀取$1
nothing was read in the 28 days before|之前 28 天沒有讀取
the rule's 28 days before: ~|此規則之前 28 天：$1
first 24 hours: ~|首 24 小時：$1
, the version before: ~|；前一版本：$1
, no version before, the forwarder's field by other rules: ~|；無前一版本，該貨代此欄位由其他規則讀取：$1
, nothing to compare with: ~|；無可比較者：$1
~, more than 5 points|$1，下降超過 5 個百分點
sequential test over # invoices: evidence ~ for a drop, # is enough|對$1張發票的序貫檢定：下降的證據$2，達$3即足夠
over #|超過$1
# invoices were changed, more than twice the # that were estimated before the promotion|改變了$1張發票，超過升級前估計$2張的兩倍
the drop is proven|下降已證實
no drop of more than 5 points|沒有超過 5 個百分點的下降
insufficient evidence: ~ of # after # invoices, ~|證據不足：$3張發票後為$1，須達$2，$4
there are too few invoices from before to prove a drop of this size|之前的發票太少，無法證實此幅度的下降
about # needed for a drop of this size|證實此幅度的下降約需$1張
# complaints by # people about this version: a person must review it|$2人對此版本投訴$1次：須由人審核
`;

/** Data quality: sql/views/quality_*.sql. */
const QUALITY = `
# of # events of ~ came more than 15 minutes after they happened|$3的$2個事件中，$1個在發生後逾 15 分鐘才到達
one in twenty took longer than # minutes|每二十個中有一個延遲超過$1分鐘
* has a member that nobody knows, *: in # events since @|$1有未知的欄位$2：自$4起有$3個事件
* fills * in # of # events|$1的$4個事件中，$3個填有$2
usual are #|通常為$1
* has # offsets that are no event, dead letter or repeat: something was lost|$1有$2個偏移量既非事件、死信，亦非重複：有資料遺失
* has # more events, dead letters and repeats than offsets: something counts twice|$1的事件、死信與重複比偏移量多$2個：有資料重複計算
* has an event at offset #, which was not taken in yet|$1的偏移量$2有事件，但尚未接收至此
* is silent: its newest event is of @, and some # events would have come since|$1沒有資料：最新事件在$2，其後本應約有$3個事件
# records of ~ were refused: ~, from @ on|$2有$1筆記錄被拒：$3，自$4起
* has another type than the contract says|$1的類型與合約不符
* is missing|缺少$1
* is out of its range|$1超出範圍
# of # records of * repeat events, most of them from offset # on: a producer sends again what it has sent|$3的$2筆記錄中，$1筆重複事件，多自偏移量$4起：來源重送了已送的記錄
* sends * with the * "*", which nobody knows: in # events since @|$1送出的$2，其$3「$4」不在已知的值內：自$6起有$5個事件
~ was silent|$1沒有資料
usual are # events in this hour|此小時通常有$1個事件
~ has # events for each of # subjects|$1的$3個主體平均各有$2個事件
usual are #: events are missing|通常為$1：有事件遺失
~ sent # events|$1送出$2個事件
expected were #|預期$1個
`;

/** What fits much, and so comes last: charges (insight/src/anomaly/charges/words.rs), streams, numbers, parts of a list. */
const LAST = `
* of *, *, is * #~|$2的$1費用（$3）為$4 $5$6
* of * is * #~|$2的$1費用為$3 $4$5
the stream *|資料流$1
#|$1
~ #|$1 $2
`;

/** All clauses, in the order in which they are tried. */
export const CLAUSES = ANOMALIES + CAPACITY + EXPERIMENTS + RULES + QUALITY + LAST;
