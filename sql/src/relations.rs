//! The relations that a parsed statement reads.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use sqlparser::ast::{ObjectName, Query, Visit, Visitor};

/// Their names without those of the statement's own `WITH`, and without their schemas.
pub(crate) fn relations(parsed: &impl Visit) -> BTreeSet<String> {
    let mut names = Names::default();
    let _ = parsed.visit(&mut names);
    &names.read - &names.own
}

#[derive(Default)]
struct Names {
    read: BTreeSet<String>,
    own: BTreeSet<String>,
}

impl Visitor for Names {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let own = query.with.iter().flat_map(|with| &with.cte_tables);
        self.own.extend(own.map(|table| table.alias.name.value.clone()));
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, name: &ObjectName) -> ControlFlow<()> {
        let name = name.0.last().and_then(|part| part.as_ident());
        self.read.extend(name.map(|name| match name.quote_style {
            Some(_) => name.value.clone(),
            None => name.value.to_lowercase(),
        }));
        ControlFlow::Continue(())
    }
}
