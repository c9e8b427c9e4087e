//! Where the console starts.
import { render } from "preact";
import { HOME, openPage, PAGES } from "./pages.ts";
import { currentRoute, followLinks } from "./router.ts";
import { Frame } from "./shell/Frame.tsx";

followLinks();
const wanted = PAGES.find(({ id }) => id === (currentRoute().page || HOME));
// The frame appears with its page in it; why a page's code could not be fetched is the page's to tell.
if (wanted) await openPage(wanted).catch(() => undefined);
render(<Frame />, document.getElementById("console")!);
