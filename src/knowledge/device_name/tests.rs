use proptest::prelude::*;

use super::*;

fn told(template: &str) -> Vec<String> {
    check(template).into_iter().map(|problem| problem.message).collect()
}

#[test]
fn good_templates() {
    for template in [
        "%SERIAL%",
        "LAPTOP-%SERIAL%",
        "PC-%RAND:12%",
        "PC%RAND:4%-%SERIAL%",
        "Contoso",
        "1-2",
        "A123456789012-%SERIAL%",
    ] {
        assert_eq!(told(template), [""; 0], "{template}");
    }
}

#[test]
fn a_name_of_16_characters_is_too_long() {
    assert_eq!(
        told("CONTOSO-DESK%RAND:4%"),
        ["The template gives names of 16 characters (12 of the text, 4 of %RAND%). A name has at most 15: shorten it \
         by 1 character."]
    );
    assert_eq!(
        told("ABCDEFGHIJKLMNOPQ"),
        ["The template gives names of 17 characters. A name has at most 15: shorten it by 2 characters."]
    );
    assert_eq!(expand_length("CONTOSO-DESK%RAND:4%"), Some(16));
}

#[test]
fn a_serial_number_never_makes_a_name_too_long() {
    assert_eq!(told("CONTOSO-DESK-%SERIAL%"), [""; 0]);
    assert_eq!(expand_length("CONTOSO-DESK-%SERIAL%"), Some(13));
    assert_eq!(
        told("CONTOSO-DESKTOP-%SERIAL%"),
        ["The template gives names of 16 characters, before any of the serial number. A name has at most 15: shorten \
         it by 1 character."]
    );
}

#[test]
fn a_serial_number_is_cut_from_its_beginning() {
    assert_eq!(name_of("LAPTOP-%SERIAL%", "5CG1234XYZ").unwrap(), "LAPTOP-G1234XYZ");
    assert_eq!(name_of("LAPTOP-%SERIAL%", " PF3A ").unwrap(), "LAPTOP-PF3A");
    assert_eq!(name_of("%SERIAL%", "0123-4567-8901-2345").unwrap(), "-4567-8901-2345");
    assert_eq!(name_of("ABCDEFGHIJKLMNO%SERIAL%", "X1").unwrap(), "ABCDEFGHIJKLMNO");
}

#[test]
fn random_digits_are_shown_as_what_no_name_can_hold() {
    assert_eq!(name_of("PC-%RAND:3%-%SERIAL%", "PF3ABC12").unwrap(), "PC-###-PF3ABC12");
    assert!(matches!(name_of("%RAND:5%", "PF3ABC12"), Err(Wrong::Template(_))));
}

#[test]
fn a_serial_number_that_gives_no_name_is_told_with_the_name() {
    for (template, serial_number, why) in [
        ("%SERIAL%", "012345678901", "\"012345678901\": a name cannot be digits only."),
        ("12-%SERIAL%", "34", ""),
        ("%SERIAL%%RAND:2%", "1234", "\"1234##\": a name cannot be digits only."),
        ("PC%SERIAL%", "56 4d", "\"PC56 4d\": a name cannot contain blanks."),
        ("PC%SERIAL%", "Ä1", "\"PCÄ1\": a name cannot contain 'Ä', only the letters a to z, digits and hyphens."),
        ("%SERIAL%", "", "\"\": it is empty."),
    ] {
        let told = match name_of(template, serial_number) {
            Err(Wrong::SerialNumber(told)) => told,
            other => {
                assert!(other.is_ok() && why.is_empty(), "{template} {other:?}");
                continue;
            }
        };
        assert_eq!(told, format!("The name would be {why}"));
    }
}

#[test]
fn what_can_be_no_device_s_name() {
    for (name, why) in [
        ("has space", "a name cannot contain blanks."),
        ("Büro-1", "a name cannot contain 'ü', only the letters a to z, digits and hyphens."),
        ("123456", "a name cannot be digits only."),
        ("A234567890123456", "a name has at most 15 characters, and this has 16."),
    ] {
        assert_eq!(wrong_name(name).as_deref(), Some(why));
    }
    assert_eq!(wrong_name("KIOSK-01"), None);
}

#[test]
fn only_digits_are_refused() {
    for template in ["%RAND:4%", "2024%RAND:4%", "12345"] {
        assert_eq!(
            told(template),
            ["The template gives names of digits only. Add a letter or a hyphen, such as PC-%RAND:5%."],
            "{template}"
        );
    }
    // What the serial number holds is not known.
    assert_eq!(told("12%SERIAL%"), [""; 0]);
}

#[test]
fn an_empty_template_is_refused() {
    assert_eq!(told(""), ["The template is empty. Leave it out, or write one such as LAPTOP-%SERIAL%."]);
}

#[test]
fn an_unknown_macro_is_told_with_what_was_meant() {
    assert_eq!(told("PC-%serial%"), ["The macro %serial% is not known. Write %SERIAL% if that is what you mean."]);
    assert_eq!(
        told("PC-%SERIALNUMBER%"),
        ["The macro %SERIALNUMBER% is not known. Write %SERIAL% if that is what you mean."]
    );
    assert_eq!(told("PC-%RAND%"), ["The macro %RAND% is not known. Write %RAND:4% if that is what you mean."]);
    assert_eq!(told("PC-%rand:6%"), ["The macro %rand:6% is not known. Write %RAND:6% if that is what you mean."]);
    assert_eq!(told("PC-%MODEL%"), [format!("The macro %MODEL% is not known. {KNOWN}")]);
    assert_eq!(told("PC-%SERIAL"), [format!("The macro %SERIAL has no second %. {KNOWN}")]);
    assert_eq!(expand_length("PC-%MODEL%"), None);
}

#[test]
fn random_digits_need_a_number() {
    let no_number = "does not say how many digits. Write a number from 1 to 15, as in %RAND:4%.";
    for name in ["RAND:x", "RAND:", "RAND:0", "RAND:+4", "RAND:-1"] {
        assert_eq!(told(&format!("PC-%{name}%")), [format!("%{name}% {no_number}")]);
    }
    let long = "%RAND:99999999999999999999999%";
    assert_eq!(told(long), [format!("{long} is longer than a name, which has at most 15 characters.")]);
}

#[test]
fn each_wrong_character_is_told_once() {
    assert_eq!(
        told("my_pc_é 1"),
        [
            "A name cannot contain '_', only the letters a to z, digits and hyphens.",
            "A name cannot contain 'é', only the letters a to z, digits and hyphens.",
            "A name cannot contain blanks. Write hyphens instead, or leave them out.",
        ]
    );
}

proptest! {
    #[test]
    fn no_template_panics(template in ".{0,40}", serial in ".{0,40}") {
        let _ = (check(&template), expand_length(&template), name_of(&template, &serial));
    }

    #[test]
    fn a_good_template_gives_names_of_15_characters_at_most(
        parts in prop::collection::vec("[A-Z-]{1,4}|%SERIAL%|%RAND:[1-9]%", 1..5), serial in "[A-Z0-9]{0,20}"
    ) {
        if let Ok(name) = name_of(&parts.concat(), &serial) {
            prop_assert!(name.len() <= MAX_LENGTH, "{}", name);
        }
    }
}
