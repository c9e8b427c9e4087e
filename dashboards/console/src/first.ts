//! Runs before the first paint: the chosen theme and language, so that nothing flashes.
//! A script of its own, because the content policy allows none within the page.
const theme = localStorage.getItem("tidemark.theme");
if (theme === "light" || theme === "dark") {
  document.documentElement.dataset["theme"] = theme;
}
