//! The language and region that Windows sets itself up in, as a deployment profile names them.
//!
//! Facts: a profile's locale is a culture such as `en-US`, or `os-default`. Which cultures there are is Microsoft's
//! "Available languages for Windows" and the locales of "Windows Language Code Identifier (LCID) Reference". Windows comes to
//! know more with time, so one that is not listed may be right; a word that is no culture at all is not.

use super::rule::Severity;

/// The word for the language of Windows itself.
pub const OS_DEFAULT: &str = "os-default";

/// The word for a language that the user selects. Graph says "".
pub const USER_SELECT: &str = "user-select";

/// Something that is wrong with a locale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// An error where it can be no locale, a warning where it may be one.
    pub severity: Severity,
    /// What it is; goes on after its name.
    pub message: String,
}

/// What is wrong with a locale, if anything is. Case does not count in a culture.
#[must_use]
pub fn problem(text: &str) -> Option<Problem> {
    if [OS_DEFAULT, USER_SELECT].contains(&text) || tags().any(|tag| tag.eq_ignore_ascii_case(text)) {
        return None;
    }
    let meant = meant_by(text).map(|tag| format!(" Did you mean {tag:?}?")).unwrap_or_default();
    // Ossetian would be the language of `OS-Default`.
    Some(if is_culture(text) && !text.eq_ignore_ascii_case(OS_DEFAULT) {
        let message = format!("is {text:?}, a language that Windows Setup is not known to have.{meant}");
        Problem { severity: Severity::Warning, message }
    } else {
        let message = format!(
            "must be a language and region such as \"en-US\", {OS_DEFAULT:?} or {USER_SELECT:?}, got: {text:?}.{meant}"
        );
        Problem { severity: Severity::Error, message }
    })
}

