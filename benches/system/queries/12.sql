-- newest 100 events of a city, every column
SELECT * FROM invoice_events WHERE city = '{city}' ORDER BY time DESC LIMIT 100
