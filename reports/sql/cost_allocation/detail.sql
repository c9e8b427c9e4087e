-- The rows of the relation as they are.
SELECT * FROM cost_allocation WHERE month = ':month' ORDER BY place
