//! What is told of a file, and how much of it.

use super::*;

fn all(text: &str) -> Vec<Problem> {
    read_text(text, Empty::Keeps, &mut |_| ())
}

fn warnings(text: &str) -> Vec<String> {
    let problems = all(text);
    assert!(problems.iter().all(|problem| problem.severity == Severity::Warning), "{problems:?}");
    problems.iter().map(ToString::to_string).collect()
}

/// Firmware without a serial number says so in words of its own.
#[test]
fn serial_numbers_that_are_none_are_warned_of_and_read() {
    let text = format!("{HEADER}\nTo be filled by O.E.M.,,,,\nPF3A,,,,\n5.02E+11,,,,\n");
    let told = warnings(&text);
    assert!(
        told[0].starts_with("Row 2, column \"Device Serial Number\": \"To be filled by O.E.M.\" is what firmware has")
    );
    assert!(told[1].starts_with("Row 4, column \"Device Serial Number\": \"5.02E+11\" is a number that a spreadsheet"));
    assert_eq!((told.len(), parse_text(&text).unwrap().len()), (2, 3));
}

#[test]
fn a_tag_with_what_cannot_be_seen_inside_is_warned_of() {
    let text = format!("{HEADER}\nA1,,,Sa\u{200b}les,\n");
    assert_eq!(
        warnings(&text),
        ["Row 2, column \"Group Tag\": \"Sa\\u{200b}les\" contains U+200B, which cannot be seen."]
    );
}

/// The row of Microsoft's page "Manually register devices with Windows Autopilot".
#[test]
fn the_example_of_the_documentation_is_no_header() {
    let text = format!("{HEADER}\n<serialNumber>,<optionalProductID>,<hardwareHash>,<optionalGroupTag>,\n");
    assert_eq!(
        problems(&text),
        ["Row 2, column \"Hardware Hash\": The hardware hash is not base64: character 1 is '<'. Collect it again."]
    );
}

/// Microsoft Graph takes 512 characters of a group tag.
#[test]
fn a_group_tag_longer_than_intune_takes_is_refused() {
    let text = |length| format!("{HEADER}\nA1,,,{},\n", "x".repeat(length));
    assert!(parse_text(&text(512)).is_ok());
    assert_eq!(
        problems(&text(600)),
        ["Row 2, column \"Group Tag\": The group tag has 600 characters. Intune takes 512 at most."]
    );
}

#[test]
fn a_hash_in_the_column_of_serial_numbers_is_no_device() {
    let text = format!("Hardware Hash,Device Serial Number\nA1,{}\n", hash("A1"));
    assert_eq!(
        problems(&text)[1],
        "Row 2, column \"Device Serial Number\": A hardware hash stands in this column: the columns are mixed up."
    );
}

#[test]
fn a_device_above_the_header_is_told() {
    let text = format!("A1,,{},,\n{HEADER}\nB2,,,,\n", hash("A1"));
    assert!(problems(&text)[0].starts_with("Row 1: The row stands above the header."));
}

#[test]
fn each_problem_says_at_which_character_its_cell_begins() {
    let text = format!("{HEADER}\n\"A,1\",,\"x\",\"Sales\",bob\nB2;,,,,ada\n");
    let places: Vec<_> = all(&text).iter().map(|problem| (problem.line, problem.character)).collect();
    assert_eq!(places, [(2, 8), (2, 20), (3, 8)]);
}

#[test]
fn fifty_problems_are_told_and_errors_before_warnings() {
    let rows: String =
        (0..100).map(|at| format!("{}{at},,,,{}\n", if at < 40 { "x\u{ad}" } else { "S" }, "bob")).collect();
    let problems = all(&format!("{HEADER}\n{rows}"));
    let (told, more) = most_told(&problems);
    assert_eq!((told.len(), more, problems.len()), (MOST_TOLD, 90, 140));
    assert!(told.iter().all(|problem| problem.severity == Severity::Error));
    assert!(told.is_sorted_by_key(|problem| problem.line));
    let (told, more) = most_told(&problems[..10]);
    assert_eq!((told.len(), more), (10, 0));
}
