//! Questions to start with, in three languages. Each reads what every installation has, and names no date.
import type { Language } from "../../words/language.ts";

/** Who asks it most; the list is grouped by them. */
export type Asker = "business" | "finance" | "operations";

/** A question and its SQL. */
export interface Example {
  asker: Asker;
  question: Record<Language, string>;
  sql: string;
  /** Whether the answer says more as a chart. */
  chart?: boolean;
}

/** What the groups are called. */
export const ASKERS: Record<Asker, Record<Language, string>> = {
  business: { en: "Business", "zh-Hant": "業務", "zh-Hans": "业务" },
  finance: { en: "Money", "zh-Hant": "費用", "zh-Hans": "费用" },
  operations: { en: "Operation", "zh-Hant": "運作", "zh-Hans": "运作" },
};

export const EXAMPLES: Example[] = [
  {
    asker: "business",
    question: {
      en: "Which cities automate the most this month?",
      "zh-Hant": "本月哪些城市的自動化率最高？",
      "zh-Hans": "本月哪些城市的自动化率最高？",
    },
    sql: `SELECT city, value AS automation_rate, target, status
FROM kpi_monthly
WHERE kpi = 'automation_rate'
  AND bucket = (SELECT max(bucket) FROM kpi_monthly WHERE kpi = 'automation_rate')
ORDER BY automation_rate DESC`,
  },
  {
    asker: "business",
    question: {
      en: "How many invoices came in each day, by channel?",
      "zh-Hant": "每天經各渠道收到多少張發票？",
      "zh-Hans": "每天通过各渠道收到多少张发票？",
    },
    chart: true,
    sql: `SELECT local_day(received_at, city) AS day, channel, count(*) AS invoices
FROM invoices
WHERE received_at >= now() - INTERVAL '30 days'
GROUP BY 1, 2
ORDER BY 1, 2`,
  },
  {
    asker: "business",
    question: {
      en: "Which forwarders' invoices fail most often?",
      "zh-Hant": "哪些貨運代理的發票最常處理失敗？",
      "zh-Hans": "哪些货运代理的发票最常处理失败？",
    },
    sql: `SELECT forwarder,
       count(*) AS settled,
       count(*) FILTER (WHERE status = 'failed') AS failed,
       round(count(*) FILTER (WHERE status = 'failed')::numeric / count(*), 4) AS error_rate
FROM invoices
WHERE settled_at >= now() - INTERVAL '30 days' AND forwarder IS NOT NULL
GROUP BY forwarder
ORDER BY error_rate DESC`,
  },
  {
    asker: "business",
    question: {
      en: "Which fields do people correct most?",
      "zh-Hant": "人員最常更正哪些欄位？",
      "zh-Hans": "人员最常更正哪些字段？",
    },
    chart: true,
    sql: `SELECT field, count(*) AS corrections, count(DISTINCT invoice_id) AS invoices
FROM corrections
GROUP BY field
ORDER BY corrections DESC
LIMIT 15`,
  },
  {
    asker: "finance",
    question: {
      en: "What does the AI cost for each invoice, by city?",
      "zh-Hant": "各城市每張發票的 AI 成本是多少？",
      "zh-Hans": "各城市每张发票的 AI 成本是多少？",
    },
    sql: `SELECT city,
       sum(ai_cost_hkd) AS cost_hkd,
       count(*) AS invoices,
       round(sum(ai_cost_hkd) / count(*), 4) AS hkd_per_invoice
FROM invoices
WHERE settled_at >= now() - INTERVAL '30 days'
GROUP BY city
ORDER BY hkd_per_invoice DESC`,
  },
  {
    asker: "finance",
    question: {
      en: "What does each city pay in each month, and for what?",
      "zh-Hant": "各城市每月分攤多少費用，用於什麼？",
      "zh-Hans": "各城市每月分摊多少费用，用于什么？",
    },
    sql: `SELECT month, city, pool, driver, ratio, amount, currency
FROM cost_allocation
ORDER BY month DESC, amount DESC`,
  },
  {
    asker: "finance",
    question: {
      en: "What did AI services and storage cost on each day?",
      "zh-Hant": "每天 AI 服務與儲存的成本是多少？",
      "zh-Hans": "每天 AI 服务与存储的成本是多少？",
    },
    chart: true,
    sql: `SELECT date_trunc('day', time)::date AS day, meter, sum(cost_hkd) AS cost_hkd
FROM usage_costs
WHERE time >= now() - INTERVAL '30 days' AND cost_hkd > 0
GROUP BY 1, 2
ORDER BY 1, 2`,
  },
  {
    asker: "operations",
    question: {
      en: "Why were events refused?",
      "zh-Hant": "事件為何被拒收？",
      "zh-Hans": "事件为何被拒收？",
    },
    sql: `SELECT stream, stage, reason, count(*) AS events, max(record_time) AS newest
FROM dead_letters
GROUP BY stream, stage, reason
ORDER BY events DESC`,
  },
  {
    asker: "operations",
    question: {
      en: "How far has each partition been read?",
      "zh-Hant": "各分區讀取到哪裡？",
      "zh-Hans": "各分区读取到哪里？",
    },
    sql: `SELECT topic, partition, table_name, committed_offset, visible_offset
FROM ingest_partitions
ORDER BY topic, partition, table_name`,
  },
  {
    asker: "operations",
    question: {
      en: "Why do remote sessions fail to connect?",
      "zh-Hant": "遠端連線為何失敗？",
      "zh-Hans": "远程连接为何失败？",
    },
    sql: `SELECT failure_reason, count(*) AS sessions, count(DISTINCT device_id) AS devices
FROM sessions
WHERE status = 'failed'
GROUP BY failure_reason
ORDER BY sessions DESC`,
  },
];
