//! Any text as a rule, in both languages: it is told of, shown with its carets, printed so that it reads the same, and held
//! against a device.

#![no_main]

use autopilot::knowledge::{filter_rule, membership_rule, rule};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (parsed, problems) = membership_rule::read(text);
    for problem in problems.iter().chain(&filter_rule::problems(text)) {
        assert!(!problem.shown(text).to_string().is_empty());
    }
    let Some(parsed) = parsed else { return };
    let printed = parsed.to_string();
    assert_eq!(rule::parse(&printed).as_ref(), Ok(&parsed), "{printed}");
    let device = membership_rule::registered(Some("A1"), Some("Kiosk"), None);
    let _ = membership_rule::matches(&parsed, &device, None);
});
