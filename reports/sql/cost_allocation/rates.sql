-- Each currency that the month has to do with.
SELECT r.currency, r.hkd AS hkd_rate, r.source AS rate_source, r.valid_from, r.import
FROM month_rates r
ORDER BY r.currency
