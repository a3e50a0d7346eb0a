//! Warnings that core does not hide: it shows the first one of a title, and only counts the others, of all resources.

use crate::diagnostic::{Diagnostic, Diagnostics, Severity};

/// How many things of one kind are told one by one.
const MOST: usize = 20;

/// Makes one of the warnings that have a title in common, and says in it whose they are: `name` is what the user calls it.
pub(super) fn warnings(all: Diagnostics, name: Option<&str>) -> Diagnostics {
    let (warnings, errors): (Vec<_>, Vec<_>) = all.into_iter().partition(|told| told.severity == Severity::Warning);
    let mut titles: Vec<Vec<Diagnostic>> = Vec::new();
    for told in warnings {
        match titles.iter_mut().find(|same| same.first().is_some_and(|first| first.summary == told.summary)) {
            Some(same) => same.push(told),
            None => titles.push(vec![told]),
        }
    }
    let mut folded = Diagnostics(errors);
    folded.extend(titles.into_iter().filter_map(|same| one(same, name)));
    folded
}

fn one(same: Vec<Diagnostic>, name: Option<&str>) -> Option<Diagnostic> {
    let count = same.len();
    let mut told = same.into_iter();
    let mut first = told.next()?;
    for other in told.take(MOST - 1) {
        first.detail = format!("{}\n\n{}", first.detail, other.detail);
    }
    if count > MOST {
        first.detail = format!("{}\n\nAnd {} more of this kind.", first.detail, count - MOST);
    }
    if let Some(name) = name {
        first.summary = format!("{}: {name}", first.summary);
    }
    Some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::Path;

    #[test]
    fn warnings_of_one_title_are_one_and_say_whose_they_are() {
        let mut all = Diagnostics::default();
        all.push(Diagnostic::warning("Unknown Property", "One.").at(Path::of("rule")));
        all.push(Diagnostic::error("Wrong", "No."));
        all.push(Diagnostic::warning("Unknown Property", "Two.").at(Path::of("rule")));
        let told = warnings(all, Some("Sales"));
        let one = Diagnostic::warning("Unknown Property: Sales", "One.\n\nTwo.").at(Path::of("rule"));
        assert_eq!(told.0, [Diagnostic::error("Wrong", "No."), one]);
    }

    #[test]
    fn a_title_that_thousands_have_tells_twenty() {
        let all = Diagnostics((0..3000).map(|number| Diagnostic::warning("Odd", format!("{number}."))).collect());
        let told = warnings(all, None);
        assert_eq!(told.0.len(), 1);
        assert!(told.0[0].detail.ends_with("19.\n\nAnd 2980 more of this kind."), "{}", told.0[0].detail);
    }
}
