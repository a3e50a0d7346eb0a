//! Where in a value something is.
//!
//! # Must not know
//! What is at the end of a path.
//!
//! # Start at
//! [`Path`].

use std::fmt;

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Into an attribute of an object.
    Attribute(String),
    /// Into a map, by key.
    Key(String),
    /// Into a list or tuple, by position.
    Index(i64),
}

/// A way from the root of a value to something inside. Elements of sets cannot be addressed: a path ends at the set.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path(pub Vec<Step>);

impl Path {
    /// The value itself.
    pub fn root() -> Path {
        Path::default()
    }

    /// An attribute at the root.
    pub fn of(name: &str) -> Path {
        Path::root().attribute(name)
    }

    /// Into an attribute.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Path {
        self.step(Step::Attribute(name.to_owned()))
    }

    /// Into an element of a map.
    #[must_use]
    pub fn key(&self, key: &str) -> Path {
        self.step(Step::Key(key.to_owned()))
    }

    /// Into an element of a list.
    #[must_use]
    pub fn index(&self, index: usize) -> Path {
        self.step(Step::Index(i64::try_from(index).unwrap_or(i64::MAX)))
    }

    fn step(&self, step: Step) -> Path {
        let mut steps = self.0.clone();
        steps.push(step);
        Path(steps)
    }
}

/// A way as it is gone, value by value: a [`Path`] once somebody has to be told of it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Trail<'a> {
    Root,
    Attribute(&'a Trail<'a>, &'a str),
    Key(&'a Trail<'a>, &'a str),
    Index(&'a Trail<'a>, usize),
}

impl Trail<'_> {
    pub(crate) fn path(&self) -> Path {
        match self {
            Trail::Root => Path::root(),
            Trail::Attribute(before, name) => before.path().attribute(name),
            Trail::Key(before, key) => before.path().key(key),
            Trail::Index(before, index) => before.path().index(*index),
        }
    }
}

impl fmt::Display for Trail<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path().fmt(f)
    }
}

/// As it is written in a configuration: `devices["PF3A"].group_tag`.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Attribute(name) if position == 0 => f.write_str(name)?,
                Step::Attribute(name) => write!(f, ".{name}")?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_as_configuration() {
        assert_eq!(
            Path::of("devices").key("PF3A").attribute("tags").index(2).to_string(),
            r#"devices["PF3A"].tags[2]"#
        );
    }

    #[test]
    fn a_trail_becomes_the_path_that_was_gone() {
        let [root, devices] = [Trail::Root, Trail::Attribute(&Trail::Root, "devices")];
        let row = Trail::Key(&devices, "PF3A");
        assert_eq!(Trail::Index(&row, 2).path(), Path::of("devices").key("PF3A").index(2));
        assert_eq!(root.path(), Path::root());
    }
}
