use proptest::prelude::*;

use super::arbitrary::expr;
use super::{is_same, parse};

fn error(rule: &str) -> String {
    parse(rule).unwrap_err().shown(rule).to_string()
}

#[test]
fn a_missing_parenthesis_is_shown_where_it_was_opened() {
    assert_eq!(
        error("(device.displayName -startsWith \"A\" -and (device.deviceModel -eq \"B\")"),
        "Column 1: This parenthesis is not closed.\n\n  \
         (device.displayName -startsWith \"A\" -and (device.deviceModel -eq \"B\")\n  ^"
    );
}

#[test]
fn a_misspelt_operator_is_shown_with_what_was_meant() {
    assert_eq!(
        error("(user.department -eqals \"Sales\")"),
        "Column 18: `-eqals` is no operator.\n\n  \
         (user.department -eqals \"Sales\")\n                   ^^^^^^\n\nDid you mean `-eq`?"
    );
}

#[test]
fn a_problem_in_a_later_line_has_its_line() {
    let shown = error("user.city -eq \"A\"\nand\n  user.country \"US\"");
    assert!(shown.starts_with("Line 3, column 16: An operator has to follow `user.country`."), "{shown}");
    assert!(shown.contains("\n    user.country \"US\"\n                 ^^^^\n"), "{shown}");
}

#[test]
fn of_a_long_rule_the_part_around_the_problem_is_shown() {
    let rule = format!("{} and (user.x bad \"y\")", vec!["(user.city -eq \"Oslo\")"; 40].join(" or "));
    let shown = error(&rule);
    let lines: Vec<_> = shown.lines().collect();
    assert!(lines[2].chars().count() <= 80, "{shown}");
    let at = lines[3].find('^').unwrap();
    assert!(lines[2][at..].starts_with("bad"), "{shown}");
}

#[test]
fn dashes_blanks_case_quotes_and_idle_parentheses_make_no_other_rule() {
    let rule = "(user.city -eq \"Oslo\") -and (user.country -in [\"NO\", \"SE\"]) -or -not (user.mail -eq null)";
    for same in [
        "user.city eq 'Oslo' AND user.country In [\"NO\",'SE'] or not(user.mail -EQ $null)",
        "((user.city \u{2013}eq \u{201c}Oslo\u{201d})\n and (user.country -in [\"NO\",\"SE\"])) or not user.mail -eq null",
    ] {
        assert!(is_same(rule, same), "{same}");
    }
    for other in [
        "(user.city -eq \"oslo\") -and (user.country -in [\"NO\", \"SE\"]) -or -not (user.mail -eq null)",
        "(user.city -eq \"Oslo\") -and ((user.country -in [\"NO\", \"SE\"]) -or -not (user.mail -eq null))",
        "(user.City -eq \"Oslo\") -and (user.country -in [\"NO\", \"SE\"]) -or -not (user.mail -eq null)",
        "(user.country -in [\"NO\", \"SE\"]) -and (user.city -eq \"Oslo\") -or -not (user.mail -eq null)",
    ] {
        assert!(!is_same(rule, other), "{other}");
    }
    assert!(is_same("((", "((") && !is_same("((", "("));
}

#[test]
fn both_forms_of_the_underscore_are_the_same() {
    assert!(is_same(
        "(device.devicePhysicalIds -any (_ -eq \"[OrderID]:A\"))",
        "device.devicePhysicalIds any _ eq \"[OrderID]:A\""
    ));
}

#[test]
fn backslashes_belong_to_texts_and_to_nothing_else() {
    let parsed = parse(r#"user.displayName -match "^\d+\.""#).unwrap();
    assert_eq!(parsed.to_string(), r#"(user.displayName -match "^\d+\.")"#);
    let shown = error(r#"(user.displayName -startsWith \"A\")"#);
    assert!(shown.contains("Invalid characters found in the rule: \\"), "{shown}");
}

#[test]
fn a_backtick_escapes_a_quotation_mark() {
    let parsed = parse("user.displayName -eq \"say `\"hi`\"\"").unwrap();
    assert_eq!(parsed.to_string(), "(user.displayName -eq \"say `\"hi`\"\")");
}

/// Microsoft's page, "Supported values".
#[test]
fn a_single_quotation_mark_is_written_twice_in_any_text() {
    for rule in
        ["user.displayName -eq \"O''Neil\"", "user.displayName -eq 'O''Neil'", "user.displayName -eq \"O'Neil\""]
    {
        assert_eq!(parse(rule).unwrap().to_string(), "(user.displayName -eq \"O''Neil\")");
    }
    assert_eq!(parse("user.displayName -eq ''").unwrap().to_string(), "(user.displayName -eq \"\")");
}

#[test]
fn a_dot_before_a_name_is_no_object() {
    let parsed = parse(".user.city -eq \"Oslo\"").unwrap();
    assert_eq!(parsed.to_string(), "(.user.city -eq \"Oslo\")");
    assert!(!is_same(".user.city -eq \"Oslo\"", "user.city -eq \"Oslo\""));
}

#[test]
fn depth_is_bounded() {
    for deep in ["(".repeat(100_000), "not ".repeat(100_000), "user.x -eq [".repeat(10_000)] {
        parse(&deep).unwrap_err();
    }
}

proptest! {
    #[test]
    fn what_is_printed_reads_the_same(expr in expr()) {
        let text = expr.to_string();
        prop_assert_eq!(parse(&text).map_err(|problem| problem.shown(&text).to_string()), Ok(expr));
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,60}", tail in "[-_a-z.()\\[\\]\"'`,\\\\ \u{2013}\u{201c}\n]{0,40}") {
        let rule = format!("{text}{tail}");
        if let Err(problem) = parse(&rule) {
            prop_assert!(!problem.shown(&rule).to_string().is_empty());
        }
    }
}
