//! The platform at this moment: streams, what is wrong by its own metrics and relations, and by its KPIs.
import { Alerts } from "./Alerts.tsx";
import { Findings } from "./Findings.tsx";
import { useScrapes } from "./scrapes.ts";
import { Streams } from "./Streams.tsx";

export function Now() {
  const scrapes = useScrapes();
  return (
    <>
      <Streams {...scrapes} />
      <Findings {...scrapes} />
      <Alerts />
    </>
  );
}
