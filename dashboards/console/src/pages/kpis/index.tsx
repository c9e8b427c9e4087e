//! The home page: all KPIs, or one of them where the address names it.
import { useRoute } from "../../router.ts";
import { Detail } from "./Detail.tsx";
import { Overview } from "./Overview.tsx";

export default function Kpis() {
  const [id] = useRoute().rest;
  return id === undefined ? <Overview /> : <Detail key={id} id={id} />;
}