/// Whether a text has the form of a culture: a language of two or three letters, and parts after hyphens.
fn is_culture(text: &str) -> bool {
    let mut parts = text.split('-');
    let language = parts.next().unwrap_or_default();
    let is_part = |part: &str| (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    matches!(language.len(), 2 | 3) && language.bytes().all(|byte| byte.is_ascii_alphabetic()) && parts.all(is_part)
}

fn meant_by(text: &str) -> Option<String> {
    let plain = text.trim().replace(['_', ' '], "-").to_lowercase();
    if plain.is_empty() {
        return None;
    }
    if plain.contains("default") {
        return Some(OS_DEFAULT.to_owned());
    }
    if plain.contains("user") {
        return Some(USER_SELECT.to_owned());
    }
    if plain == "en-uk" {
        return Some("en-GB".to_owned());
    }
    let same = tags().find(|tag| tag.to_lowercase() == plain);
    let first_region =
        |(language, _, regions): &(&str, &str, &str)| Some(format!("{language}-{}", regions.split(' ').next()?));
    // The admin center says: German (Germany).
    let name = plain.split("-(").next().unwrap_or_default();
    let named = || LANGUAGES.iter().find(|(_, known, _)| known.to_lowercase() == name.replace('-', " "));
    let of_language = || {
        let language = plain.split('-').next().unwrap_or_default();
        LANGUAGES.iter().find(|(known, _, _)| *known == language)
    };
    let by_language = || of_language().filter(|_| is_culture(&plain)).and_then(|language| nearest(&plain, language.0));
    same.or_else(|| named().and_then(first_region))
        .or_else(by_language)
        .or_else(|| of_language().and_then(first_region))
}

/// The culture of this language that is most like the text; the first of them where none is.
fn nearest(plain: &str, language: &str) -> Option<String> {
    let distance = |tag: &String| strsim::damerau_levenshtein(&tag.to_lowercase(), plain);
    tags().filter(|tag| tag.starts_with(&format!("{language}-"))).min_by_key(distance)
}

fn tags() -> impl Iterator<Item = String> {
    LANGUAGES
        .iter()
        .flat_map(|(language, _, regions)| regions.split(' ').map(move |region| format!("{language}-{region}")))
}

/// A language with its script where it has several, its name, and its regions: the usual one first.
#[rustfmt::skip]
const LANGUAGES: &[(&str, &str, &str)] = &[
    ("af", "Afrikaans", "ZA"),
    ("am", "Amharic", "ET"),
    ("ar", "Arabic", "SA AE BH DZ EG IQ JO KW LB LY MA OM QA SY TN YE"),
    ("arn", "Mapudungun", "CL"),
    ("as", "Assamese", "IN"),
    ("az-Cyrl", "Azerbaijani (Cyrillic)", "AZ"),
    ("az-Latn", "Azerbaijani", "AZ"),
    ("ba", "Bashkir", "RU"),
    ("be", "Belarusian", "BY"),
    ("bg", "Bulgarian", "BG"),
    ("bn", "Bangla", "BD IN"),
    ("bo", "Tibetan", "CN"),
    ("br", "Breton", "FR"),
    ("bs-Cyrl", "Bosnian (Cyrillic)", "BA"),
    ("bs-Latn", "Bosnian", "BA"),
    ("ca", "Catalan", "ES"),
    ("ca", "Valencian", "ES-valencia"),
    ("chr-Cher", "Cherokee", "US"),
    ("co", "Corsican", "FR"),
    ("cs", "Czech", "CZ"),
    ("cy", "Welsh", "GB"),
    ("da", "Danish", "DK"),
    ("de", "German", "DE AT CH LI LU"),
    ("dsb", "Lower Sorbian", "DE"),
    ("dv", "Divehi", "MV"),
    ("el", "Greek", "GR"),
    ("en", "English", "US GB AU BZ CA HK ID IE IN JM MY NZ PH SG TT ZA ZW 029"),
    ("es", "Spanish", "ES MX AR BO CL CO CR CU DO EC GT HN NI PA PE PR PY SV US UY VE 419"),
    ("et", "Estonian", "EE"),
    ("eu", "Basque", "ES"),
    ("fa", "Persian", "IR"),
    ("ff-Latn", "Fulah", "SN"),
    ("fi", "Finnish", "FI"),
    ("fil", "Filipino", "PH"),
    ("fo", "Faroese", "FO"),
    ("fr", "French", "FR BE CA CD CH CI CM HT LU MA MC ML RE SN"),
    ("fy", "Frisian", "NL"),
    ("ga", "Irish", "IE"),
    ("gd", "Scottish Gaelic", "GB"),
    ("gl", "Galician", "ES"),
    ("gn", "Guarani", "PY"),
    ("gsw", "Alsatian", "FR"),
    ("gu", "Gujarati", "IN"),
    ("ha-Latn", "Hausa", "NG"),
    ("haw", "Hawaiian", "US"),
    ("he", "Hebrew", "IL"),
    ("hi", "Hindi", "IN"),
    ("hr", "Croatian", "HR BA"),
    ("hsb", "Upper Sorbian", "DE"),
    ("hu", "Hungarian", "HU"),
    ("hy", "Armenian", "AM"),
    ("id", "Indonesian", "ID"),
    ("ig", "Igbo", "NG"),
    ("ii", "Yi", "CN"),
    ("is", "Icelandic", "IS"),
    ("it", "Italian", "IT CH"),
    ("iu-Cans", "Inuktitut (Syllabics)", "CA"),
    ("iu-Latn", "Inuktitut", "CA"),
    ("ja", "Japanese", "JP"),
    ("ka", "Georgian", "GE"),
    ("kk", "Kazakh", "KZ"),
    ("kl", "Greenlandic", "GL"),
    ("km", "Khmer", "KH"),
    ("kn", "Kannada", "IN"),
    ("ko", "Korean", "KR"),
    ("kok", "Konkani", "IN"),
    ("ku-Arab", "Kurdish", "IQ"),
    ("ky", "Kyrgyz", "KG"),
    ("lb", "Luxembourgish", "LU"),
    ("lo", "Lao", "LA"),
    ("lt", "Lithuanian", "LT"),
    ("lv", "Latvian", "LV"),
    ("mi", "Maori", "NZ"),
    ("mk", "Macedonian", "MK"),
    ("ml", "Malayalam", "IN"),
    ("mn", "Mongolian", "MN"),
    ("mn-Mong", "Mongolian (Traditional)", "CN MN"),
    ("moh", "Mohawk", "CA"),
    ("mr", "Marathi", "IN"),
    ("ms", "Malay", "MY BN"),
    ("mt", "Maltese", "MT"),
    ("my", "Burmese", "MM"),
    ("nb", "Norwegian", "NO"),
    ("ne", "Nepali", "NP IN"),
    ("nl", "Dutch", "NL BE"),
    ("nn", "Norwegian Nynorsk", "NO"),
    ("nso", "Sesotho sa Leboa", "ZA"),
    ("oc", "Occitan", "FR"),
    ("om", "Oromo", "ET"),
    ("or", "Odia", "IN"),
    ("pa", "Punjabi", "IN"),
    ("pa-Arab", "Punjabi (Arabic)", "PK"),
    ("pl", "Polish", "PL"),
    ("prs", "Dari", "AF"),
    ("ps", "Pashto", "AF"),
    ("pt", "Portuguese", "PT BR"),
    ("quc-Latn", "K'iche'", "GT"),
    ("quz", "Quechua", "PE BO EC"),
    ("rm", "Romansh", "CH"),
    ("ro", "Romanian", "RO MD"),
    ("ru", "Russian", "RU MD"),
    ("rw", "Kinyarwanda", "RW"),
    ("sa", "Sanskrit", "IN"),
    ("sah", "Sakha", "RU"),
    ("sd-Arab", "Sindhi", "PK"),
    ("se", "Northern Sami", "NO FI SE"),
    ("si", "Sinhala", "LK"),
    ("sk", "Slovak", "SK"),
    ("sl", "Slovenian", "SI"),
    ("sma", "Southern Sami", "SE NO"),
    ("smj", "Lule Sami", "SE NO"),
    ("smn", "Inari Sami", "FI"),
    ("sms", "Skolt Sami", "FI"),
    ("so", "Somali", "SO"),
    ("sq", "Albanian", "AL"),
    ("sr-Latn", "Serbian", "RS BA ME"),
    ("sr-Cyrl", "Serbian (Cyrillic)", "RS BA ME"),
    ("st", "Sesotho", "ZA"),
    ("sv", "Swedish", "SE FI"),
    ("sw", "Kiswahili", "KE"),
    ("syr", "Syriac", "SY"),
    ("ta", "Tamil", "IN LK"),
    ("te", "Telugu", "IN"),
    ("tg-Cyrl", "Tajik", "TJ"),
    ("th", "Thai", "TH"),
    ("ti", "Tigrinya", "ET ER"),
    ("tk", "Turkmen", "TM"),
    ("tn", "Setswana", "ZA BW"),
    ("tr", "Turkish", "TR"),
    ("ts", "Tsonga", "ZA"),
    ("tt", "Tatar", "RU"),
    ("tzm-Latn", "Tamazight", "DZ"),
    ("tzm-Tfng", "Tamazight (Tifinagh)", "MA"),
    ("ug", "Uyghur", "CN"),
    ("uk", "Ukrainian", "UA"),
    ("ur", "Urdu", "PK IN"),
    ("uz-Latn", "Uzbek", "UZ"),
    ("uz-Cyrl", "Uzbek (Cyrillic)", "UZ"),
    ("vi", "Vietnamese", "VN"),
    ("wo", "Wolof", "SN"),
    ("xh", "Xhosa", "ZA"),
    ("yo", "Yoruba", "NG"),
    ("zh", "Chinese", "CN TW HK MO SG"),
    ("zu", "Zulu", "ZA"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_windows_setup_knows_is_taken() {
        for locale in
            ["os-default", "user-select", "en-US", "de-CH", "EN-gb", "sr-Latn-RS", "ca-ES-valencia", "zh-TW", "es-419"]
        {
            assert_eq!(problem(locale), None, "{locale}");
        }
    }

    #[test]
    fn what_is_no_culture_is_an_error_with_what_was_meant() {
        for (locale, meant) in [
            ("OS default", "os-default"),
            ("OS-DEFAULT", "os-default"),
            ("Operating system default", "os-default"),
            ("user select", "user-select"),
            ("english", "en-US"),
            ("German (Germany)", "de-DE"),
            ("en_US", "en-US"),
            ("de-", "de-DE"),
        ] {
            let problem = problem(locale).unwrap();
            assert_eq!(problem.severity, Severity::Error, "{locale}");
            assert_eq!(
                problem.message,
                format!(
                    "must be a language and region such as \"en-US\", \"os-default\" or \"user-select\", got: {locale:?}. Did \
                     you mean {meant:?}?"
                )
            );
        }
        assert!(
            problem("Klingon (Empire)").is_some_and(|problem| problem.message.ends_with("got: \"Klingon (Empire)\"."))
        );
    }

    #[test]
    fn a_culture_that_is_not_known_is_a_warning_with_what_was_meant() {
        for (locale, meant) in
            [("de", "de-DE"), ("de-DR", "de-DE"), ("en-UK", "en-GB"), ("sv-SW", "sv-SE"), ("zh-Hans-CN", "zh-CN")]
        {
            let problem = problem(locale).unwrap();
            assert_eq!(problem.severity, Severity::Warning, "{locale}");
            assert!(problem.message.ends_with(&format!("Did you mean {meant:?}?")), "{}", problem.message);
        }
        let unknown = problem("tlh-QO").unwrap();
        assert_eq!(unknown.message, "is \"tlh-QO\", a language that Windows Setup is not known to have.");
    }

    #[test]
    fn each_culture_is_listed_once() {
        let mut listed: Vec<_> = tags().collect();
        listed.sort();
        let count = listed.len();
        listed.dedup();
        assert_eq!((listed.len(), listed.len() > 200), (count, true));
        assert!(listed.iter().all(|tag| is_culture(tag)));
    }
}
