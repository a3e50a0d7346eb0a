//! The group tag that a rule asks for: `[OrderID]` among a device's physical ids.

use super::evaluate::matches;
use super::registered::registered;
use crate::knowledge::rule::Expr;

/// Whether some condition of the rule is met by a device with this group tag, and by one without any not, or the other way
/// round.
#[must_use]
pub fn asks_for_tag(rule: &Expr, tag: &str) -> bool {
    match rule {
        Expr::And(left, right) | Expr::Or(left, right) => asks_for_tag(left, tag) || asks_for_tag(right, tag),
        Expr::Not(_, inner) => asks_for_tag(inner, tag),
        Expr::DirectReports(_) => false,
        Expr::Compare { .. } | Expr::Each { .. } => {
            let holds = |tag| matches(rule, &registered(None, tag, None), None).ok();
            holds(Some(tag)) != holds(None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::membership_rule::read;

    #[test]
    fn a_rule_asks_for_a_tag_that_one_of_its_conditions_looks_at() {
        let asks = |rule: &str| asks_for_tag(&read(rule).0.expect("it can be read"), "Kiosk");
        for rule in [
            "(device.devicePhysicalIds -any (_ -eq \"[OrderID]:kiosk\"))",
            "device.devicePhysicalIds -any (_ -startsWith \"[OrderID]:Ki\") -and (device.deviceModel -eq \"Surface\")",
            "(device.deviceOwnership -eq \"Company\") -or (device.devicePhysicalIds -any (_ -contains \"[OrderID]\"))",
            "-not (device.devicePhysicalIds -any (_ -eq \"[OrderID]:Kiosk\"))",
        ] {
            assert!(asks(rule), "{rule}");
        }
        for rule in [
            "(device.devicePhysicalIds -any (_ -eq \"[OrderID]:Kisok\"))",
            "(device.devicePhysicalIds -any (_ -contains \"[ZTDId]\"))",
            "(device.displayName -eq \"Kiosk\")",
            "(user.department -eq \"Kiosk\")",
        ] {
            assert!(!asks(rule), "{rule}");
        }
    }
}
