//! Runs before the first paint, while the page's code is on its way: the chosen theme, so that nothing flashes, and what
//! the home page will ask.
//! A script of its own, because the content policy allows none within the page.
import { readRoute } from "./address.ts";
import { askAhead } from "./api/ahead.ts";
import { ROWS_PATH } from "./api/sql.ts";
import { currentBucket, grainOf } from "./kpis/buckets.ts";
import { CATALOGUE_SQL, CITIES_SQL, newestReadingsSql } from "./kpis/queries.ts";

const { page, rest, query } = readRoute();
if ((page === "" || page === "kpis") && rest.length === 0) {
  const grain = grainOf(query.get("grain"));
  const readings = { grain, city: query.get("city") ?? "", anchor: currentBucket(grain, "UTC", Date.now()) };
  // The longest first.
  for (const sql of [newestReadingsSql(readings), CATALOGUE_SQL, CITIES_SQL]) askAhead(ROWS_PATH, { sql });
}

// After the questions: the browser reads what it has stored from a disk, and the server can work meanwhile.
const theme = localStorage.getItem("tidemark.theme");
if (theme === "light" || theme === "dark") {
  document.documentElement.dataset["theme"] = theme;
}
