//! Messages of errors: the words that services use stay, whatever else is in them is replaced.

use std::{collections::HashSet, sync::LazyLock};

use regex::Regex;

use super::structure::{self, GUID, pattern};

/// What is in a message that may name somebody.
pub(super) enum Found<'a> {
    Id(&'a str),
    Address(&'a str),
    /// What stands in quotes.
    Quoted(&'a str),
    Word(&'a str),
}

/// Words of the service's messages, from the pages of Microsoft Graph and of the sign-in endpoint about errors. None of them
/// names anybody.
static WORDS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("words.txt").split_whitespace().collect());

static TOKEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r#"(?<guid>{GUID})|(?<address>https?://[^\s'"]+)|(?<date>\d{{4}}-\d\d-\d\d(?:[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z?)?)|(?<word>[\p{{L}}\p{{N}}_](?:[\p{{L}}\p{{N}}_.@$'-]*[\p{{L}}\p{{N}}_])?)|(?<quoted>'[^']*'|"[^"]*")"#
    ))
});

static SERVICES: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:AADSTS\d+|x-msft-[a-z-]+|\d{1,3})$"));

/// The message with something else in the place of what may name somebody.
pub(super) fn redacted(text: &str, mut instead: impl FnMut(Found<'_>) -> String) -> String {
    let mut out = String::new();
    let mut from = 0;
    for found in TOKEN.captures_iter(text) {
        let (Some(all), groups) = (found.get(0), &found) else { continue };
        out.push_str(&marks(&text[from..all.start()]));
        from = all.end();
        let word = all.as_str();
        if groups.name("guid").is_some() {
            out.push_str(&instead(Found::Id(word)));
        } else if groups.name("address").is_some() {
            out.push_str(&instead(Found::Address(word)));
        } else if groups.name("date").is_some() {
            out.push_str(word);
        } else if groups.name("quoted").is_some() {
            let (quote, inside) = (&word[..1], &word[1..word.len() - 1]);
            let kept = structure::is_of_the_model(inside) || structure::is_segment(inside);
            let inside = if kept { inside.to_owned() } else { instead(Found::Quoted(inside)) };
            out.push_str(&format!("{quote}{inside}{quote}"));
        } else if WORDS.contains(word.to_lowercase().as_str())
            || SERVICES.is_match(word)
            || (word.chars().any(char::is_uppercase) && structure::is_of_the_model(word))
        {
            out.push_str(word);
        } else {
            out.push_str(&instead(Found::Word(word)));
        }
    }
    out.push_str(&marks(&text[from..]));
    out
}

/// What stands between words: only what a keyboard has.
fn marks(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii() || c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(text: &str) -> String {
        super::redacted(text, |found| match found {
            Found::Id(_) => "ID".into(),
            Found::Address(_) => "URL".into(),
            Found::Quoted(_) => "TEXT".into(),
            Found::Word(_) => "WORD".into(),
        })
    }

    #[test]
    fn what_the_provider_reads_in_a_message_stays() {
        assert_eq!(
            redacted(
                "Another Profile 743f0000-0000-4000-8000-000000000001 is already assigned to All Devices. - Operation ID (for customer support): 0f8fad5b-d9cb-469f-a165-70867728950e - Activity ID: 0f8fad5b-d9cb-469f-a165-70867728950e - Url: https://fef.msub06.manage.microsoft.com/x"
            ),
            "Another Profile ID is already assigned to All Devices. - Operation ID (for customer support): ID - Activity ID: ID - Url: URL",
        );
        for whole in [
            "The group must have at least one owner, hence this owner cannot be removed.",
            "One or more added object references already exist for the following modified properties: 'members'.",
            "Rate limit reached because of too many requests to query broker. Please retry after sometime.",
            "The header x-msft-approval-justification is missing.",
            "Approval Request",
            "AADSTS7000215: Invalid client secret provided.",
            "An error has occurred",
        ] {
            assert_eq!(redacted(whole), whole);
        }
    }

    #[test]
    fn whatever_else_is_in_a_message_is_replaced() {
        assert_eq!(
            redacted("Sales of Contoso 5CG1234XYZ 'Kiosk' é is invalid."),
            "WORD of WORD WORD 'TEXT' WORD is invalid."
        );
        assert_eq!(redacted("alice@contoso.com is not there 12345678"), "WORD is not there WORD");
    }
}
