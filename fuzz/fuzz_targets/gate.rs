//! Any text as SQL: the gate never panics, overflows no stack, and what it lets through it lets through again alone.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tidemark_sql::gate;

fuzz_target!(|text: &str| {
    let Ok(statements) = gate::check(text) else { return };
    for statement in statements {
        let again = gate::check(&statement.text).expect("a statement that passed passes alone");
        assert_eq!(again, [statement]);
    }
});
