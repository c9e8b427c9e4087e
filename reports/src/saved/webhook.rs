//! Signatures of webhooks, as Standard Webhooks 1.0 has them (standardwebhooks.com, "Signature scheme"): HMAC-SHA256
//! (RFC 2104, FIPS 180-4) over `ID.TIMESTAMP.BODY`. A receiver that knows the secret can tell that the body is ours,
//! whole, fresh by its timestamp, and by the id whether it came before.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What secrets begin with in their usual form; the rest is base64.
const PREFIX: &str = "whsec_";

/// Bytes of a secret: the bounds of Standard Webhooks.
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// A secret that sender and receiver share. It comes from the environment or from a file, and is never shown.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

/// A text that is no secret. It says nothing of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the webhook's secret is not whsec_ and the base64 of 24 to 64 bytes")]
pub struct NoSecret;

/// The headers of one try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headers {
    /// `webhook-id`: the same in each try.
    pub id: String,
    /// `webhook-timestamp`: when it is tried, in seconds since 1970.
    pub timestamp: String,
    /// `webhook-signature`: `v1,` and the signature in base64.
    pub signature: String,
}

impl Secret {
    /// Reads a secret as it stands in the environment or in a file; blanks around it do not count.
    ///
    /// # Errors
    /// Where it is of another form, or too short to be one.
    pub fn read(text: &str) -> Result<Self, NoSecret> {
        let encoded = text.trim().strip_prefix(PREFIX).ok_or(NoSecret)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| NoSecret)?;
        if SECRET_BYTES.contains(&bytes.len()) { Ok(Self(bytes)) } else { Err(NoSecret) }
    }

    /// The headers under which a body is sent at a time, in seconds since 1970.
    ///
    /// # Errors
    /// None: HMAC takes keys of any length.
    pub fn sign(&self, id: &str, at_s: i64, body: &[u8]) -> Result<Headers, NoSecret> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).map_err(|_| NoSecret)?;
        mac.update(format!("{id}.{at_s}.").as_bytes());
        mac.update(body);
        let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        Ok(Headers { id: id.to_owned(), timestamp: at_s.to_string(), signature })
    }
}

/// What names the message of a run to a destination, by its place in the definition. It has no point, which separates
/// the parts of what is signed.
#[must_use]
pub fn message_id(run_id: &str, destination: usize) -> String {
    format!("{run_id}/{destination}")
}

#[cfg(test)]
mod tests;
