//! The shapes of files that are met, each as a sample.

use super::*;

/// What is read of each device: serial number, whether there is a hash, group tag, user.
type Device<'a> = (&'a str, bool, &'a str, &'a str);

fn read_as(bytes: &[u8]) -> (Vec<String>, Vec<Problem>) {
    let mut devices = Vec::new();
    let problems = read(bytes, Empty::Keeps, &mut |row| {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let device =
            (row.serial_number.as_str(), row.hardware_hash.is_some(), text(&row.group_tag), text(&row.assigned_user));
        devices.push(format!("{device:?}"));
    });
    (devices, problems)
}

#[track_caller]
fn reads(what: &str, bytes: &[u8], expected: &[Device<'_>]) {
    let (devices, problems) = read_as(bytes);
    let errors: Vec<_> = problems.iter().filter(|problem| problem.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{what}: {errors:?}");
    assert_eq!(devices, expected.iter().map(|device| format!("{device:?}")).collect::<Vec<_>>(), "{what}");
}

#[test]
fn each_shape_is_read() {
    let (a, b) = (hash("A1"), hash("B2"));
    let usual = format!("{HEADER}\r\nA1,,{a},Sales,ada@contoso.com\r\nB2,,{b},,\r\n");
    let both: [Device<'_>; 2] = [("A1", true, "Sales", "ada@contoso.com"), ("B2", true, "", "")];
    let with = |delimiter: &str| usual.replace(',', delimiter);
    let quoted = usual.replace("A1,,", "\"A1\",\"\",").replace(",Sales,", ",\"Sales\",");
    let wrapped: String = usual.lines().map(|line| format!("\"{line}\"\r\n")).collect();
    let underscores = usual.replace(
        "Device Serial Number,Windows Product ID,Hardware Hash",
        "Device_Serial_Number,Windows_Product_ID,Hardware_Hash",
    );
    for (what, text) in [
        ("the script Get-WindowsAutopilotInfo", usual.clone()),
        ("quotation marks by PowerShell", quoted),
        ("a byte order mark", format!("\u{feff}{usual}")),
        ("semicolons, as Excel saves in much of Europe", with(";")),
        ("tabs, as Excel saves Unicode text", with("\t")),
        ("bars", with("|")),
        ("sep= with semicolons", format!("sep=;\r\n{}", with(";"))),
        ("sep= with commas", format!("\"sep=,\"\r\n{usual}")),
        ("SEP= with a sign of its own", format!("SEP=~\r\n{}", with("~"))),
        ("sep= that is not true", format!("sep=;\r\n{usual}")),
        ("each line in quotation marks", wrapped.clone()),
        ("each line in quotation marks, with semicolons", wrapped.replace(',', ";")),
        ("each line in quotation marks, then commas", wrapped.replace("\"\r\n", "\",,,\r\n")),
        ("the header in small letters", usual.replace(HEADER, &HEADER.to_lowercase())),
        ("the header in capitals, with blanks", usual.replace(HEADER, &HEADER.to_uppercase().replace(',', " , "))),
        (
            "a report of ConfigMgr: a title, blank lines, underscores",
            format!("Windows Autopilot devices\r\n\r\n{underscores}"),
        ),
        ("a title with commas", format!("Exported by ada,on Monday,,,\r\n{usual}")),
        ("blank lines, and lines of commas", usual.replace("\r\n", "\r\n\r\n,,,,\r\n")),
        ("trailing commas", usual.replace("\r\n", ",,,\r\n")),
        ("line ends of Unix", usual.replace("\r\n", "\n")),
        ("line ends of an old Mac", usual.replace("\r\n", "\r")),
        ("no line end at the end", usual.trim_end().to_owned()),
        ("the header again, as of joined files", usual.replace("B2,", &format!("{HEADER}\r\nB2,"))),
        ("the header again with its mark", usual.replace("B2,", &format!("\u{feff}{HEADER}\r\nB2,"))),
        ("a file that copy a+b made", format!("{usual}\u{1a}")),
        ("NULs at the ends of fields", usual.replace("A1,", "A1\0\0,").replace("Sales", "Sales\0")),
        (
            "what cannot be seen, at the ends of fields",
            usual.replace("A1,", "\u{200e}A1\u{200b},").replace("Sales", "\u{a0}Sales\u{feff}"),
        ),
        (
            "what cannot be seen, in the header",
            usual.replace("Device Serial", "Device\u{a0}Serial").replace("Hash", "Hash\u{200b}"),
        ),
        ("formulas that keep a text a text", usual.replace("A1,", "=\"A1\",").replace("B2,", "\"=\"\"B2\"\"\",")),
        ("curly quotation marks", usual.replace("A1,", "\u{201c}A1\u{201d},")),
    ] {
        reads(what, text.as_bytes(), &both);
        let units = || text.encode_utf16();
        let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
        if !text.contains('\0') {
            reads(&format!("{what}, in UTF-16"), &little, &both);
            reads(&format!("{what}, in UTF-16 big endian"), &big, &both);
        }
        reads(&format!("{what}, in UTF-16 with its mark"), &[&[0xff, 0xfe], little.as_slice()].concat(), &both);
        reads(&format!("{what}, in UTF-16 big endian with its mark"), &[&[0xfe, 0xff], big.as_slice()].concat(), &both);
    }
}

#[test]
fn columns_by_other_names_and_in_another_order_are_read() {
    let a = hash("A1");
    for (header, row) in [
        ("Serial Number,Hash", format!("A1,{a}")),
        ("hardwareIdentifier,serialNumber", format!("{a},A1")),
        ("Service Tag;Hardware Hash;Order ID", format!("A1;{a};Sales")),
        ("UPN,Group Tag,Device Serial Number,Hardware Hash", format!("ada@contoso.com,Sales,A1,{a}")),
        (
            "Device Serial Number,Windows Product ID,Hardware Hash,Manufacturer name,Device model",
            format!("A1,,{a},HP,Elite"),
        ),
        ("Device Serial Number,Windows Product ID,Hardware Hash,Group Tag,Order ID", format!("A1,,{a},Sales,77")),
    ] {
        let (devices, problems) = read_as(format!("{header}\n{row}\n").as_bytes());
        assert!(problems.iter().all(|problem| problem.severity == Severity::Warning), "{header}: {problems:?}");
        assert_eq!((devices.len(), devices[0].starts_with("(\"A1\", true")), (1, true), "{header}: {devices:?}");
        assert_eq!(
            devices[0].contains("Sales"),
            header.contains("Tag;") || header.contains("Group Tag"),
            "{devices:?}"
        );
    }
}

#[test]
fn extra_columns_are_left_out_with_a_warning() {
    let text = "Location,Device Serial Number,Hardware Hash,Price\nBerlin,A1,,1\n";
    let (devices, problems) = read_as(text.as_bytes());
    assert_eq!(devices.len(), 1);
    let told: Vec<_> =
        problems.iter().map(|problem| (problem.severity, problem.character, problem.to_string())).collect();
    let left_out = |at, name: &str| {
        (Severity::Warning, at, format!("Row 1: The column \"{name}\" is not known, and is left out."))
    };
    assert_eq!(told, [left_out(1, "Location"), left_out(45, "Price")]);
}

#[test]
fn windows_1252_is_read_with_each_delimiter() {
    for delimiter in [",", ";", "\t"] {
        let text = "Device Serial Number,Hardware Hash,Group Tag\r\nA1,,K\u{f6}ln \u{20ac}\r\n".replace(',', delimiter);
        reads(delimiter, &encoding_rs::WINDOWS_1252.encode(&text).0, &[("A1", false, "Köln €", "")]);
    }
}

#[test]
fn joined_files_may_have_their_columns_in_another_order() {
    let text = format!("{HEADER}\nA1,,,Sales,\nHardware Hash,Group Tag,Device Serial Number\n,Lab,B2\n");
    reads("joined", text.as_bytes(), &[("A1", false, "Sales", ""), ("B2", false, "Lab", "")]);
}

#[test]
fn what_is_no_text_is_told_as_what_it_is() {
    let told = |bytes: &[u8]| parse(bytes).unwrap_err().iter().map(ToString::to_string).collect::<String>();
    assert!(told(b"PK\x03\x04\x14\0\x06\0").starts_with("Row 1: The file is a workbook of Excel."));
    assert!(
        told(b"Device Serial Number\x81\x8d\xff")
            .starts_with("Row 1: The file is no text in UTF-8, UTF-16 or Windows-1252.")
    );
}

/// Partner Center's template has sentences below its header, with a field more than the header.
#[test]
fn sentences_of_a_template_are_no_devices() {
    let header = "\u{feff}Device serial number,Windows product ID,Hardware hash,Manufacturer name,Device model";
    let text = format!(
        "{header}\r\n\"Enter the serial number, or leave it empty\",Optional,Mandatory,,,see help\r\n\
         Please delete these lines before you upload,,,,,\r\nPF02,,,LENOVO,20B6\r\n"
    );
    let sentence = "column \"Device Serial Number\": The row is a sentence of a template, not a device. Delete it.";
    assert_eq!(problems(&text), [format!("Row 2, {sentence}"), format!("Row 3, {sentence}")]);
    let machine = "VMware-56 4d 3a 2b 1c 0d ee ff-12 34 56 78 9a bc de f0";
    reads("a virtual machine", format!("{HEADER}\n{machine},,,,\n").as_bytes(), &[(machine, false, "", "")]);
}

#[test]
fn an_emptied_cell_clears_where_it_is_said_so() {
    let text = format!("{HEADER}\nA1,,,,\nB2,,,Sales\n");
    let rows = |text: &str, empty| {
        let mut rows = Vec::new();
        assert_eq!(read(text.as_bytes(), empty, &mut |row| rows.push((row.group_tag, row.assigned_user))), []);
        rows
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(rows(&text, Empty::Keeps), [(None, None), (some("Sales"), None)]);
    assert_eq!(rows(&text, Empty::Clears), [(some(""), some("")), (some("Sales"), some(""))]);
    // A column that is not there says nothing.
    assert_eq!(rows("Device Serial Number,Hardware Hash,Group Tag\nA1,,\n", Empty::Clears), [(some(""), None)]);
}
