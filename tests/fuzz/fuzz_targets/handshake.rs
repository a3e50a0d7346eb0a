//! Any environment that core could start the provider in: it is understood or refused.
//!
//! The input is `NAME=value` again and again, with a byte 1 between: a certificate has lines.

#![no_main]

use autopilot::server;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let variable = |name: &str| {
        let mut lines = input.split('\u{1}').filter_map(|line| line.split_once('='));
        lines.find(|(named, _)| *named == name).map(|(_, value)| value.to_owned())
    };
    let _ = server::understands(variable);
});
