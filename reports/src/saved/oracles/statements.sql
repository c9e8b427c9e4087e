-- daily-failures
SELECT CAST(date_trunc('day', timezone('Asia/Hong_Kong', "settled_at")) AS DATE) AS "day", count(*) AS "settled", count(*) FILTER (WHERE "status" = 'failed') AS "failed", CAST(count(*) FILTER (WHERE "status" = 'failed') AS DOUBLE PRECISION) / NULLIF(CAST(count(*) AS DOUBLE PRECISION), 0) AS "failure_rate"
FROM "invoice_lives"
WHERE "settled_at" >= TIMESTAMPTZ '2026-03-06T16:00:00.000000Z' AND "settled_at" < TIMESTAMPTZ '2026-04-05T16:00:00.000000Z'
GROUP BY 1
ORDER BY 1 ASC NULLS LAST
LIMIT 10001;

-- forwarder-charges
SELECT "forwarder" AS "forwarder", sum("amount") AS "amount", percentile_cont(0.95) WITHIN GROUP (ORDER BY "amount") AS "p95"
FROM "invoice_charges"
WHERE "extracted_at" >= TIMESTAMPTZ '2026-02-28T13:00:00.000000Z' AND "extracted_at" < TIMESTAMPTZ '2026-03-31T13:00:00.000000Z'
  AND "currency" = 'HKD'
GROUP BY 1
ORDER BY 2 DESC NULLS LAST, 1 ASC NULLS LAST
LIMIT 501;

-- dead-letters
SELECT "_ingested_at", "stage", "reason", "detail"
FROM "dead_letters"
WHERE "_ingested_at" >= TIMESTAMPTZ '2026-03-23T00:00:00.000000Z' AND "_ingested_at" < TIMESTAMPTZ '2026-03-30T00:00:00.000000Z'
ORDER BY 1 ASC NULLS LAST, 2 ASC NULLS LAST, 3 ASC NULLS LAST, 4 ASC NULLS LAST
LIMIT 1001;

-- every-function
SELECT CAST(date_trunc('day', timezone('Australia/Sydney', "settled_at")) AS DATE) AS "day", "status" AS "status", count(*) AS "n", count(DISTINCT "forwarder") AS "forwarders", sum("pages") AS "pages", avg("confidence") AS "mean", min("pages") AS "least", max("settled_at") AS "latest", median("confidence") AS "middle", percentile_cont(0.90) WITHIN GROUP (ORDER BY "confidence") AS "p90", sum("fields_corrected") AS "wrong", sum("fields_extracted") AS "all_fields", CAST(sum("fields_corrected") AS DOUBLE PRECISION) / NULLIF(CAST(sum("fields_extracted") AS DOUBLE PRECISION), 0) AS "error_share"
FROM "invoice_lives"
WHERE "settled_at" >= TIMESTAMPTZ '2026-03-22T13:00:00.000000Z' AND "settled_at" < TIMESTAMPTZ '2026-04-05T14:00:00.000000Z'
GROUP BY 1, 2
ORDER BY 1 ASC NULLS LAST, 2 ASC NULLS LAST
LIMIT 10001;

-- every-function of two cities
SELECT CAST(date_trunc('day', timezone('Australia/Sydney', "settled_at")) AS DATE) AS "day", "status" AS "status", count(*) AS "n", count(DISTINCT "forwarder") AS "forwarders", sum("pages") AS "pages", avg("confidence") AS "mean", min("pages") AS "least", max("settled_at") AS "latest", median("confidence") AS "middle", percentile_cont(0.90) WITHIN GROUP (ORDER BY "confidence") AS "p90", sum("fields_corrected") AS "wrong", sum("fields_extracted") AS "all_fields", CAST(sum("fields_corrected") AS DOUBLE PRECISION) / NULLIF(CAST(sum("fields_extracted") AS DOUBLE PRECISION), 0) AS "error_share"
FROM "invoice_lives"
WHERE "city" IN ('HKG', 'SYD')
  AND "settled_at" >= TIMESTAMPTZ '2026-03-22T13:00:00.000000Z' AND "settled_at" < TIMESTAMPTZ '2026-04-05T14:00:00.000000Z'
