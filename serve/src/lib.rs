//! The doors: HTTP and PostgreSQL's wire protocol. They translate; everything they ask goes through the ports in
//! `tidemark_model::port`, so each is tested with fakes.

mod cells;
pub mod drain;
pub mod http;
pub mod listen;
pub mod postgres;

#[cfg(test)]
mod fakes;

pub use http::{Services, Writes, http_router, serve_http};
pub use listen::{Door, ListenError, bind};
pub use postgres::serve_postgres;
