//! Signatures against Python's hmac (`oracles/signatures.py`), and the example of the specification.

use super::*;
use crate::saved::run::RunId;

const SIGNATURES: &str = include_str!("../oracles/signatures.tsv");

#[test]
fn signatures_are_those_of_another_library() {
    let mut num_signatures = 0;
    for line in SIGNATURES.lines().filter(|line| !line.starts_with('#')) {
        let [secret, id, at_s, body, signature] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let body = STANDARD.decode(body).unwrap();
        let headers = Secret::read(secret).unwrap().sign(id, at_s.parse().unwrap(), &body).unwrap();
        let expected = Headers { id: id.to_owned(), timestamp: at_s.to_owned(), signature: signature.to_owned() };
        assert_eq!(headers, expected);
        num_signatures += 1;
    }
    assert_eq!(num_signatures, 40);
}

/// The example of Svix's and Standard Webhooks' documents on verifying by hand.
#[test]
fn the_example_of_the_specification_holds() {
    let secret = Secret::read(" whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n").unwrap();
    let headers = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, b"{\"test\": 2432232314}").unwrap();
    assert_eq!(headers.signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

#[test]
fn what_is_no_secret_is_refused_and_never_shown() {
    for text in ["", "whsec_", "whsec_c2hvcnQ=", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_!!!"] {
        assert_eq!(Secret::read(text).unwrap_err(), NoSecret, "{text}");
    }
    let secret = Secret::read("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    assert_eq!(format!("{secret:?}"), "Secret(hidden)");
}

#[test]
fn a_destinations_message_has_an_id_of_its_own_without_points() {
    let run = RunId::due("daily-failures", "2026-03-01T00:30:00Z".parse().unwrap());
    assert_eq!(message_id(run.as_str(), 0), "daily-failures/20260301T003000Z/0");
    assert_ne!(message_id(run.as_str(), 0), message_id(run.as_str(), 1));
    assert!(!message_id(run.as_str(), 0).contains('.'));
}
