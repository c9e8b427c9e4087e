//! The forwarders whose invoices arrive: 48, a few of them large, some not yet supported.

use crate::rng::Weights;

/// A company that sends freight invoices.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Forwarder {
    /// Id as events carry it.
    pub(crate) id: &'static str,
    /// Letters that its invoice numbers begin with.
    pub(crate) prefix: &'static str,
    /// Whether its layout is supported.
    pub(crate) supported: bool,
}

const fn known(id: &'static str, prefix: &'static str) -> Forwarder {
    Forwarder { id, prefix, supported: true }
}

const fn unknown(id: &'static str, prefix: &'static str) -> Forwarder {
    Forwarder { id, prefix, supported: false }
}

/// All forwarders, by volume (Zipf's law over the rank).
pub(crate) const FORWARDERS: [Forwarder; 48] = [
    known("harbour-pacific", "HPL"),
    known("orient-meridian", "OML"),
    known("blue-lantern-logistics", "BLL"),
    known("transasia-freight", "TAF"),
    known("golden-junk-lines", "GJL"),
    known("kestrel-forwarding", "KFW"),
    known("pearl-delta-cargo", "PDC"),
    known("straits-express", "STX"),
    known("northwind-ocean", "NWO"),
    unknown("jade-gate-shipping", "JGS"),
    known("silk-road-air", "SRA"),
    known("lion-rock-logistics", "LRL"),
    known("formosa-cargo-link", "FCL"),
    known("eastern-anchor", "EAN"),
    known("huangpu-consolidators", "HPC"),
    unknown("mekong-bridge", "MKB"),
    known("southern-cross-freight", "SCF"),
    known("han-river-lines", "HRL"),
    known("edo-bay-forwarding", "EBF"),
    known("monsoon-cargo", "MSC"),
    known("victoria-peak-air", "VPA"),
    unknown("banyan-logistics", "BYL"),
    known("white-dolphin-lines", "WDL"),
    known("chao-phraya-freight", "CPF"),
    known("red-maple-trans", "RMT"),
    known("coral-sea-shipping", "CSS"),
    known("nine-dragons-cargo", "NDC"),
    unknown("saigon-port-services", "SPS"),
    known("tiger-hill-express", "THX"),
    known("western-quay", "WQY"),
    known("iron-horse-rail", "IHR"),
    known("lotus-air-cargo", "LAC"),
    known("bright-harbour", "BHB"),
    unknown("kowloon-drayage", "KLD"),
    known("yangtze-feeder", "YZF"),
    known("typhoon-lines", "TPL"),
    known("equator-logistics", "EQL"),
    known("great-wall-rail", "GWR"),
    unknown("penang-forwarders", "PNF"),
    known("seoul-bridge", "SBR"),
    known("albatross-ocean", "ABO"),
    known("five-tigers", "FVT"),
    unknown("opal-coast", "OPC"),
    known("camellia-trans", "CMT"),
    known("lantau-air", "LTA"),
    unknown("java-strait", "JVS"),
    known("polar-reefer", "PLR"),
    known("tamsui-cargo", "TMC"),
];

/// Shares of volume by rank.
pub(crate) fn shares() -> Weights {
    Weights::new((0..FORWARDERS.len()).map(|rank| 1.0 / (rank as f64 + 1.6).powf(0.95)))
}
