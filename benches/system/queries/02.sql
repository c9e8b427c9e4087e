-- events of one hour
SELECT count(*) AS events FROM invoice_events WHERE time >= {h14} AND time < {h13} {m1}
