//! What a rule that can be read asks for, held against what there is.

use super::hopeless;
use super::physical_ids;
use super::properties::{self, Holds, Property};
use super::values;
use crate::knowledge::rule::{Expr, Name, Node, Operand, Operator, Problem, Quantifier, Span, nearest};

pub(super) fn problems(rule: &str, expr: &Expr) -> Vec<Problem> {
    let mut check = Check { rule, problems: Vec::new(), user: None, device: None };
    check.walk(expr, None);
    if let Expr::DirectReports(manager) = expr
        && !values::is_guid(&manager.is)
    {
        let text = "The manager of `Direct Reports for` is named by the object id, a GUID.";
        check.warn(&manager.at, text, "");
    }
    if let (Some(user), Some(device)) = (&check.user, &check.device) {
        let later = if user.start > device.start { user.clone() } else { device.clone() };
        let text = "A rule asks for users or for devices, not for both.";
        check.problems.push(Problem::error(later, text).help("Make a group of users and a group of devices."));
    }
    if !matches!(expr, Expr::Each { .. })
        && let Some(member_of) = member_of(expr)
    {
        let text = "`memberOf` was seen to be refused beside other conditions.";
        check.warn(&member_of.at, text, "Let it be the whole rule.");
    }
    hopeless::warn(expr, &mut check.problems);
    physical_ids::warn(expr, &mut check.problems);
    check.problems
}

/// Where a rule first asks for the groups that somebody is in.
fn member_of(expr: &Expr) -> Option<&Node<Name>> {
    match expr {
        Expr::And(left, right) | Expr::Or(left, right) => member_of(left).or_else(|| member_of(right)),
        Expr::Not(_, inner) => member_of(inner),
        Expr::Each { collection, .. } => {
            let Name::Property(object, name) = &collection.is else { return None };
            let holds = properties::find(object, name).map(|property| property.holds);
            (holds == Some(Holds::Items("group"))).then_some(collection)
        }
        Expr::Compare { .. } | Expr::DirectReports(_) => None,
    }
}

/// The part of an item that rules compare.
fn first_part(variable: &str) -> &'static str {
    if variable == "group" { "objectId" } else { "servicePlanId" }
}

struct Check<'a> {
    rule: &'a str,
    problems: Vec<Problem>,
    /// Where the rule first asks for a user, and for a device.
    user: Option<Span>,
    device: Option<Span>,
}

/// The collection whose items a condition is about.
#[derive(Clone, Copy)]
struct Items<'a> {
    name: &'a Name,
    holds: Option<Holds>,
}

