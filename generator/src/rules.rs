//! The mapping rules and their life: about 800, in three layers, with promotions all through the history,
//! one of which goes wrong and is rolled back.

use tidemark_model::city::CITIES;
use tidemark_model::id::{Id, RuleId};

use crate::clock::{DAY, HOUR, MINUTE, civil};
use crate::fields::FIELDS;
use crate::forwarder::FORWARDERS;
use crate::incident::Incidents;
use crate::json::numbered;
use crate::kind::{Kind, Place};
use crate::plan::Plan;
use crate::rng::{Draw, Purpose, stream};
use crate::sink::{Event, Sink};
use crate::user::Users;

/// Rules in all, when every learned one has been promoted.
const NUM_RULES: usize = 800;
/// Forwarder rules per forwarder.
const PER_FORWARDER: usize = 11;
/// Later versions promoted in a year, besides first versions of learned rules.
const UPGRADES_PER_YEAR: f64 = 240.0;
/// Complaints in a year, besides those about the bad version.
const COMPLAINTS_PER_YEAR: f64 = 60.0;

/// A mapping rule.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) id: RuleId,
    pub(crate) layer: &'static str,
    forwarder: Option<usize>,
    field: usize,
    /// Versions by the instant from which they apply, ascending.
    versions: Vec<(i64, String)>,
}

impl Rule {
    /// The version that applies at an instant, the first one before that.
    pub(crate) fn version(&self, at: i64) -> &str {
        let index = self.versions.partition_point(|(from, _)| *from <= at);
        &self.versions[index.saturating_sub(1)].1
    }

    fn active(&self, at: i64) -> bool {
        self.versions[0].0 <= at
    }
}

/// Something that happens to a rule.
#[derive(Debug)]
struct Change {
    at: i64,
    rule: usize,
    what: What,
}

#[derive(Debug)]
enum What {
    Promoted { version: String, impact: i64, manual: bool },
    RolledBack { version: String, to: String },
    Complaint { version: String, text: &'static str, nth: u64 },
}

/// All rules with their changes.
#[derive(Debug)]
pub(crate) struct Rules {
    rules: Vec<Rule>,
    /// Manual rule by forwarder and field.
    manual: Vec<usize>,
    /// Learned rule by forwarder and field.
    learned: Vec<Option<usize>>,
    changes: Vec<Change>,
    bad: Option<(RuleId, String)>,
}

impl Rules {
    /// Lays out the rules of a plan.
    pub(crate) fn new(plan: &Plan, incidents: &Incidents) -> Self {
        let mut rules = Self { rules: vec![], manual: vec![], learned: vec![], changes: vec![], bad: None };
        let first_version = version(plan.start_micros() - 40 * DAY, 1);
        for field in 0..FIELDS.len() {
            rules.add("universal", None, field, (i64::MIN, first_version.clone()));
        }
        for forwarder in 0..FORWARDERS.len() {
            rules.manual.extend(0..FIELDS.len());
            for step in 0..PER_FORWARDER {
                let field = if step < 5 { step } else { 5 + (forwarder * 3 + step * 2) % (FIELDS.len() - 5) };
                let rule = rules.add("forwarder", Some(forwarder), field, (i64::MIN, first_version.clone()));
                rules.manual[forwarder * FIELDS.len() + field] = rule;
            }
        }
        rules.learned = vec![None; rules.manual.len()];
        rules.learn(plan);
        rules.upgrade(plan);
        rules.plant(plan, incidents);
        rules.changes.sort_by_key(|change| (change.at, change.rule));
        for rule in &mut rules.rules {
            rule.versions.sort_by_key(|(from, _)| *from);
        }
        rules
    }

    /// Id and version of the rule whose promotion went wrong.
    pub(crate) fn bad(&self) -> Option<(RuleId, String)> {
        self.bad.clone()
    }

    /// The rule that maps a forwarder's field at an instant: learned where no person made one for the forwarder.
    pub(crate) fn applying(&self, forwarder: usize, field: usize, at: i64) -> &Rule {
        let slot = forwarder * FIELDS.len() + field;
        let learned = self.learned[slot].map(|rule| &self.rules[rule]).filter(|rule| rule.active(at));
        learned.unwrap_or(&self.rules[self.manual[slot]])
    }

    /// Emits the changes of a span of time.
    pub(crate) fn emit(&self, from: i64, to: i64, users: &Users, sink: &mut Sink) {
        let first = self.changes.partition_point(|change| change.at < from);
        for change in self.changes[first..].iter().take_while(|change| change.at < to) {
            self.emit_one(change, users, sink);
        }
    }

    fn emit_one(&self, change: &Change, users: &Users, sink: &mut Sink) {
        let rule = &self.rules[change.rule];
        let event = |kind| Event { kind, at: change.at, place: Place::NONE, tenant: None, subject: rule.id.as_str() };
        match &change.what {
            What::Promoted { version, impact, manual } => sink.emit(&event(Kind::RulePromoted), |data| {
                data.id(&rule.id).text("rule_version", version).text("layer", rule.layer);
                if let Some(forwarder) = rule.forwarder {
                    data.text("forwarder", FORWARDERS[forwarder].id);
                }
                data.text("field", FIELDS[rule.field].name).int("impact_estimate", *impact).flag("manual", *manual);
            }),
            What::RolledBack { version, to } => sink.emit(&event(Kind::RuleRolledBack), |data| {
                data.id(&rule.id).text("rule_version", version).text("to_version", to);
                data.text("reason", "accuracy_drop");
            }),
            What::Complaint { version, text, nth } => sink.emit(&event(Kind::RuleComplaint), |data| {
                let user = users.nth(*nth as usize % CITIES.len(), *nth);
                data.id(&rule.id).text("rule_version", version).id(user).text("text", text);
            }),
        };
    }

