//! Placeholders: the same value has the same number in the whole file, and a form that says what it stands for.

use std::{collections::HashMap, sync::LazyLock};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use regex::Regex;

/// What a placeholder stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Id,
    Name,
    Text,
    Serial,
    User,
    Domain,
    Nickname,
    Prefix,
    Token,
    Address,
    Content,
}

impl Kind {
    pub(super) const ALL: [Kind; 11] = [
        Kind::Id,
        Kind::Name,
        Kind::Text,
        Kind::Serial,
        Kind::User,
        Kind::Domain,
        Kind::Nickname,
        Kind::Prefix,
        Kind::Token,
        Kind::Address,
        Kind::Content,
    ];

    /// For the header.
    pub(super) fn what(self) -> &'static str {
        match self {
            Kind::Id => "ids",
            Kind::Name => "names and group tags",
            Kind::Text => "other texts",
            Kind::Serial => "serial numbers",
            Kind::User => "user names",
            Kind::Domain => "domains",
            Kind::Nickname => "mail nicknames",
            Kind::Prefix => "parts of device names",
            Kind::Token => "codes and continuations",
            Kind::Address => "addresses",
            Kind::Content => "hardware hashes and other contents in base64",
        }
    }

    pub(super) fn example(self) -> String {
        self.form(7)
    }

    fn form(self, number: u64) -> String {
        match self {
            Kind::Id => format!("00000000-0000-0000-0000-{number:012}"),
            Kind::Name => format!("Name {number}"),
            Kind::Text => format!("Text {number}"),
            Kind::Serial => format!("SERIAL{number:04}"),
            Kind::User => format!("user{number}"),
            Kind::Domain => format!("domain{number}.example"),
            Kind::Nickname => format!("nickname{number}"),
            Kind::Prefix => format!("PC{number}"),
            Kind::Token => format!("token-{number}"),
            Kind::Address => format!("https://address{number}.example/"),
            Kind::Content => STANDARD.encode(format!("Content {number}")),
        }
    }

    /// Whether Graph takes upper and lower case for the same.
    fn is_caseless(self) -> bool {
        matches!(self, Kind::Id | Kind::Serial | Kind::User | Kind::Domain)
    }
}

/// Which number each value has.
#[derive(Debug, Default)]
pub(super) struct Placeholders {
    last: u64,
    exact: HashMap<String, u64>,
    caseless: HashMap<String, u64>,
}

impl Placeholders {
    /// What stands for it.
    pub(super) fn stand_in(&mut self, kind: Kind, original: &str) -> String {
        let folded = kind.is_caseless().then(|| original.to_lowercase());
        let known = folded.as_ref().and_then(|folded| self.caseless.get(folded)).or_else(|| self.exact.get(original));
        let number = known.copied().unwrap_or_else(|| {
            self.last += 1;
            self.last
        });
        self.exact.entry(original.to_owned()).or_insert(number);
        if let Some(folded) = folded {
            self.caseless.entry(folded).or_insert(number);
        }
        kind.form(number)
    }
}

/// A piece of a text of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Plain(&'a str),
    Placeholder(&'a str),
}

static FORMS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"00000000-0000-0000-0000-\d{12}|(?:Name|Text) \d+|SERIAL\d{4,}|user\d+|domain\d+\.example|nickname\d+|PC\d+|token-\d+|https://address\d+\.example/",
    )
    .expect("a pattern")
});

/// All zeros is a value of its own, and nobody's.
pub(super) const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

/// A text of the file, taken apart.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    if is_content(text) {
        return vec![Piece::Placeholder(text)];
    }
    let mut pieces = Vec::new();
    let mut from = 0;
    for found in FORMS.find_iter(text).filter(|found| found.as_str() != NOBODY) {
        if found.start() > from {
            pieces.push(Piece::Plain(&text[from..found.start()]));
        }
        pieces.push(Piece::Placeholder(found.as_str()));
        from = found.end();
    }
    if from < text.len() {
        pieces.push(Piece::Plain(&text[from..]));
    }
    pieces
}

/// The placeholders in a text.
pub(super) fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    pieces(text).into_iter().filter_map(|piece| match piece {
        Piece::Placeholder(placeholder) => Some(placeholder),
        Piece::Plain(_) => None,
    })
}

/// A placeholder without its number.
pub(super) fn family(placeholder: &str) -> &str {
    if is_content(placeholder) {
        return "Content";
    }
    placeholder
        .trim_end_matches(|c: char| !c.is_alphabetic())
        .trim_end_matches(".example")
        .trim_end_matches(char::is_numeric)
}

fn is_content(text: &str) -> bool {
    // Most texts are no base64 by their first letters: "Content " begins so.
    text.starts_with("Q29udGVudC")
        && STANDARD.decode(text).is_ok_and(|bytes| {
            let number = bytes.strip_prefix(b"Content ");
            number.is_some_and(|number| !number.is_empty() && number.iter().all(u8::is_ascii_digit))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_value_is_the_same_placeholder_and_another_is_another() {
        let mut all = Placeholders::default();
        let mut sales = || all.stand_in(Kind::Name, "Sales");
        assert_eq!((sales(), sales()), ("Name 1".to_owned(), "Name 1".to_owned()));
        assert_eq!(all.stand_in(Kind::Name, "sales"), "Name 2", "names are kept apart by case");
        assert_eq!(all.stand_in(Kind::Nickname, "Sales"), "nickname1", "the number tells that it is the same text");
        assert_eq!(all.stand_in(Kind::Serial, "ab-1"), "SERIAL0003");
        assert_eq!(all.stand_in(Kind::Serial, "AB-1"), "SERIAL0003", "a serial number has no case");
    }

    #[test]
    fn each_kind_is_found_in_a_text_and_told_from_the_others() {
        let families: std::collections::BTreeSet<_> = Kind::ALL.map(|kind| family(&kind.form(12)).to_owned()).into();
        assert_eq!(families.len(), Kind::ALL.len(), "{families:?}");
        for kind in Kind::ALL {
            let form = kind.form(12);
            assert_eq!(pieces(&form), [Piece::Placeholder(&form)], "{kind:?}");
            assert_eq!(family(&form), family(&kind.form(3)));
        }
        assert_eq!(
            pieces("user1@domain2.example"),
            [Piece::Placeholder("user1"), Piece::Plain("@"), Piece::Placeholder("domain2.example")]
        );
        assert_eq!(pieces(NOBODY), [Piece::Plain(NOBODY)]);
    }
}