GROUP BY 1, 2
ORDER BY 1 ASC NULLS LAST, 2 ASC NULLS LAST
LIMIT 10001;

-- every-grain
SELECT CAST(date_trunc('year', timezone('Australia/Sydney', "settled_at")) AS DATE) AS "year", CAST(date_trunc('quarter', timezone('Australia/Sydney', "settled_at")) AS DATE) AS "quarter", CAST(date_trunc('month', timezone('Australia/Sydney', "settled_at")) AS DATE) AS "month", CAST(date_trunc('week', timezone('Australia/Sydney', "settled_at")) AS DATE) AS "week", date_trunc('hour', timezone('Asia/Kolkata', "settled_at")) AS "hour", count(*) AS "n"
FROM "invoice_lives"
GROUP BY 1, 2, 3, 4, 5
ORDER BY 1 ASC NULLS LAST, 2 ASC NULLS LAST, 3 ASC NULLS LAST, 4 ASC NULLS LAST, 5 ASC NULLS LAST
LIMIT 10001;

-- every-grain of two cities
SELECT CAST(date_trunc('year', timezone('Australia/Sydney', "settled_at")) AS DATE) AS "year", CAST(date_trunc('quarter', timezone('Australia/Sydney', "settled_at")) AS DATE) AS "quarter", CAST(date_trunc('month', timezone('Australia/Sydney', "settled_at")) AS DATE) AS "month", CAST(date_trunc('week', timezone('Australia/Sydney', "settled_at")) AS DATE) AS "week", date_trunc('hour', timezone('Asia/Kolkata', "settled_at")) AS "hour", count(*) AS "n"
FROM "invoice_lives"
WHERE "city" IN ('HKG', 'SYD')
GROUP BY 1, 2, 3, 4, 5
ORDER BY 1 ASC NULLS LAST, 2 ASC NULLS LAST, 3 ASC NULLS LAST, 4 ASC NULLS LAST, 5 ASC NULLS LAST
LIMIT 10001;

-- every-operator
SELECT "invoice_id", "settled_at", "charge_total"
FROM "invoice_lives"
WHERE "status" IS DISTINCT FROM 'failed'
  AND ("forwarder" IS NULL OR NOT "forwarder" IN ('O''Neil', 'none'))
  AND "pages" BETWEEN CAST('1' AS BIGINT) AND CAST('6' AS BIGINT)
  AND "confidence" >= CAST('0.25' AS DOUBLE PRECISION)
  AND "confidence" < CAST('0.95' AS DOUBLE PRECISION)
  AND "charge_total" > CAST('10.50' AS DECIMAL(38, 9))
  AND "reviewed" = FALSE
  AND strpos("forwarder", '%') > 0
  AND "city" IN ('HKG', 'SIN', 'SYD')
  AND "automation" IS NULL
  AND "settled_at" <= TIMESTAMPTZ '2026-04-05T16:00:00.000000Z'
ORDER BY 3 DESC NULLS LAST, 1 ASC NULLS LAST, 2 ASC NULLS LAST
LIMIT 41;

-- every-operator of two cities
SELECT "invoice_id", "settled_at", "charge_total"
FROM "invoice_lives"
WHERE "city" IN ('HKG', 'SYD')
  AND "status" IS DISTINCT FROM 'failed'
  AND ("forwarder" IS NULL OR NOT "forwarder" IN ('O''Neil', 'none'))
  AND "pages" BETWEEN CAST('1' AS BIGINT) AND CAST('6' AS BIGINT)
  AND "confidence" >= CAST('0.25' AS DOUBLE PRECISION)
  AND "confidence" < CAST('0.95' AS DOUBLE PRECISION)
  AND "charge_total" > CAST('10.50' AS DECIMAL(38, 9))
  AND "reviewed" = FALSE
  AND strpos("forwarder", '%') > 0
  AND "city" IN ('HKG', 'SIN', 'SYD')
  AND "automation" IS NULL
  AND "settled_at" <= TIMESTAMPTZ '2026-04-05T16:00:00.000000Z'
