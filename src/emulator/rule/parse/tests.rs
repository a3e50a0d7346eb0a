use super::*;

fn accepted(rule: &str) {
    if let Err(error) = parse(rule) {
        panic!("{rule}: {error}");
    }
}

#[test]
fn rules_as_people_write_them_are_accepted() {
    for rule in [
        r#"(device.devicePhysicalIDs -any (_ -contains "[ZTDID]"))"#,
        r#"(device.devicePhysicalIds -any _ -eq "[OrderID]:Kiosk")"#,
        r#"device.devicephysicalids -any(_ -startsWith "[PurchaseOrderId]:76")"#,
        r#"(device.devicePhysicalIds -contains "[ZTDId]")"#,
        r#"user.country –eq "US" –and (user.department –eq "Marketing" –or user.department –eq "Sales")"#,
        r#"user.department -In ["50001", “50005”]"#,
        r#"user.assignedPlans -any (assignedPlan.servicePlanId -eq "a" -and assignedPlan.capabilityStatus -eq "Enabled")"#,
        r#"user.memberOf -any (group.objectId -in ['a','b'])"#,
        r#"Direct Reports for "62e19b97-8b3d-4d4a-a106-4ce66896a863""#,
        "(\n  user.userType -ne \"Guest\"\nand\n  user.accountEnabled -eq True\n)",
        "user.employeeHireDate -ge system.now -plus p1d",
        "user.employeeHireDate -le (system.now -minus P30D)",
        "device.objectId -ne null",
        r#"-not (user.displayName -match "^Da.*\d")"#,
        r#"user.otherMails -all (_ -notEndsWith "@contoso.com")"#,
        r#"user.extension_c272a57b722d4eb29bfe327874ae79cb_OfficeNumber -eq "123""#,
        r#"device.deviceOSVersion -ge "10.0.26200.7462""#,
        r#"user.city -match "a{""#,
        r#"user.city -match "[[a]""#,
    ] {
        accepted(rule);
    }
}

#[test]
fn a_bad_rule_is_refused_with_its_place() {
    for (rule, part) in [
        ("", "A property was expected at the end"),
        (r#"(user.city -eq "x""#, "A closing parenthesis was expected at the end"),
        (r#"user.city -eq "x")"#, "Unexpected text at position 18"),
        (r#"user.shoeSize -eq "x""#, "Unsupported property 'shoeSize' at position 1"),
        (r#"user.employeeType -eq "x""#, "Unsupported property 'employeeType'"),
        (r#"user.officeLocation -eq "x""#, "Unsupported property 'officeLocation'"),
        (r#"city -eq "x""#, "is no property of user or device"),
        (r#"user.city -bevat "x""#, "'bevat' is no operator at position 11"),
        ("user.city -eq Berlin", "'Berlin' has to stand in quotes"),
        ("user.city -contains null", "null can be compared with -eq and -ne only"),
        (r#"user.city -in "x""#, "take a list"),
        (r#"user.city -eq ["x"]"#, "take a list"),
        (r#"user.city -any (_ -eq "x")"#, "need a property with several values"),
        (r#"user.city -eq "x" and device.deviceModel -eq "y""#, "cannot be mixed"),
        (r#"user.memberOf -all (group.objectId -in ['a'])"#, "memberOf takes -any only"),
        (r#"user.memberOf -any (group.objectId -in ['a']) -and user.city -eq "x""#, "cannot be combined"),
        (r#"user.city -match "(""#, "The regular expression is not valid"),
        (r#"user.city -match "[a""#, "The regular expression is not valid"),
        (r#"user.city -match "*a""#, "The regular expression is not valid"),
        (r#"user.city -ge "x""#, "dates and versions only"),
    ] {
        let error = parse(rule).unwrap_err();
        assert!(error.contains(part), "{rule}: {error}");
    }
}

#[test]
fn a_rule_of_more_than_3072_characters_is_refused() {
    let rule = |length: usize| format!(r#"user.city -eq "{}""#, "x".repeat(length - 16));
    accepted(&rule(3072));
    assert!(parse(&rule(3073)).unwrap_err().contains("3073 characters"));
}

#[test]
fn deep_nesting_is_refused_and_never_ends_the_stack() {
    assert!(parse(&"(".repeat(3000)).is_err());
    assert!(parse(&"not ".repeat(700)).is_err());
}

#[test]
fn direct_reports_may_stand_in_parentheses() {
    accepted(r#"Direct Reports for "a""#);
    accepted(r#"((Direct Reports for "a"))"#);
    assert!(parse(r#"((Direct Reports for "a")"#).is_err());
    assert!(parse(r#"(Direct Reports for "a") and user.city -eq "x""#).is_err());
}
