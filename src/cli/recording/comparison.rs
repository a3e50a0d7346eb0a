//! Compares a recorded request with one that is asked for: what the placeholders would stand for, and which way it goes where there
//! are several.

use serde_json::{Map, Value as Json};

use super::{
    bindings::{Bindings, Pairs, inside},
    placeholder::{Piece, family, pieces},
    structure,
};

/// What a comparison adds to what is known of the placeholders.
#[derive(Debug, Default)]
pub(super) struct New<'a> {
    pub(super) pairs: Pairs,
    /// None where the first way that fits is the one.
    pub(super) choices: Option<Choices<'a>>,
}

/// A list longer than this has too many orders.
const FEW: usize = 4;

/// One of several ways: a list has any order, so an element that is asked for may be each of some recorded ones.
#[derive(Debug, Default)]
pub(super) struct Choices<'a> {
    /// Of each element, which one of those that fit it is, and how many these are.
    made: Vec<(usize, usize)>,
    next: usize,
    /// A list was longer than few, and is not compared as a whole.
    pub(super) are_cut: bool,
    /// What is known of a long list, so that one of the other elements is chosen.
    pub(super) else_by: Option<&'a Bindings>,
}

impl<'a> Choices<'a> {
    /// Of a long list one element is chosen for that is not in it by what is known.
    pub(super) fn beside(known: &'a Bindings) -> Choices<'a> {
        Choices { else_by: Some(known), ..Choices::default() }
    }

    /// Whether a list of this length is too long for that. It is noted.
    pub(super) fn are_too_many(&mut self, length: usize) -> bool {
        self.are_cut |= length > FEW;
        length > FEW
    }

    /// Which one of so many.
    pub(super) fn choose(&mut self, count: usize) -> usize {
        self.next += 1;
        if let Some((chosen, among)) = self.made.get_mut(self.next - 1) {
            *among = count;
            return *chosen;
        }
        self.made.push((0, count));
        0
    }

    /// The way after the one that was gone. None after the last one.
    pub(super) fn after(mut self) -> Option<Choices<'a>> {
        // Where a way ended early, what was chosen behind that place was another way's.
        self.made.truncate(self.next);
        self.next = 0;
        while let Some((chosen, among)) = self.made.pop() {
            if chosen + 1 < among {
                self.made.push((chosen + 1, among));
                return Some(self);
            }
        }
        None
    }
}

impl Bindings {
    fn value_with<'a>(&'a self, placeholder: &str, new: &'a New) -> Option<&'a str> {
        let added = new.pairs.iter().find(|(known, _)| known == placeholder).map(|(_, value)| value);
        added.map(String::as_str).or_else(|| self.value(placeholder))
    }

    fn is_taken(&self, placeholder: &str, value: &str, new: &New) -> bool {
        let kind = family(placeholder);
        let by_another = |other: &str| other != placeholder && self.value_with(other, new) == Some(value);
        self.owner(placeholder, value).is_some_and(by_another)
            || new.pairs.iter().any(|(other, _)| family(other) == kind && by_another(other))
    }

    /// Whether it is another placeholder of the same kind: whoever says the words of the file means that one.
    fn is_another(&self, placeholder: &str, value: &str) -> bool {
        value != placeholder
            && !self.was_told(value)
            && pieces(value) == [Piece::Placeholder(value)]
            && family(value) == family(placeholder)
    }

    /// Whether a text that is asked for now can be the recorded one, and what the placeholders in it are then.
    pub(super) fn text(&self, recorded: &str, asked: &str, new: &mut New) -> bool {
        if structure::is_date(recorded) && structure::is_date(asked) {
            return true; // Another day.
        }
        if let (Some(recorded), Some(asked)) = (inside(recorded), inside(asked)) {
            return self.json(&recorded, &asked, new);
        }
        let before = new.pairs.len();
        let fits = self.pieces(&pieces(recorded), asked, new);
        if !fits {
            new.pairs.truncate(before);
        }
        fits
    }