ORDER BY 3 DESC NULLS LAST, 1 ASC NULLS LAST, 2 ASC NULLS LAST
LIMIT 41;

-- starts
SELECT count(*) AS "n", sum("charge_total") FILTER (WHERE "currency" = 'HKD') AS "hkd", CAST(sum("charge_total") FILTER (WHERE "currency" = 'HKD') AS DOUBLE PRECISION) / NULLIF(CAST(count(*) AS DOUBLE PRECISION), 0) AS "per_invoice"
FROM "invoice_lives"
WHERE starts_with("forwarder", 'O''')
  AND "automation" IS NOT NULL
  AND "settled_at" >= TIMESTAMPTZ '2026-03-31T13:00:00.000000Z' AND "settled_at" < TIMESTAMPTZ '2026-04-05T22:30:00.000000Z'
LIMIT 10001;

-- starts of two cities
SELECT count(*) AS "n", sum("charge_total") FILTER (WHERE "currency" = 'HKD') AS "hkd", CAST(sum("charge_total") FILTER (WHERE "currency" = 'HKD') AS DOUBLE PRECISION) / NULLIF(CAST(count(*) AS DOUBLE PRECISION), 0) AS "per_invoice"
FROM "invoice_lives"
WHERE "city" IN ('HKG', 'SYD')
  AND starts_with("forwarder", 'O''')
  AND "automation" IS NOT NULL
  AND "settled_at" >= TIMESTAMPTZ '2026-03-31T13:00:00.000000Z' AND "settled_at" < TIMESTAMPTZ '2026-04-05T22:30:00.000000Z'
LIMIT 10001;

-- days-of-kpis
SELECT CAST(date_trunc('week', CAST("bucket" AS TIMESTAMP)) AS DATE) AS "bucket", "city" AS "city", avg("value") AS "value"
FROM "kpi_daily"
WHERE "bucket" >= DATE '2026-01-01' AND "bucket" < DATE '2026-04-01'
  AND "kpi" = 'automation_rate'
GROUP BY 1, 2
ORDER BY 3 DESC NULLS LAST, 1 ASC NULLS LAST, 2 ASC NULLS LAST
LIMIT 6;

-- days-of-kpis of two cities
SELECT CAST(date_trunc('week', CAST("bucket" AS TIMESTAMP)) AS DATE) AS "bucket", "city" AS "city", avg("value") AS "value"
FROM "kpi_daily"
WHERE "city" IN ('HKG', 'SYD')
  AND "bucket" >= DATE '2026-01-01' AND "bucket" < DATE '2026-04-01'
  AND "kpi" = 'automation_rate'
GROUP BY 1, 2
ORDER BY 3 DESC NULLS LAST, 1 ASC NULLS LAST, 2 ASC NULLS LAST
LIMIT 6;

-- months-of-costs
SELECT "month" AS "month", "currency" AS "currency", sum("amount") AS "amount"
FROM "cost_allocation"
WHERE "month" >= '2026-01' AND "month" < '2026-04'
GROUP BY 1, 2
ORDER BY 1 ASC NULLS LAST, 2 ASC NULLS LAST
LIMIT 10001;

-- months-of-costs of two cities
SELECT "month" AS "month", "currency" AS "currency", sum("amount") AS "amount"
FROM "cost_allocation"
WHERE "city" IN ('HKG', 'SYD')
  AND "month" >= '2026-01' AND "month" < '2026-04'
GROUP BY 1, 2
ORDER BY 1 ASC NULLS LAST, 2 ASC NULLS LAST
LIMIT 10001;
