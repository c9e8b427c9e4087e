//! Where the console starts.
import { render } from "preact";
import { HOME, PAGES } from "./pages.ts";
import { currentRoute, followLinks } from "./router.ts";
import { Frame } from "./shell/Frame.tsx";

// The page's code is fetched while the frame is drawn; a failure is the page's to tell when it is opened.
const opened = currentRoute().page || HOME;
PAGES.find(({ id }) => id === opened)
  ?.load()
  .catch(() => undefined);

followLinks();
render(<Frame />, document.getElementById("console")!);