    fn add(&mut self, layer: &'static str, forwarder: Option<usize>, field: usize, first: (i64, String)) -> usize {
        let id = RuleId::new(numbered("R-", self.rules.len() as u64 + 1, 4));
        self.rules.push(Rule { id, layer, forwarder, field, versions: vec![first] });
        self.rules.len() - 1
    }

    fn learn(&mut self, plan: &Plan) {
        let mut rng = stream(plan.seed, Purpose::Rules, 1, 0);
        let year = plan.num_days() as f64 / 365.0;
        let wanted = ((NUM_RULES - self.rules.len()) as f64 * year.min(1.0)).ceil() as usize;
        let enough = self.rules.len() + wanted;
        for seq in 0..4 * wanted {
            if self.rules.len() == enough {
                return;
            }
            let slot = rng.below(self.learned.len() as u64) as usize;
            let (forwarder, field) = (slot / FIELDS.len(), slot % FIELDS.len());
            if self.learned[slot].is_some() || self.manual[slot] >= FIELDS.len() {
                continue;
            }
            let at = office_time(plan, &mut rng);
            let name = version(at, 1 + seq as u64 % 20);
            let rule = self.add("learned", Some(forwarder), field, (at, name.clone()));
            self.learned[slot] = Some(rule);
            let impact = rng.skewed(45, 0.9);
            self.changes.push(Change { at, rule, what: What::Promoted { version: name, impact, manual: false } });
        }
    }

    fn upgrade(&mut self, plan: &Plan) {
        let mut rng = stream(plan.seed, Purpose::Rules, 2, 0);
        let year = plan.num_days() as f64 / 365.0;
        let num_manual = FIELDS.len() + FORWARDERS.len() * PER_FORWARDER;
        for seq in 0..(UPGRADES_PER_YEAR * year).ceil() as u64 {
            let rule = rng.below(num_manual as u64) as usize;
            let at = office_time(plan, &mut rng);
            let name = version(at, 21 + seq % 40);
            let impact = rng.skewed(80, 1.0);
            self.rules[rule].versions.push((at, name.clone()));
            self.changes.push(Change { at, rule, what: What::Promoted { version: name, impact, manual: true } });
        }
        for _ in 0..(COMPLAINTS_PER_YEAR * year).ceil() as u64 {
            let rule = rng.below(num_manual as u64) as usize;
            let at = office_time(plan, &mut rng);
            self.complain(rule, at, "picks the wrong line on two-page layouts", rng.below(1_000));
        }
    }

    fn plant(&mut self, plan: &Plan, incidents: &Incidents) {
        let window = incidents.accuracy_drop;
        let rule = self.manual[incidents.drop_forwarder * FIELDS.len() + incidents.drop_field];
        // Only the planted change touches this rule, so that the drop has one cause.
        self.rules[rule].versions.truncate(1);
        self.changes.retain(|change| change.rule != rule);
        let good = self.rules[rule].versions[0].1.clone();
        let bad = version(window.from, 99);
        self.rules[rule].versions.push((window.from, bad.clone()));
        self.rules[rule].versions.push((window.to, good.clone()));
        self.bad = Some((self.rules[rule].id.clone(), bad.clone()));
        let promoted = What::Promoted { version: bad.clone(), impact: 86, manual: false };
        self.changes.push(Change { at: window.from, rule, what: promoted });
        for nth in 0..4 {
            let at = window.from + (3 + nth as i64) * HOUR;
            self.changes.push(Change {
                at,
                rule,
                what: What::Complaint { version: bad.clone(), text: "total is taken from the tax line", nth },
            });
        }
        if window.to < plan.end_micros() {
            self.changes.push(Change { at: window.to, rule, what: What::RolledBack { version: bad, to: good } });
        }
    }

    fn complain(&mut self, rule: usize, at: i64, text: &'static str, nth: u64) {
        self.rules[rule].versions.sort_by_key(|(from, _)| *from);
        let version = self.rules[rule].version(at).to_owned();
        self.changes.push(Change { at, rule, what: What::Complaint { version, text, nth } });
    }
}

/// A version's name: `v{date}-{seq}`.
fn version(at: i64, seq: u64) -> String {
    let (year, month, day) = civil(at.div_euclid(DAY));
    format!("v{year:04}{month:02}{day:02}-{seq:02}")
}

fn office_time(plan: &Plan, rng: &mut impl Draw) -> i64 {
    let day = rng.below(plan.num_days() as u64) as i64;
    plan.start_micros() + day * DAY + HOUR + rng.between(0, 9 * 60) * MINUTE + rng.between(0, MINUTE)
}