impl Check<'_> {
    fn warn(&mut self, at: &Span, text: impl Into<String>, help: impl Into<String>) {
        self.problems.push(Problem::warning(at.clone(), text).help(help));
    }

    fn error(&mut self, at: &Span, text: impl Into<String>, help: impl Into<String>) {
        self.problems.push(Problem::error(at.clone(), text).help(help));
    }

    fn note(&mut self, at: &Span, text: impl Into<String>) {
        self.problems.push(Problem::note(at.clone(), text));
    }

    fn walk(&mut self, expr: &Expr, items: Option<Items<'_>>) {
        match expr {
            Expr::And(left, right) | Expr::Or(left, right) => {
                self.walk(left, items);
                self.walk(right, items);
            }
            Expr::Not(_, inner) => self.walk(inner, items),
            Expr::Compare { left, operator, right } => self.compare(left, operator, right, items),
            Expr::Each { collection, quantifier, holds } => self.each(collection, quantifier, holds),
            Expr::DirectReports(_) => {}
        }
    }

    fn each(&mut self, collection: &Node<Name>, quantifier: &Node<Quantifier>, holds: &Expr) {
        let property = self.property(collection);
        match property.map(|property| property.holds) {
            Some(Holds::Text | Holds::Bool | Holds::Date) => {
                let text =
                    format!("`{}` holds one value, and `-{}` is for collections.", collection.is, quantifier.is.name());
                self.warn(&collection.at, text, "Compare it directly.");
            }
            Some(Holds::Items("group")) if quantifier.is == Quantifier::All => {
                self.warn(&quantifier.at, "`memberOf` was seen to take `-any` only.", "");
            }
            _ => {}
        }
        self.walk(holds, Some(Items { name: &collection.is, holds: property.map(|property| property.holds) }));
    }

    fn compare(
        &mut self,
        left: &Node<Name>,
        operator: &Node<Operator>,
        right: &Node<Operand>,
        items: Option<Items<'_>>,
    ) {
        let property = match items {
            Some(items) => self.item(left, items),
            None if left.is == Name::Item => {
                self.error(
                    &left.at,
                    "`_` stands for an item of a collection, and there is none here.",
                    "For example: device.devicePhysicalIds -any (_ -eq \"[OrderID]:Kiosk\")",
                );
                return;
            }
            None => self.property(left),
        };
        let spelt = self.rule.get(operator.at.clone()).unwrap_or_default();
        if spelt.eq_ignore_ascii_case("equals") {
            self.error(&operator.at, "Membership rules do not know `equals`.", "Write `-eq`.");
        }
        if let Operand::Property(name) = &right.is {
            self.warn(
                &right.at,
                format!("A property such as `{name}` cannot stand on the right."),
                "Name a value there.",
            );
        }
        for problem in values::problems(property, left, operator, right, items.is_some()) {
            self.problems.push(problem);
        }
    }

    /// What an item's name stands for.
    fn item(&mut self, left: &Node<Name>, items: Items<'_>) -> Option<Property> {
        match (&left.is, items.holds) {
            (Name::Item, Some(Holds::Items(variable))) => {
                let text = format!("The items of `{}` have parts.", items.name);
                self.warn(&left.at, text, format!("Name one of them, as in `{variable}.{}`.", first_part(variable)));
                None
            }
            (Name::Item, _) => Some(Property { name: "_", holds: Holds::Text }),
            (Name::Property(object, _), Some(Holds::Items(_))) if !object.is_empty() => None,
            (Name::Property(_, part), Some(Holds::Items(variable))) => {
                let text = format!("`{part}` does not say whose part it is.");
                self.warn(&left.at, text, format!("Write `{variable}.{part}`."));
                None
            }
            (name, _) => {
                let text = format!("`{name}` does not stand for the item of `{}`.", items.name);
                self.warn(&left.at, text, "The item is `_`.");
                None
            }
        }
    }

    /// The property that a name stands for, if it is known.
    fn property(&mut self, written: &Node<Name>) -> Option<Property> {
        let Name::Property(object, name) = &written.is else { return None };
        if object.is_empty() {
            let objects = properties::objects_with(name);
            let help = match objects.as_slice() {
                [object] => format!("Write `{object}.{name}`."),
                _ => format!("Write `user.{name}` or `device.{name}`."),
            };
            self.error(&written.at, format!("`{name}` does not say whose property it is."), help);
            return None;
        }
        match object.to_ascii_lowercase().as_str() {
            "user" => drop(self.user.get_or_insert_with(|| written.at.clone())),
            "device" => drop(self.device.get_or_insert_with(|| written.at.clone())),
            _ => {
                let text = format!("There is no `{object}` here: rules ask for `user` or `device`.");
                self.warn(&written.at, text, "");
                return None;
            }
        }
        let found = properties::find(object, name);
        match found {
            Some(Property { name: known, .. })
                if !known.is_empty() && known != name && !properties::is_also_written(name) =>
            {
                self.note(&written.at, format!("Microsoft writes `{known}`, and calls property names case-sensitive."));
            }
            Some(_) => {}
            None => self.unknown(object, name, &written.at),
        }
        found
    }

    fn unknown(&mut self, object: &str, name: &str, at: &Span) {
        let object = object.to_ascii_lowercase();
        if name.eq_ignore_ascii_case("organizationalUnit") {
            return self.warn(at, "`organizationalUnit` is no longer supported.", "");
        }
        if name.eq_ignore_ascii_case("employeeType") {
            let text = "Microsoft Entra ID was seen to refuse `employeeType` in rules: \"Unsupported property\".";
            return self.warn(at, text, "An extension attribute can carry it.");
        }
        let known = properties::of_object(&object).iter().map(|property| property.name);
        let meant = properties::known_elsewhere_as(&object, name).or_else(|| nearest(name, known));
        let elsewhere = properties::objects_with(name);
        let help = match (meant, elsewhere.as_slice()) {
            (_, [other]) => format!("There is `{other}.{name}`."),
            (Some(meant), _) => format!("Did you mean `{object}.{meant}`?"),
            (None, _) => "The rule would be refused, or match nobody.".to_owned(),
        };
        self.warn(at, format!("`{name}` is no known property of a {object} in rules."), help);
    }
}
