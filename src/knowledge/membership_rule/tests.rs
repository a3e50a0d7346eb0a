use std::collections::BTreeMap;

use super::*;
use crate::knowledge::rule::{parse, samples};

fn told(rule: &str) -> Vec<String> {
    problems(rule).iter().map(|problem| problem.shown(rule).to_string()).collect()
}

fn is_refused(rule: &str) -> bool {
    samples::is_refused(problems, rule)
}

fn is_warned_of(rule: &str) -> bool {
    samples::is_warned_of(problems, rule)
}

#[test]
fn rules_as_people_write_them_are_taken() {
    samples::each(include_str!("tests/taken.txt"), problems, |rule| !is_refused(rule));
}

#[test]
fn rules_that_cannot_be_read_are_refused() {
    samples::each(include_str!("tests/unreadable.txt"), problems, is_refused);
}

#[test]
fn rules_that_ask_for_what_is_not_there_are_told() {
    samples::each(include_str!("tests/meaningless.txt"), problems, is_warned_of);
}

#[test]
fn a_rule_of_exactly_3072_characters_is_taken_and_one_more_is_not() {
    let rule = |length: usize| {
        let frame = "(user.city -eq \"\")";
        format!("(user.city -eq \"{}\")", "ä".repeat(length - frame.len()))
    };
    assert_eq!(problems(&rule(3072)), []);
    let told = told(&rule(3073));
    assert!(told[0].contains("The rule has 3073 characters"), "{told:?}");
    assert!(told[0].contains("it is 1 too long"), "{told:?}");
}

#[test]
fn an_unknown_property_is_told_with_what_was_meant() {
    for (rule, meant) in [
        ("(device.operatingSystem -eq \"Windows\")", "Did you mean `device.deviceOSType`?"),
        ("(device.deviceManufacurer -eq \"HP\")", "Did you mean `device.deviceManufacturer`?"),
        ("(user.officeLocation -eq \"Oslo\")", "Did you mean `user.physicalDeliveryOfficeName`?"),
        ("(device.department -eq \"IT\")", "There is `user.department`."),
    ] {
        assert!(told(rule)[0].contains(meant), "{:?}", told(rule));
        assert!(!is_refused(rule), "{rule}");
    }
}

#[test]
fn a_property_without_its_object_is_refused() {
    assert!(told("department -eq \"Sales\"")[0].contains("Write `user.department`."));
    assert!(is_refused("displayName -startsWith \"KIOSK\""));
}

#[test]
fn users_and_devices_do_not_mix() {
    let rule = "(user.city -eq \"Oslo\") -or (device.deviceModel -eq \"X\")";
    assert_eq!(
        told(rule),
        ["Column 29: A rule asks for users or for devices, not for both.\n\n  \
          (user.city -eq \"Oslo\") -or (device.deviceModel -eq \"X\")\n                              ^^^^^^^^^^^^^^^^^^\n\n\
          Make a group of users and a group of devices."]
    );
}

#[test]
fn a_boolean_is_not_compared_with_a_text() {
    assert!(told("user.accountEnabled -eq \"True\"")[0].contains("Write true without quotation marks."));
    assert!(is_warned_of("user.city -eq true"));
    assert_eq!(told("user.accountEnabled -eq True"), [""; 0]);
}

#[test]
fn null_in_quotation_marks_is_a_text() {
    assert!(told("user.mail -ne \"null\"")[0].contains("is the text \"null\""));
    assert!(is_warned_of("user.mail -startsWith null"));
}

#[test]
fn a_list_is_compared_by_in() {
    assert!(is_warned_of("user.city -contains [\"Oslo\"]"));
    assert!(is_warned_of("user.city -in \"Oslo\""));
}

#[test]
fn rules_that_match_nobody_or_everybody_are_told() {
    for (rule, text) in [
        ("user.city -eq \"Oslo\" and user.city -eq \"Bergen\"", "matches nobody"),
        ("user.city -eq \"Oslo\" and user.mail -ne null and user.City -ne \"oslo\"", "matches nobody"),
        ("user.city -ne \"Oslo\" or user.city -ne \"Bergen\"", "always holds"),
        ("user.city -eq \"Oslo\" or user.city -ne \"Oslo\"", "always holds"),
        ("user.mail -eq null and user.mail -eq \"a@b.c\"", "matches nobody"),
        ("user.mail -eq null or user.mail -ne null", "always holds"),
        ("user.accountEnabled -eq true and user.accountEnabled -eq false", "matches nobody"),
    ] {
        assert!(told(rule).iter().any(|told| told.contains(text)), "{rule}: {:?}", told(rule));
    }
    for rule in [
        "user.city -eq \"Oslo\" or user.city -eq \"Bergen\"",
        "user.city -ne \"Oslo\" and user.city -ne \"Bergen\"",
        "device.devicePhysicalIds -any (_ -eq \"[OrderID]:A\") and device.devicePhysicalIds -any (_ -eq \"[GID]:g:1\")",
        "user.otherMails -eq \"a@b.c\" and user.otherMails -eq \"d@e.f\"",
    ] {
        assert_eq!(told(rule), [""; 0]);
    }
}

