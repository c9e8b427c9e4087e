//! When a report runs and where it goes: nothing that leaves the operator's folders, hosts and secrets.

use url::{Host, Url};

use super::{Problem, Rules, bounded};
use crate::saved::definition::{Definition, Destination, DestinationKind};
use crate::saved::problem::Misfit;
use crate::saved::schedule::Timetable;
use crate::saved::zone;

const DESTINATIONS_MAX: usize = 5;
/// Most characters of a folder.
const FOLDER_CHARS_MAX: usize = 200;
/// Most characters of an address.
const URL_CHARS_MAX: usize = 1_000;
/// Which environment variables may be named: no other of the operator's is ever read for a definition.
const SECRET_ENV_PREFIX: &str = "TIDEMARK_WEBHOOK_";

pub(super) fn check(definition: &Definition, rules: &Rules<'_>, problems: &mut Vec<Problem>) {
    if let Some(schedule) = &definition.schedule {
        // A zone that is none is a problem of its own.
        let zone = zone::find(&definition.zone).map_or("UTC", |_| definition.zone.as_str());
        problems.extend(Timetable::of(schedule, zone).err().map(|misfit| misfit.at("schedule")));
        if definition.destinations.is_empty() {
            let cure = "give a folder or a webhook, or leave the schedule out";
            problems.push(Problem::new("destinations", "the report runs by itself and goes nowhere", cure));
        }
    }
    bounded("destinations", definition.destinations.len(), DESTINATIONS_MAX, problems);
    for (place, destination) in definition.destinations.iter().enumerate() {
        let found = match destination.kind {
            DestinationKind::Folder => folder(destination),
            DestinationKind::Webhook => webhook(destination, rules),
        };
        problems.extend(found.err().map(|misfit| misfit.at(&format!("destinations[{place}]"))));
    }
    let formats = &definition.formats;
    if formats.is_empty() {
        problems.push(Problem::new("formats", "no file is written", "give one of xlsx, csv, excel-csv, pdf, png"));
    }
    if formats.iter().enumerate().any(|(place, format)| formats[..place].contains(format)) {
        problems.push(Problem::new("formats", "a format stands there twice", "give each once"));
    }
}

fn folder(destination: &Destination) -> Result<(), Misfit> {
    let Destination { url, secret_env, secret_file, .. } = destination;
    if url.is_some() || secret_env.is_some() || secret_file.is_some() {
        return Err(Misfit::new("", "a folder has no url and no secret", "leave them out, or choose webhook"));
    }
    let cure =
        "give a folder such as finance/monthly: letters, digits, points, hyphens and underscores between slashes";
    let folder = destination.folder.as_deref();
    let folder = folder.ok_or_else(|| Misfit::new("folder", "the folder is not said", cure))?;
    let is_folder = folder.len() <= FOLDER_CHARS_MAX && folder.split('/').all(is_segment);
    if is_folder { Ok(()) } else { Err(Misfit::new("folder", "this is no folder of reports", cure)) }
}

/// A plain name that leads nowhere else.
fn is_segment(segment: &str) -> bool {
    let has_known = segment.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    has_known && segment.bytes().any(|b| b != b'.')
}

fn webhook(destination: &Destination, rules: &Rules<'_>) -> Result<(), Misfit> {
    if destination.folder.is_some() {
        return Err(Misfit::new("folder", "a webhook has no folder", "leave folder out, or choose folder"));
    }
    secret(destination)?;
    let cure = "give an address such as https://hooks.example.com/reports";
    let text = destination.url.as_deref().ok_or_else(|| Misfit::new("url", "the address is not said", cure))?;
    let url = Url::parse(text).ok().filter(|_| text.len() <= URL_CHARS_MAX);
    let url = url.ok_or_else(|| Misfit::new("url", "this is no address", cure))?;
    let has_more = !url.username().is_empty() || url.password().is_some() || url.fragment().is_some();
    if has_more {
        let message = "the address has a user, a password or a fragment";
        return Err(Misfit::new("url", message, "leave it out: the signature says who sends"));
    }
    if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback(&url)) {
        return Err(Misfit::new("url", "the address is not https", "use https"));
    }
    let host = url.host_str().unwrap_or_default();
    if rules.webhook_hosts.contains(host) {
        return Ok(());
    }
    let message = format!("webhooks may not go to \"{host}\"");
    let allowed = rules.webhook_hosts.iter().map(String::as_str);
    Err(Misfit::unknown("url", message, host, allowed))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// One reference to a secret, which is never in the definition itself.
fn secret(destination: &Destination) -> Result<(), Misfit> {
    let cure = "name an environment variable that begins with TIDEMARK_WEBHOOK_, or a file in the folder of secrets";
    match (destination.secret_env.as_deref(), destination.secret_file.as_deref()) {
        (Some(name), None) => {
            let is_known = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
            let rest = name.strip_prefix(SECRET_ENV_PREFIX).filter(|rest| !rest.is_empty());
            let is_name = rest.is_some_and(|rest| rest.bytes().all(is_known));
            if is_name { Ok(()) } else { Err(Misfit::new("secret_env", "this variable is not for webhooks", cure)) }
        }
        (None, Some(name)) if is_segment(name) && !name.starts_with('.') => Ok(()),
        (None, Some(_)) => Err(Misfit::new("secret_file", "this is no plain name of a file", cure)),
        (None, None) => Err(Misfit::new("secret_env", "a webhook needs a secret to be signed with", cure)),
        (Some(_), Some(_)) => Err(Misfit::new("secret_file", "there are two secrets", "keep one of both")),
    }
}
