//! The engine as the doors see it, over tables in memory.

mod answers;
mod catalogs;
mod clients;
mod committed;
mod derived;
mod file_states;
mod finance;
mod histories;
mod kpis;
mod limits;
mod plans;
mod recent;
mod support;
mod views;