#[test]
fn the_words_of_intune_never_hold_in_the_directory() {
    assert!(told("device.deviceOwnership -eq \"Corporate\"")[0].contains("\"Company\" here"));
    assert!(is_warned_of("device.deviceTrustType -eq \"Azure AD joined\""));
}

#[test]
fn an_autopilot_token_is_no_regular_expression() {
    assert!(told("device.devicePhysicalIds -any (_ -match \"[ZTDId]\")")[0].contains("one character out of these"));
    assert_eq!(told(r#"device.devicePhysicalIds -any (_ -match "\[ZTDId\]")"#), [""; 0]);
}

#[test]
fn a_broken_regular_expression_is_refused_and_one_of_dotnet_is_not() {
    for rule in
        ["user.city -match \"(\"", "user.city -match \"[a\"", "user.city -notMatch \"*a\"", "user.city -match \"a\\\""]
    {
        assert!(is_refused(rule), "{rule}");
    }
    for pattern in ["(?=a)b", "^(?!x).*$", r"(a)\1", "a{", "{", "[[a]", "[]a]"] {
        let rule = format!("user.city -match \"{pattern}\"");
        assert!(!is_refused(&rule), "{rule}");
    }
}

#[test]
fn three_thousand_characters_are_read_in_the_time_of_a_blink() {
    let rule = vec!["(user.city -eq \"Oslo\")"; 130].join(" -or ");
    assert!(rule.len() > 3000 && problems(&rule).len() < 200);
}

#[test]
fn an_item_is_not_found_by_contains() {
    for rule in [
        "device.devicePhysicalIds -any (_ -contains \"[OrderID]:Kiosk\")",
        "device.devicePhysicalIds -contains \"[OrderID]:Kiosk\"",
    ] {
        let told = told(rule);
        assert!(is_warned_of(rule) && told[0].contains("-any (_ -eq \"[OrderID]:Kiosk\")"), "{told:?}");
    }
    for meant in ["(_ -contains \"[ZTDId]\")", "(_ -startsWith \"[OrderID]:F1.A1.SU\")", "(_ -eq \"[OrderID]:Kiosk\")"]
    {
        let rule = format!("device.devicePhysicalIds -any {meant}");
        assert!(!is_warned_of(&rule), "{rule}");
    }
}

#[test]
fn the_autopilot_token_is_found_in_any_letter_case() {
    for token in ["[ZTDId]", "[ZTDID]", "[ztdid]"] {
        let rule = format!("(device.devicePhysicalIds -any (_ -contains \"{token}\"))");
        assert_eq!(told(&rule), [""; 0]);
        assert_eq!(matches(&parse(&rule).unwrap(), &laptop(), None), Ok(true), "{rule}");
    }
}

#[test]
fn the_letter_case_of_a_property_is_a_note_and_that_of_an_operator_is_none() {
    let rule = "(DEVICE.displayname -STARTSWITH \"A\") AND (device.devicePhysicalIDs -Any (_ -eq \"[OrderID]:x\"))";
    let told = told(rule);
    assert!(told.len() == 1 && told[0].contains("Microsoft writes `displayName`"), "{told:?}");
    assert!(!is_warned_of(rule));
}

#[test]
fn a_property_that_is_no_longer_supported_is_told() {
    assert!(told("device.organizationalUnit -eq \"OU=x\"")[0].contains("no longer supported"));
    assert!(told("user.employeeType -eq \"x\"")[0].contains("Unsupported property"));
}

#[test]
fn extension_attributes_are_known_up_to_15_and_those_of_applications_by_their_prefix() {
    for name in ["extensionAttribute1", "extensionAttribute15", "extension_c272a57b722d4eb29bfe327874ae79cb_Room"] {
        assert_eq!(told(&format!("user.{name} -eq \"x\"")), [""; 0]);
    }
    assert!(is_warned_of("user.extensionAttribute16 -eq \"x\""));
}

#[test]
fn direct_reports_stand_alone_and_name_the_manager_by_a_guid() {
    assert_eq!(told("direct reports for \"62e19b97-8b3d-4d4a-a106-4ce66896a863\""), [""; 0]);
    assert!(is_warned_of("Direct Reports for \"Ada\""));
    assert!(is_refused("Direct Reports for \"62e19b97-8b3d-4d4a-a106-4ce66896a863\" -and user.city -eq \"Oslo\""));
    assert!(is_refused("Direct Reports for 62e19b97"));
}

#[test]
fn member_of_is_the_whole_rule() {
    let member_of = "user.memberOf -any (group.objectId -in ['0f8fad5b-d9cb-469f-a165-70867728950e'])";
    assert_eq!(told(member_of), [""; 0]);
    assert_eq!(told(&format!("({member_of})")), [""; 0]);
    assert!(is_warned_of(&format!("{member_of} -and user.city -eq \"Oslo\"")));
    assert!(is_warned_of(&format!("-not ({member_of})")));
}

#[test]
fn times_are_counted_from_now() {
    for rule in [
        "user.employeeHireDate -ge system.now -plus p1d",
        "user.employeeHireDate -le (system.now -minus P30D)",
        "user.employeeHireDate -ge \"2024-01-31\"",
        "user.employeeHireDate -le 2024-01-31T08:00:00Z",
    ] {
        assert_eq!(told(rule), [""; 0]);
    }
    assert!(is_refused("user.employeeHireDate -ge system.now -plus one day"));
    assert!(is_warned_of("user.city -ge system.now"));
}

#[test]
fn direct_reports_may_stand_in_parentheses() {
    let reports = "Direct Reports for \"62e19b97-8b3d-4d4a-a106-4ce66896a863\"";
    assert_eq!(told(&format!("({reports})")), [""; 0]);
    assert_eq!(told(&format!("(({reports}))")), [""; 0]);
    assert!(told(&format!("(({reports})"))[0].contains("not closed"));
    assert!(told(&format!("({reports} and user.city -eq \"Oslo\")"))[0].contains("stands alone"));
    assert!(told(&format!("({reports}) and user.city -eq \"Oslo\""))[0].contains("stands alone"));
}

#[test]
fn the_advice_leads_to_a_rule_that_can_be_used() {
    for (rule, advice) in [
        ("user.memberOf -any (_ -eq \"x\")", "`group.objectId`"),
        ("user.assignedPlans -any (_ -eq \"x\")", "`assignedPlan.servicePlanId`"),
        ("user.assignedPlans -any (servicePlanId -eq \"x\")", "Write `assignedPlan.servicePlanId`."),
        ("(user.accountEnabled -eq yes)", "true for what is true or false"),
        ("(user.accountEnabled -eq No)", "false for what is true or false"),
        ("(user.mail -not null)", "`-ne null`"),
        ("(user.city -eq \"A\"\"B\")", "a backtick escapes"),
    ] {
        let told = told(rule);
        assert!(told.len() == 1 && told[0].contains(advice), "{rule}: {told:?}");
    }
}

#[test]
fn a_character_that_cannot_be_seen_is_told_with_its_column() {
    for (rule, place) in [
        ("(user.city\u{200b} -eq \"Oslo\")", "Column 11: A character that cannot be seen stands here (U+200B)."),
        ("\u{feff}(user.city -eq \"Oslo\")", "Column 1: A character that cannot be seen stands here (U+FEFF)."),
        ("(user.city -eq \"Os\u{200b}lo\")", "Column 19: "),
    ] {
        assert!(is_warned_of(rule) && !is_refused(rule));
        assert!(told(rule)[0].starts_with(place), "{:?}", told(rule));
    }
}

fn laptop() -> Member {
    let text = |name: &str, texts: &[&str]| (name.to_owned(), texts.iter().map(|&text| text.to_owned()).collect());
    let ids = ["[ZTDID]:7", "[OrderID]:Kiosk", "[PurchaseOrderId]:76"];
    let plan = [("servicePlanId", "11"), ("capabilityStatus", "Enabled")];
    Member {
        properties: BTreeMap::from([
            text("deviceModel", &["Surface Laptop 5"]),
            text("devicePhysicalIds", &ids),
            text("accountEnabled", &["true"]),
            text("deviceOSVersion", &["10.0.26100.1"]),
            text("employeeHireDate", &["2026-01-10T00:00:00Z"]),
        ]),
        items: BTreeMap::from([(
            "assignedPlans".to_owned(),
            vec![plan.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()],
        )]),
    }
}

#[test]
fn a_rule_matches_as_microsoft_says() {
    let now = Some(time::macros::datetime!(2026-01-15 00:00 UTC));
    for (rule, expected) in [
        (r#"device.deviceModel -eq "surface laptop 5""#, true),
        (r#"device.deviceModel -ne "surface laptop 5""#, false),
        (r#"device.deviceModel -match "^surface .* \d$""#, true),
        (r#"device.deviceModel -notIn ["A", "B"]"#, true),
        (r#"device.displayName -ne "A""#, true),
        (r#"device.displayName -eq null"#, true),
        (r#"device.devicePhysicalIds -any (_ -eq "[orderid]:KIOSK")"#, true),
        (r#"device.devicePhysicalIds -all (_ -contains "ztd")"#, false),
        (r#"device.devicePhysicalIds -contains "[ZTDId]""#, true),
        (r#"device.devicePhysicalIds -notContains "[ZTDId]""#, false),
        (r#"device.deviceOSVersion -ge "10.0.9999""#, true),
        ("device.accountEnabled -eq true -and -not (device.deviceModel -eq null)", true),
        ("user.employeeHireDate -ge system.now -minus p7d", true),
        ("user.employeeHireDate -ge (system.now -minus P3D)", false),
        (
            r#"user.assignedPlans -any (assignedPlan.servicePlanId -eq "11" -and assignedPlan.capabilityStatus -eq "enabled")"#,
            true,
        ),
    ] {
        assert_eq!(matches(&parse(rule).unwrap(), &laptop(), now), Ok(expected), "{rule}");
    }
    let reports = parse("Direct Reports for \"x\"").unwrap();
    assert_eq!(matches(&reports, &laptop(), now), Err(Unknowable::DirectReports));
}
