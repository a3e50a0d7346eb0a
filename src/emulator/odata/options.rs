//! The query options of OData, and sets of them: what an operation takes.

/// The options by name. What an operation takes of them stands in its route.
pub(crate) const NAMES: [&str; 10] =
    ["$filter", "$orderby", "$search", "$skip", "$top", "$count", "$expand", "$select", "$skiptoken", "$deltatoken"];

/// Some of [`NAMES`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Options(u16);

impl Options {
    pub(crate) const NONE: Options = Options(0);
    pub(crate) const FILTER: Options = Options(1);
    pub(crate) const ORDERBY: Options = Options(1 << 1);
    pub(crate) const SEARCH: Options = Options(1 << 2);
    pub(crate) const SKIP: Options = Options(1 << 3);
    pub(crate) const TOP: Options = Options(1 << 4);
    pub(crate) const COUNT: Options = Options(1 << 5);
    pub(crate) const EXPAND: Options = Options(1 << 6);
    pub(crate) const SELECT: Options = Options(1 << 7);
    pub(crate) const SKIP_TOKEN: Options = Options(1 << 8);
    pub(crate) const DELTA_TOKEN: Options = Options(1 << 9);

    pub(crate) const fn and(self, other: Options) -> Options {
        Options(self.0 | other.0)
    }

    pub(crate) const fn without(self, other: Options) -> Options {
        Options(self.0 & !other.0)
    }

    pub(crate) fn has(self, other: Options) -> bool {
        self.0 & other.0 == other.0
    }

    /// The option of this name, with or without `$`, in any letter case.
    pub(crate) fn named(name: &str) -> Option<Options> {
        let bare = name.strip_prefix('$').unwrap_or(name);
        let place = NAMES.iter().position(|each| each.trim_start_matches('$').eq_ignore_ascii_case(bare))?;
        Some(Options(1 << place))
    }

    /// Its names.
    pub(crate) fn names(self) -> impl Iterator<Item = &'static str> {
        NAMES.into_iter().enumerate().filter(move |(place, _)| self.0 & (1 << place) != 0).map(|(_, name)| name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_option_has_its_name() {
        let all = [
            Options::FILTER,
            Options::ORDERBY,
            Options::SEARCH,
            Options::SKIP,
            Options::TOP,
            Options::COUNT,
            Options::EXPAND,
            Options::SELECT,
            Options::SKIP_TOKEN,
            Options::DELTA_TOKEN,
        ];
        for (option, name) in all.into_iter().zip(NAMES) {
            assert_eq!(Options::named(name), Some(option));
            assert_eq!(Options::named(&name[1..].to_uppercase()), Some(option));
            assert_eq!(option.names().collect::<Vec<_>>(), [name]);
        }
        assert_eq!(Options::named("$foo"), None);
        let two = Options::TOP.and(Options::SKIP);
        assert!(two.has(Options::TOP) && !two.without(Options::TOP).has(Options::TOP));
    }
}
