//! What a comparison of a recorded request with one that is asked for finds, and which way it goes where there are several.

use super::bindings::Bindings;

/// What a comparison adds to what is known of the placeholders.
#[derive(Debug, Default)]
pub(super) struct New<'a> {
    pub(super) pairs: Vec<(String, String)>,
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

#[cfg(test)]
mod tests {
    use super::*;

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