    fn pieces(&self, recorded: &[Piece<'_>], asked: &str, new: &mut New) -> bool {
        let Some((first, rest)) = recorded.split_first() else { return asked.is_empty() };
        let placeholder = match first {
            Piece::Plain(text) => {
                return asked.strip_prefix(text).is_some_and(|asked| self.pieces(rest, asked, new));
            }
            Piece::Placeholder(placeholder) => *placeholder,
        };
        if let Some(value) = self.value_with(placeholder, new).map(str::to_owned) {
            let itself = Some(placeholder).filter(|word| !self.was_told(word));
            return std::iter::once(value.as_str()).chain(itself).any(|value| {
                let head = asked.get(..value.len()).filter(|head| head.eq_ignore_ascii_case(value));
                head.is_some() && self.pieces(rest, &asked[value.len()..], new)
            });
        }
        let mut ends: Vec<usize> = asked.char_indices().map(|(at, c)| at + c.len_utf8()).collect();
        if rest.is_empty() {
            ends = ends.pop().into_iter().collect();
        }
        ends.into_iter().any(|end| {
            let value = &asked[..end];
            if self.is_taken(placeholder, value, new) || self.is_another(placeholder, value) {
                return false;
            }
            let before = new.pairs.len();
            new.pairs.push((placeholder.to_owned(), value.to_owned()));
            let fits = self.pieces(rest, &asked[end..], new);
            if !fits {
                new.pairs.truncate(before);
            }
            fits
        })
    }

    /// The same of a body. Of a list the order may be another: sorted by placeholders is not sorted by what they stand for.
    pub(super) fn json(&self, recorded: &Json, asked: &Json, new: &mut New) -> bool {
        match (recorded, asked) {
            (Json::String(recorded), Json::String(asked)) => self.text(recorded, asked, new),
            (Json::Array(recorded), Json::Array(asked)) => self.list(recorded, asked, new),
            (Json::Object(recorded), Json::Object(asked)) => self.object(recorded, asked, new),
            _ => recorded == asked,
        }
    }

    fn list(&self, recorded: &[Json], asked: &[Json], new: &mut New) -> bool {
        if recorded.len() != asked.len() {
            return false;
        }
        let mut left: Vec<&Json> = recorded.iter().collect();
        if let Some(choices) = new.choices.take_if(|choices| choices.are_too_many(asked.len())) {
            let known = choices.else_by;
            new.choices = Some(choices);
            return known.is_none_or(|known| self.one_of_many(left, asked, known, new));
        }
        asked.iter().all(|asked| {
            let found = self.position(&left, asked, new);
            found.map(|at| left.remove(at)).is_some()
        })
    }

    /// Compares one element of a list that is not in the recorded one by what is known: the one that may be the fewest of them.
    fn one_of_many(&self, mut left: Vec<&Json>, asked: &[Json], known: &Bindings, new: &mut New) -> bool {
        let mut there = Vec::new();
        let is_other = |asked: &&Json| {
            let at = left.iter().position(|recorded| known.json(recorded, asked, &mut New::default()));
            at.map(|at| there.push(left.remove(at))).is_none()
        };
        let others: Vec<&Json> = asked.iter().filter(is_other).collect();
        let mut may_be = |recorded: &Json, asked: &Json| {
            let before = new.pairs.len();
            let choices = new.choices.take();
            let fits = self.json(recorded, asked, new);
            new.pairs.truncate(before);
            new.choices = choices;
            fits
        };
        if !left.iter().all(|recorded| asked.iter().any(|asked| may_be(recorded, asked))) {
            return false;
        }
        left.append(&mut there);
        let fewest =
            others.into_iter().min_by_key(|asked| left.iter().filter(|recorded| may_be(recorded, asked)).count());
        fewest.is_none_or(|asked| self.position(&left, asked, new).is_some())
    }

    /// Which of these it is, compared for good.
    fn position(&self, recorded: &[&Json], asked: &Json, new: &mut New) -> Option<usize> {
        let Some(choices) = new.choices.take() else {
            return recorded.iter().position(|recorded| self.json(recorded, asked, new));
        };
        let before = new.pairs.len();
        let mut fits = |at: &usize| {
            let fits = !recorded[..*at].contains(&recorded[*at]) && self.json(recorded[*at], asked, new);
            new.pairs.truncate(before);
            fits
        };
        let fitting: Vec<usize> = (0..recorded.len()).filter(|at| fits(at)).collect();
        let chosen = new.choices.insert(choices).choose(fitting.len());
        let at = *fitting.get(chosen)?;
        self.json(recorded[at], asked, new).then_some(at)
    }

    fn object(&self, recorded: &Map<String, Json>, asked: &Map<String, Json>, new: &mut New) -> bool {
        let before = new.pairs.len();
        let fits = recorded.len() == asked.len()
            && recorded.iter().all(|(name, value)| asked.get(name).is_some_and(|asked| self.json(value, asked, new)));
        if !fits {
            new.pairs.truncate(before);
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn takes(bindings: &mut Bindings, recorded: &Json, asked: &Json) -> bool {
        let mut new = New::default();
        let fits = bindings.json(recorded, asked, &mut new);
        assert!(fits || new.pairs.is_empty(), "{new:?}");
        bindings.add(new.pairs);
        fits
    }

    #[test]
    fn a_placeholder_stands_for_what_took_its_place_and_for_nothing_else_from_then_on() {
        let mut known = Bindings::default();
        let group = |name: &str, on: bool| json!({"displayName": name, "securityEnabled": on});
        assert!(!takes(&mut known, &group("Name 1", true), &group("Sales", false)), "a boolean is no placeholder");
        assert!(takes(&mut known, &group("Name 1", true), &group("Sales", true)));
        assert!(!takes(&mut known, &group("Name 1", true), &group("Kiosk", true)));
        assert!(!takes(&mut known, &group("Name 2", true), &group("Sales", true)), "nor do two stand for one");
        assert!(takes(&mut known, &group("Name 1", true), &group("Name 1", true)), "who reads the file says its words");
        assert!(!takes(&mut known, &group("Name 3", true), &group("Name 4", true)), "and means them");
        assert_eq!(known.said_in(&json!(["Name 1", "Name 2", "SERIAL0001"])), json!(["Sales", "Name 2", "SERIAL0001"]));
    }

    #[test]
    fn placeholders_are_found_inside_of_texts() {
        let mut known = Bindings::default();
        let recorded =
            json!({"membershipRule": "(_ -eq \"[OrderID]:Name 1\") or (a -eq \"Name 2\")", "id": "PC3%SERIAL%"});
        let asked = json!({"membershipRule": "(_ -eq \"[OrderID]:Kiosk \") or (a -eq \"B\")", "id": "N-%SERIAL%"});
        assert!(takes(&mut known, &recorded, &asked));
        assert_eq!(known.said_in(&recorded), asked);
        let nested = |name: &str| json!(json!({"id": name}).to_string());
        assert!(takes(&mut known, &nested("Name 4"), &nested("four \"quoted\"")));
        assert_eq!(known.said_in(&nested("Name 4")), nested("four \"quoted\""));
    }

    #[test]
    fn dates_are_those_of_today_and_lists_have_any_order() {
        let mut known = Bindings::default();
        assert!(takes(&mut known, &json!("2026-11-27T10:00:00Z"), &json!("2027-01-01T00:00:00.5Z")));
        assert!(takes(&mut known, &json!({"a": "Name 1"}), &json!({"a": "z"})));
        assert!(takes(&mut known, &json!(["Name 1", "Name 2"]), &json!(["a", "z"])));
        assert_eq!(known.said("Name 2"), "a");
        assert!(!takes(&mut known, &json!(["Name 1"]), &json!(["z", "z"])));
    }

    #[test]
    fn each_way_is_gone_once() {
        let (mut ways, mut choices) = (Vec::new(), Some(Choices::default()));
        while let Some(mut each) = choices {
            let first = each.choose(3);
            // Of the second one nothing is left to choose from.
            let second = if first == 1 { None } else { Some(each.choose(2)) };
            ways.push((first, second));
            choices = each.after();
        }
        assert_eq!(ways, [(0, Some(0)), (0, Some(1)), (1, None), (2, Some(0)), (2, Some(1))]);
    }
}
