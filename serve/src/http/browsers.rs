//! What a browser may do here for the page of somebody else.
//!
//! Whoever runs this on a machine of his own has no password in front of it, and every page that he opens can send
//! requests to it. Two things keep strangers out:
//!
//! * A request must name this machine by an address or as `localhost`. A name that its owner has pointed at this address
//!   (DNS rebinding) would make his page one of ours, with all answers readable. Whoever puts a proxy with names of its
//!   own in front lets it send `Host: localhost`.
//! * What changes something must not come from another site's page, as browsers say in `Sec-Fetch-Site`
//!   (W3C, "Fetch Metadata Request Headers"). Programs that are no browsers do not send it.

use std::net::{Ipv4Addr, Ipv6Addr};

use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::HttpError;

/// Lets a request pass, or answers it.
pub(super) async fn guard(request: Request, next: Next) -> Response {
    match refusal(request.method(), request.headers()) {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    }
}

fn refusal(method: &Method, headers: &HeaderMap) -> Option<HttpError> {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if let Some(host) = text(header::HOST.as_str())
        && !is_this_machine(host)
    {
        let message = format!("this is not \"{host}\"");
        return Some(
            HttpError::new(StatusCode::MISDIRECTED_REQUEST, "misdirected", message)
                .with_hint("ask by an IP address or localhost; let a proxy in front send \"Host: localhost\""),
        );
    }
    let site = text("sec-fetch-site").unwrap_or("none");
    if method.is_safe() || matches!(site, "same-origin" | "none") {
        return None;
    }
    let message = "a page of another site may not change anything here";
    Some(
        HttpError::new(StatusCode::FORBIDDEN, "not_allowed", message)
            .with_hint("send it from the console or a program"),
    )
}

/// Whether a `Host` header names an address, or this machine itself.
fn is_this_machine(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let name = authority.host();
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || name.parse::<Ipv4Addr>().is_ok() || address.parse::<Ipv6Addr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(method: Method, headers: &[(&'static str, &'static str)]) -> Option<StatusCode> {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        refusal(&method, &headers).map(|refusal| refusal.into_response().status())
    }

    #[test]
    fn a_name_that_somebody_pointed_here_is_not_this_machine() {
        for host in ["127.0.0.1:8080", "localhost", "LOCALHOST:80", "[::1]:8080", "10.0.0.7"] {
            assert_eq!(status(Method::GET, &[("host", host)]), None, "{host}");
        }
        for host in ["evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example", "x y", ""] {
            assert_eq!(status(Method::GET, &[("host", host)]), Some(StatusCode::MISDIRECTED_REQUEST), "{host}");
        }
        assert_eq!(status(Method::GET, &[]), None, "HTTP/1.0 sends none, browsers always do");
    }

    #[test]
    fn pages_of_other_sites_read_nothing_by_themselves_and_change_nothing() {
        let from = |method, site| status(method, &[("host", "localhost"), ("sec-fetch-site", site)]);
        assert_eq!(from(Method::POST, "cross-site"), Some(StatusCode::FORBIDDEN));
        assert_eq!(from(Method::DELETE, "same-site"), Some(StatusCode::FORBIDDEN), "another port of this machine");
        assert_eq!(from(Method::POST, "same-origin"), None);
        assert_eq!(from(Method::GET, "cross-site"), None, "a link that somebody follows");
        assert_eq!(status(Method::POST, &[("host", "localhost")]), None, "a program");
    }
}
