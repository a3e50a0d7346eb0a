//! Names of blocks, made from the names of things: unique, and the same each time.

use std::collections::{BTreeMap, BTreeSet};

use crate::hcl::is_name;

/// Names that a folder has for things, by their types and import ids.
pub(super) type Names = BTreeMap<(String, String), String>;

/// What has no letter in its name is called so.
const NAMELESS: &str = "unnamed";

/// A name for each of these, in their order: `before` is the name that it had, which it keeps; of two that would have the
/// same one, the first has it, and the second has the beginning of its id behind it.
pub(super) fn names<'a>(things: impl Iterator<Item = (&'a str, &'a str, Option<&'a str>)> + Clone) -> Vec<String> {
    let mut taken: BTreeSet<String> = things.clone().filter_map(|(.., before)| before.map(str::to_owned)).collect();
    things
        .map(|(title, id, before)| match before {
            Some(before) => before.to_owned(),
            None => {
                let name = free(&slug(title), id, &taken);
                taken.insert(name.clone());
                name
            }
        })
        .collect()
}

fn free(name: &str, id: &str, taken: &BTreeSet<String>) -> String {
    // What has no id is counted.
    let id = if id.is_empty() { String::new() } else { slug(id) };
    let parts: Vec<char> = id.chars().filter(char::is_ascii_alphanumeric).collect();
    let longer = (4..=parts.len()).map(|length| format!("{name}_{}", parts[..length].iter().collect::<String>()));
    let counted = (2..).map(|number| format!("{name}_{number}"));
    let mut candidates = [name.to_owned()].into_iter().chain(longer).chain(counted);
    candidates.find(|candidate| !taken.contains(candidate)).unwrap_or_default()
}

/// A name that a block may have: in lower case, with underscores for what is no letter or digit.
pub(super) fn slug(title: &str) -> String {
    let mut slug = String::new();
    for character in title.chars().flat_map(char::to_lowercase) {
        match character {
            'ä' => slug.push_str("ae"),
            'ö' => slug.push_str("oe"),
            'ü' => slug.push_str("ue"),
            'ß' => slug.push_str("ss"),
            'à'..='å' => slug.push('a'),
            'ç' => slug.push('c'),
            'è'..='ë' => slug.push('e'),
            'ì'..='ï' => slug.push('i'),
            'ñ' => slug.push('n'),
            'ò'..='ø' => slug.push('o'),
            'ù'..='û' => slug.push('u'),
            character if character.is_ascii_alphanumeric() => slug.push(character),
            _ if slug.ends_with('_') || slug.is_empty() => {}
            _ => slug.push('_'),
        }
    }
    let slug = slug.trim_end_matches('_');
    match slug.chars().next() {
        None => NAMELESS.to_owned(),
        Some(first) if first.is_ascii_digit() => format!("_{slug}"),
        Some(_) => {
            debug_assert!(is_name(slug));
            slug.to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_made_of_letters_digits_and_underscores() {
        for (title, name) in [
            ("Autopilot - Sales (DE)", "autopilot_sales_de"),
            ("Geräte Vertrieb", "geraete_vertrieb"),
            ("Équipe Ñandú", "equipe_nandu"),
            ("365 users", "_365_users"),
            ("🚀 Rockets ${x}", "rockets_x"),
            ("会議室", "unnamed"),
            ("", "unnamed"),
        ] {
            assert_eq!(slug(title), name, "{title}");
            assert!(is_name(name));
        }
    }

    #[test]
    fn two_of_a_name_are_told_apart_by_their_ids_and_each_keeps_the_name_that_it_had() {
        let (a, b, c) = (("Sales", "1a2b-3c", None), ("sales!", "9f8e-7d", None), ("SALES", "9f8e-11", None));
        assert_eq!(names([a, b, c].into_iter()), ["sales", "sales_9f8e", "sales_9f8e1"]);
        let had = ("sales!", "9f8e-7d", Some("sales"));
        assert_eq!(names([a, had].into_iter()), ["sales_1a2b", "sales"]);
    }
}
