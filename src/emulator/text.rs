//! Words that many rows have in common, as models, group tags and profiles' ids are: kept in memory but once.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use ecow::EcoString;
use serde::{Deserialize, Deserializer};

/// So many words are kept to be shared.
const WORDS: usize = 4096;

static KNOWN: Mutex<BTreeSet<EcoString>> = Mutex::new(BTreeSet::new());

/// The word, sharing its memory with the same word elsewhere. What is short enough takes none of its own.
pub(crate) fn shared(word: &str) -> EcoString {
    if word.len() <= EcoString::INLINE_LIMIT {
        return word.into();
    }
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = known.get(word) {
        return found.clone();
    }
    let text = EcoString::from(word);
    if known.len() < WORDS {
        known.insert(text.clone());
    }
    text
}

/// Reads a field whose text is [`shared`].
pub(crate) fn word<'de, D: Deserializer<'de>>(deserializer: D) -> Result<EcoString, D::Error> {
    EcoString::deserialize(deserializer).map(|text| shared(&text))
}

/// Reads a field whose text, if any, is [`shared`].
pub(crate) fn maybe_word<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<EcoString>, D::Error> {
    Option::<EcoString>::deserialize(deserializer).map(|text| text.map(|text| shared(&text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_kept_once() {
        let word = "A model with a long name";
        assert!(std::ptr::eq(shared(word).as_str(), shared(word).as_str()));
        assert!(!std::ptr::eq(EcoString::from(word).as_str(), shared(word).as_str()));
    }
}
