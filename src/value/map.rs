//! The attributes of an object, or the elements of a map: sorted by name, in one piece, and shared until it is changed.
//!
//! A plan holds the rows of a fleet several times: as they are configured, as they were, and as they are planned. What is the same
//! is there once.

use std::{fmt, iter, slice};

use ecow::EcoVec;

/// The name of an attribute, or the key of an element. Short ones need no memory of their own, longer ones are shared.
pub type Name = ecow::EcoString;

/// The attributes of an object, or the elements of a map. Each name is there once.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Map<V>(EcoVec<(Name, V)>);

/// What is in a map, in the order of the names.
type Iter<'a, V> = iter::Map<slice::Iter<'a, (Name, V)>, fn(&(Name, V)) -> (&Name, &V)>;

impl<V: Clone> Map<V> {
    /// Nothing.
    pub const fn new() -> Map<V> {
        Map(EcoVec::new())
    }

    /// Nothing yet, with room for so many.
    pub fn with_capacity(capacity: usize) -> Map<V> {
        Map(EcoVec::with_capacity(capacity))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of that name.
    pub fn get(&self, name: &str) -> Option<&V> {
        Some(&self.0[self.find(name).ok()?].1)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut V> {
        let at = self.find(name).ok()?;
        Some(&mut self.0.make_mut()[at].1)
    }

    /// Whether there is one of that name.
    pub fn contains_key(&self, name: &str) -> bool {
        self.find(name).is_ok()
    }

    /// Adds a value, and gives the one that had its name.
    pub fn insert(&mut self, name: impl Into<Name>, value: V) -> Option<V> {
        let name = name.into();
        match self.find(&name) {
            Ok(at) => Some(std::mem::replace(&mut self.0.make_mut()[at].1, value)),
            Err(at) => {
                self.0.insert(at, (name, value));
                None
            }
        }
    }

    /// Takes a value out.
    pub fn remove(&mut self, name: &str) -> Option<V> {
        self.find(name).ok().map(|at| self.0.remove(at).1)
    }

    /// What is in it.
    pub fn iter(&self) -> Iter<'_, V> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    /// The same, with values to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&Name, &mut V)> {
        self.0.make_mut().iter_mut().map(|(name, value)| (&*name, value))
    }

    /// The names.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &Name> {
        self.0.iter().map(|(name, _)| name)
    }

    /// The values, in the order of their names.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &V> {
        self.0.iter().map(|(_, value)| value)
    }

    fn find(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(other, _)| other.as_str().cmp(name))
    }
}

/// Of two with one name the later one stays.
impl<N: Into<Name>, V: Clone> FromIterator<(N, V)> for Map<V> {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(entries: I) -> Map<V> {
        let mut entries: EcoVec<_> = entries.into_iter().map(|(name, value)| (name.into(), value)).collect();
        if !entries.is_sorted_by(|(one, _), (next, _)| one < next) {
            let mut sorted: Vec<_> = entries.into_iter().collect();
            sorted.sort_by(|(one, _), (other, _)| one.cmp(other));
            sorted.dedup_by(|later, earlier| {
                let is_same = later.0 == earlier.0;
                if is_same {
                    std::mem::swap(later, earlier);
                }
                is_same
            });
            entries = sorted.into();
        }
        Map(entries)
    }
}

impl<N: Into<Name>, V: Clone> Extend<(N, V)> for Map<V> {
    fn extend<I: IntoIterator<Item = (N, V)>>(&mut self, entries: I) {
        for (name, value) in entries {
            self.insert(name, value);
        }
    }
}

impl<V: Clone> IntoIterator for Map<V> {
    type Item = (Name, V);
    type IntoIter = ecow::vec::IntoIter<(Name, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, V: Clone> IntoIterator for &'a Map<V> {
    type Item = (&'a Name, &'a V);
    type IntoIter = Iter<'a, V>;

    fn into_iter(self) -> Iter<'a, V> {
        self.iter()
    }
}

impl<V: Clone + fmt::Debug> fmt::Debug for Map<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(entries: &[(&str, i64)]) -> Map<i64> {
        entries.iter().copied().collect()
    }

    #[test]
    fn it_is_sorted_and_the_later_of_two_with_one_name_stays() {
        let map = map(&[("c", 1), ("a", 2), ("b", 3), ("a", 4)]);
        assert_eq!(format!("{:?}", map.keys().collect::<Vec<_>>()), r#"["a", "b", "c"]"#);
        assert_eq!((map.len(), map.get("a"), map.get("d")), (3, Some(&4), None));
    }

    #[test]
    fn what_is_put_in_and_taken_out_keeps_its_order() {
        let mut map = map(&[("b", 1)]);
        assert_eq!((map.insert("a", 2), map.insert("b", 3)), (None, Some(1)));
        map.extend([("c", 4)]);
        assert_eq!(map.remove("b"), Some(3));
        assert_eq!(map, self::map(&[("a", 2), ("c", 4)]));
    }

    #[test]
    fn a_copy_is_shared_until_one_of_both_changes() {
        let one = map(&[("a", 1), ("b", 2)]);
        let mut other = one.clone();
        assert!(std::ptr::eq(one.get("b").unwrap(), other.get("b").unwrap()));
        *other.get_mut("a").unwrap() = 5;
        assert_eq!((one.get("a"), other.get("a")), (Some(&1), Some(&5)));
    }
}
