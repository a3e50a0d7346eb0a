use proptest::prelude::*;

use super::*;
use crate::knowledge::{
    hardware_hash::{HardwareHash, encode},
    rule::Severity,
};

mod shapes;
mod told;

fn hash(serial_number: &str) -> String {
    let manufacturer = Some("HP".into());
    encode(&HardwareHash { serial_number: Some(serial_number.into()), manufacturer, ..HardwareHash::default() })
}

fn problems(text: &str) -> Vec<String> {
    parse_text(text).unwrap_err().iter().map(ToString::to_string).collect()
}

fn serial_numbers(rows: &[Row]) -> Vec<&str> {
    rows.iter().map(|row| row.serial_number.as_str()).collect()
}

/// Little endian, with its mark.
fn utf16(text: &str) -> Vec<u8> {
    [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
}

#[test]
fn the_form_that_the_script_writes() {
    let text = format!(
        "{HEADER}\r\nPF3ABC12,,{},Sales,\r\nMJ0XYZ99,,{},,ada@contoso.com\r\n",
        hash("PF3ABC12"),
        hash("MJ0XYZ99")
    );
    let rows = parse_text(&text).unwrap();
    assert_eq!(
        rows,
        [
            Row {
                line: 2,
                serial_number: "PF3ABC12".into(),
                product_key: None,
                hardware_hash: Some(hash("PF3ABC12")),
                group_tag: Some("Sales".into()),
                assigned_user: None,
            },
            Row {
                line: 3,
                serial_number: "MJ0XYZ99".into(),
                product_key: None,
                hardware_hash: Some(hash("MJ0XYZ99")),
                group_tag: None,
                assigned_user: Some("ada@contoso.com".into()),
            },
        ]
    );
}

#[test]
fn utf_16_with_quotation_marks_as_powershell_exports_it() {
    let text = format!(
        "\"Device Serial Number\",\"Windows Product ID\",\"Hardware Hash\"\r\n\"A1\",\"\",\"{}\"\r\n",
        hash("A1")
    );
    let little = utf16(&text);
    let big: Vec<u8> = little.chunks(2).flat_map(|pair| [pair[1], pair[0]]).collect();
    for bytes in [&little[..], &big, &little[2..], &big[2..], format!("\u{feff}{text}").as_bytes(), text.as_bytes()] {
        assert_eq!(serial_numbers(&parse(bytes).unwrap()), ["A1"]);
    }
}

#[test]
fn windows_1252_where_it_is_no_utf_8() {
    let bytes = b"Device Serial Number,Hardware Hash,Group Tag\nA1,,K\xf6ln\n";
    assert_eq!(parse(bytes).unwrap()[0].group_tag.as_deref(), Some("Köln"));
}

#[test]
fn the_header_in_any_case_with_blanks_and_with_two_columns() {
    let rows = parse_text("hardware HASH , Device serial number\n ,\"PC,002\"\n").unwrap();
    assert_eq!(serial_numbers(&rows), ["PC,002"]);
    assert_eq!(rows[0].hardware_hash, None);
}

#[test]
fn a_partners_list_has_manufacturer_and_model() {
    let text =
        "Device serial number,Windows product ID,Hardware hash,Manufacturer name,Device model\nPF02,,,LENOVO,20B6\n";
    assert_eq!(serial_numbers(&parse_text(text).unwrap()), ["PF02"]);
}

#[test]
fn a_title_and_blank_lines_above_the_header_count_as_lines() {
    let text = format!("Devices of the Berlin office,,\r\n\r\n{HEADER}\r\n\r\n\r\nA1,,,,\r\n,,,,\r\nB2,,,,\r\n");
    let lines: Vec<u64> = parse_text(&text).unwrap().iter().map(|row| row.line).collect();
    assert_eq!(lines, [6, 8]);
    assert_eq!(
        problems(&text.replace("B2", "a1")),
        [
            "Row 8, column \"Device Serial Number\": The serial number \"a1\" is in row 6 too. A device may have one row only."
        ]
    );
}

#[test]
fn old_line_ends_count_too() {
    let lines: Vec<u64> =
        parse_text(&format!("{HEADER}\rA1,,,,\r\rB2,,,,")).unwrap().iter().map(|row| row.line).collect();
    assert_eq!(lines, [2, 4]);
}

#[test]
fn a_row_may_leave_out_what_is_optional_and_end_with_empty_fields() {
    let rows = parse_text(&format!("{HEADER},\nA1,,\nB2,,,Sales\nC3,,,,,,\n")).unwrap();
    assert_eq!(serial_numbers(&rows), ["A1", "B2", "C3"]);
}

/// An export that was cut off would drop the whole fleet.
#[test]
fn a_file_without_a_device_is_refused() {
    for text in [HEADER.to_owned(), format!("A title\n{HEADER}\r\n,,,,\r\n")] {
        assert!(
            problems(&text)[0].ends_with("The device CSV has a header and no device. Check that the file is whole.")
        );
    }
}

#[test]
fn a_missing_column_is_named() {
    assert_eq!(
        problems("Device Serial Number,Windows Product ID\nA1,\n"),
        ["Row 1, column \"Hardware Hash\": The column is missing. The header has to be: Device Serial Number,\
         Windows Product ID,Hardware Hash,Group Tag,Assigned User. For devices that are registered already it may be an empty \
         column"]
    );
    assert_eq!(
        problems("Asset,Hardware Hash\nA1,\n"),
        ["Row 1, column \"Device Serial Number\": The column is missing. The header has to be: Device Serial Number,\
         Windows Product ID,Hardware Hash,Group Tag,Assigned User"]
    );
}

#[test]
fn a_column_that_is_misspelt_is_named_with_what_was_meant() {
    assert_eq!(
        problems("Device Serial Number,Hardware Hash,Group Tga\nA1,,Sales\n"),
        ["Row 1: The column \"Group Tga\" is not known. Did you mean \"Group Tag\"?"]
    );
}

#[test]
fn a_column_that_is_there_twice_is_named() {
    assert_eq!(
        problems("Device Serial Number,Hardware Hash,Group Tag,group tag\n"),
        ["Row 1, column \"Group Tag\": There are two columns of this name. Delete one of them."]
    );
}

#[test]
fn a_file_without_a_header() {
    assert!(
        problems("")[0].starts_with("Row 1: There is no header. The file has to begin with the line: Device Serial")
    );
    assert!(problems("A1,,,,\n")[0].ends_with("Assigned User"));
    assert!(problems("Contoso,Laptop 5,A1\n")[0].contains("corporate identifiers"));
}

#[test]
fn all_bad_rows_are_told_at_once() {
    let text = format!(
        "{HEADER}\r\nA1,,not base64!,,\r\n,,{},,\r\nB2,,{},,bob\r\na1,,,,\r\nC3,,,Sales,ada@contoso.com,more\r\nD4\r\n",
        hash("X"),
        hash("Y9")
    );
    assert_eq!(
        problems(&text),
        [
            "Row 2, column \"Hardware Hash\": The hardware hash contains a blank or a line break at character 4: an editor or a \
         spreadsheet re-wrapped it. Join its lines, or collect it again.",
            "Row 3, column \"Device Serial Number\": The serial number is empty. The hardware hash is of \"X\".",
            "Row 4, column \"Hardware Hash\": The hardware hash belongs to the device with serial number \"Y9\", not to \"B2\".",
            "Row 4, column \"Assigned User\": \"bob\" is not a user principal name such as name@contoso.com.",
            "Row 5, column \"Device Serial Number\": The serial number \"a1\" is in row 2 too. A device may have one row only.",
            "Row 6: The row has 6 fields, the header 5. If a value contains a comma, put quotation marks around the value.",
            "Row 7: The row has 1 field, the header 5. A field may be empty, but its comma must be there.",
        ]
    );
}

#[test]
fn a_hash_without_serial_number_or_manufacturer_is_refused_802() {
    let without_manufacturer = HardwareHash { serial_number: Some("A1".into()), ..HardwareHash::default() };
    for (hash, what) in [(HardwareHash::default(), "serial number"), (without_manufacturer, "manufacturer")] {
        let text = format!("{HEADER}\nA1,,{},,\n", encode(&hash));
        let expected = format!(
            "Row 2, column \"Hardware Hash\": The hardware hash contains no {what}, so Intune refuses it. The device's firmware \
             has to hold one when the hash is collected."
        );
        assert_eq!(problems(&text), [expected]);
    }
}

#[test]
fn an_open_quotation_mark_is_told() {
    let text = format!("{HEADER}\nA1,,,\"Sales,\nB2,,,,\n");
    assert_eq!(
        problems(&text),
        ["Row 2, column \"Group Tag\": The value contains a line break: a quotation mark before it is not closed."]
    );
}

#[test]
fn a_character_that_cannot_be_seen_is_shown_and_named() {
    let text = format!("{HEADER}\nS\u{200b}1,,{},Sales,\n", hash("S1"));
    assert_eq!(
        problems(&text),
        ["Row 2, column \"Hardware Hash\": The hardware hash belongs to the device with serial number \"S1\", not to \
          \"S\\u{200b}1\". \"S\\u{200b}1\" contains U+200B. Type the serial number by hand rather than pasting it."]
    );
}

#[test]
fn no_message_and_no_debug_output_holds_a_hash() {
    let hash = hash("A1");
    let rows = parse_text(&format!("{HEADER}\nA1,,{hash},,\n")).unwrap();
    assert!(format!("{rows:?}").contains("(not shown)"));
    let cut = &hash[..1001];
    let texts = [
        format!("{HEADER}\nA1,,{cut},,\n"),
        format!("{HEADER}\nB2,,{hash},,\n"),
        format!("{HEADER}\n{hash},,A1,,\n"),
        format!("{HEADER}\nA1,,,Sales,{hash}\n"),
        format!("{HEADER}\n\"A1,,{hash},,\n"),
        format!("Device Serial Number,{hash}\n"),
        format!("{HEADER}\nA1,,,{hash},\n"),
        format!("A title\nA1,,{hash},,\n{HEADER}\nB2,,,,\n"),
        format!("A1,,{hash}\n"),
    ];
    for text in texts {
        let told = problems(&text).concat();
        assert!(!told.contains(&hash[..9]), "{told}");
    }
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = parse(&bytes);
        for header in ["Device Serial Number,Hardware Hash,Group Tag\n", "sep=;\n\"Serial;Hash\"\n", "Serial\tHash\r"] {
            let _ = parse(&[header.as_bytes(), &bytes].concat());
            let _ = parse(&utf16(&format!("{header}{}", String::from_utf8_lossy(&bytes))));
        }
    }

    #[test]
    fn each_row_of_values_comes_back(values in prop::collection::btree_map("[A-Z0-9]{1,9}", "[a-z ,\"]{0,9}", 1..6)) {
        let quoted = |tag: &str| format!("\"{}\"", tag.replace('"', "\"\""));
        let rows: String = values.iter().map(|(serial, tag)| format!("{serial},,{}\r\n", quoted(tag))).collect();
        let read = parse_text(&format!("Device Serial Number,Hardware Hash,Group Tag\r\n{rows}")).unwrap();
        let read: Vec<_> = read.iter().map(|row| (row.serial_number.as_str(), row.group_tag.clone())).collect();
        let written: Vec<_> = values
            .iter()
            .map(|(serial, tag)| (serial.as_str(), Some(tag.trim().to_owned()).filter(|tag| !tag.is_empty())))
            .collect();
        prop_assert_eq!(read, written);
    }
}
