//! The KPIs of single invoices, by the rules of the event contract: every fact of an invoice, whenever it came.

use crate::truth::tally::Tally;

/// KPIs that are counted; the order is that of [`NAMES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kpi {
    InvoicesReceived,
    InvoicesSettled,
    SessionsRequested,
    TicketsResolved,
    AutomationRate,
    AiAccuracy,
    InvoiceAccuracy,
    GoldenAccuracy,
    ManualInterventionRate,
    SuccessRate,
    ErrorRate,
    DataCompleteness,
    ChargePresence,
    ForwarderCoverage,
    MultimodalShare,
    Nps,
    SessionFailureRate,
    AiErrorRate,
    FunnelExtracted,
    FunnelReviewed,
    FunnelCompleted,
    FunnelExported,
}

/// How many of the first KPIs are counts, without a denominator.
pub(crate) const NUM_COUNTS: usize = 4;

/// Names of the KPIs, by [`Kpi`].
pub(crate) const NAMES: [&str; 22] = [
    "invoices_received",
    "invoices_settled",
    "sessions_requested",
    "tickets_resolved",
    "automation_rate",
    "ai_accuracy",
    "invoice_accuracy",
    "golden_accuracy",
    "manual_intervention_rate",
    "success_rate",
    "error_rate",
    "data_completeness",
    "charge_presence",
    "forwarder_coverage",
    "multimodal_share",
    "nps",
    "session_failure_rate",
    "ai_error_rate",
    "funnel_extracted",
    "funnel_reviewed",
    "funnel_completed",
    "funnel_exported",
];

/// Where an extraction sent the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    Auto,
    QuickReview,
    FullReview,
}

impl Route {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::QuickReview => "quick_review",
            Self::FullReview => "full_review",
        }
    }
}

/// The last extraction of an invoice.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extraction {
    pub(crate) route: Route,
    pub(crate) multimodal: bool,
    pub(crate) num_fields: i64,
    pub(crate) num_required: i64,
    pub(crate) num_filled: i64,
    pub(crate) num_charges: usize,
    pub(crate) currency: &'static str,
    /// Sum of the charges in the currency's smallest unit.
    pub(crate) total: i64,
}

/// What happened to an invoice, from those of its events that did happen.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct InvoiceFacts {
    pub(crate) supported: bool,
    pub(crate) extraction: Option<Extraction>,
    /// One bit for each field that was corrected.
    pub(crate) corrected: u32,
    pub(crate) reviewed: bool,
    pub(crate) confirmed: bool,
    pub(crate) fully_reviewed: bool,
    /// First completion, in microseconds since 1970.
    pub(crate) completed_at: Option<i64>,
    /// First failure, in microseconds since 1970.
    pub(crate) failed_at: Option<i64>,
    pub(crate) exported: bool,
}

impl InvoiceFacts {
    /// When the invoice settled: first completed, or first failed if it never was.
    pub(crate) fn settled_at(&self) -> Option<i64> {
        self.completed_at.or(self.failed_at)
    }

    /// Whether it is fully automatic or assisted, by the rule of the event contract.
    fn automatic(&self) -> bool {
        let Some(extraction) = self.extraction.filter(|_| self.completed_at.is_some() && self.corrected == 0) else {
            return false;
        };
        let full = extraction.route == Route::Auto && !self.reviewed;
        full || self.confirmed || extraction.route != Route::FullReview
    }

    /// Adds a received invoice to the tally, in the local month in which it was: how far it has come.
    pub(crate) fn fold_steps(&self, place: usize, month: usize, tally: &mut Tally) {
        let route = self.extraction.map(|extraction| extraction.route);
        let mut share = |kpi, holds: bool| tally.add(place, month, kpi, i64::from(holds), 1);
        share(Kpi::FunnelExtracted, route.is_some());
        share(Kpi::FunnelReviewed, route.is_some_and(|route| route == Route::Auto || self.reviewed));
        share(Kpi::FunnelCompleted, self.completed_at.is_some());
        share(Kpi::FunnelExported, self.exported);
    }

    /// Adds a settled invoice to the tally, in the local month of its settling.
    pub(crate) fn fold(&self, place: usize, month: usize, tally: &mut Tally) {
        let completed = self.completed_at.is_some();
        let num_corrected = i64::from(self.corrected.count_ones());
        let mut add = |kpi, numerator, denominator| tally.add(place, month, kpi, numerator, denominator);
        let mut share = |kpi, holds: bool| add(kpi, i64::from(holds), 1);
        share(Kpi::InvoicesSettled, true);
        share(Kpi::AutomationRate, self.automatic());
        share(Kpi::InvoiceAccuracy, num_corrected == 0);
        share(Kpi::ManualInterventionRate, num_corrected > 0 || self.fully_reviewed);
        share(Kpi::SuccessRate, completed);
        share(Kpi::ErrorRate, !completed);
        share(Kpi::ForwarderCoverage, self.supported);
        if completed {
            share(Kpi::ChargePresence, self.extraction.is_some_and(|extraction| extraction.num_charges > 0));
        }
        if let Some(extraction) = self.extraction {
            share(Kpi::MultimodalShare, extraction.multimodal);
            add(Kpi::AiAccuracy, extraction.num_fields - num_corrected, extraction.num_fields);
            add(Kpi::DataCompleteness, extraction.num_filled, extraction.num_required);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(route: Route) -> InvoiceFacts {
        let extraction = Extraction {
            route,
            multimodal: false,
            num_fields: 8,
            num_required: 5,
            num_filled: 5,
            num_charges: 1,
            currency: "HKD",
            total: 1,
        };
        InvoiceFacts { extraction: Some(extraction), completed_at: Some(1), ..InvoiceFacts::default() }
    }

    #[test]
    fn an_untouched_document_is_automatic_unless_it_needed_a_full_review() {
        assert!(facts(Route::Auto).automatic());
        assert!(facts(Route::QuickReview).automatic());
        assert!(!facts(Route::FullReview).automatic());
    }

    #[test]
    fn a_confirmed_full_review_is_assisted_and_a_correction_is_not() {
        let confirmed = InvoiceFacts { reviewed: true, confirmed: true, ..facts(Route::FullReview) };
        assert!(confirmed.automatic());
        assert!(!InvoiceFacts { corrected: 1, ..confirmed }.automatic());
        assert!(!InvoiceFacts { completed_at: None, failed_at: Some(1), ..confirmed }.automatic());
    }
}
