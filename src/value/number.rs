//! Exact decimal numbers.
//!
//! Core sends `0.1` as text and 2^53+1 as an integer, and compares what comes back exactly
//! (go-cty's msgpack package). A binary float would lose both.

use std::{cmp::Ordering, fmt, str::FromStr};

/// An exact decimal: `digits × 10^exponent`, in one canonical form, so that equal numbers are equal values.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Number {
    negative: bool,
    /// No leading and no trailing zero; empty for zero.
    digits: String,
    exponent: i32,
}

/// Why a text is no number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a finite decimal number")]
pub struct NumberError;

/// Beyond this a number cannot be meant, and its plain form would fill the memory.
const LARGEST_EXPONENT: i32 = 10_000;

impl Number {
    /// The number within a signed 64-bit integer, if it is whole and fits.
    pub fn as_i64(&self) -> Option<i64> {
        self.whole()?.parse().ok()
    }

    /// The number within an unsigned 64-bit integer, if it is whole and fits.
    pub fn as_u64(&self) -> Option<u64> {
        self.whole()?.parse().ok()
    }

    /// The number a binary float stands for. `None` for an infinity and for what is no number.
    ///
    /// A whole number is taken exactly, a fraction by its shortest text: so core compares them (go-cty's
    /// `rawNumberEqual`), and older cores send 2^80 as a float.
    pub fn from_f64(float: f64) -> Option<Number> {
        let text = match float.fract() == 0.0 {
            true => format!("{float:.0}"),
            false => format!("{float:e}"),
        };
        text.parse().ok().filter(|_| float.is_finite())
    }

    fn whole(&self) -> Option<String> {
        let zeros = usize::try_from(self.exponent).ok().filter(|&zeros| zeros <= 20)?;
        Some(self.to_text(|text| text.push_str(&"0".repeat(zeros))))
    }

    fn to_text(&self, tail: impl FnOnce(&mut String)) -> String {
        if self.digits.is_empty() {
            return "0".to_owned();
        }
        let mut text = String::from(if self.negative { "-" } else { "" });
        text.push_str(&self.digits);
        tail(&mut text);
        text
    }

    /// The power of ten just above the number, for comparing sizes.
    fn magnitude(&self) -> i64 {
        self.digits.len() as i64 + i64::from(self.exponent)
    }

    fn compare_sizes(&self, other: &Number) -> Ordering {
        match (self.digits.is_empty(), other.digits.is_empty()) {
            (true, true) => return Ordering::Equal,
            (true, false) => return Ordering::Less,
            (false, true) => return Ordering::Greater,
            (false, false) => {}
        }
        // Without leading zeros, digits of one magnitude compare as text.
        self.magnitude().cmp(&other.magnitude()).then_with(|| self.digits.cmp(&other.digits))
    }
}

impl From<i64> for Number {
    fn from(number: i64) -> Number {
        canonical(number < 0, &number.unsigned_abs().to_string(), 0)
    }
}

impl From<u64> for Number {
    fn from(number: u64) -> Number {
        canonical(false, &number.to_string(), 0)
    }
}

impl FromStr for Number {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Number, NumberError> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| NumberError)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}");
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NumberError);
        }
        let exponent = i32::try_from(fraction.len()).ok().and_then(|places| exponent.checked_sub(places));
        let exponent = exponent.filter(|exponent| exponent.abs() <= LARGEST_EXPONENT).ok_or(NumberError)?;
        Ok(canonical(negative, &digits, exponent))
    }
}

fn canonical(negative: bool, digits: &str, exponent: i32) -> Number {
    let significant = digits.trim_end_matches('0');
    // The count of digits is bounded by the length of a message, far below i32.
    let exponent = exponent.saturating_add((digits.len() - significant.len()) as i32);
    let significant = significant.trim_start_matches('0');
    if significant.is_empty() {
        return Number { negative: false, digits: String::new(), exponent: 0 };
    }
    Number { negative, digits: significant.to_owned(), exponent }
}

/// Plain decimal text, without an exponent.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.exponent >= 0 {
            return f.write_str(&self.to_text(|text| text.push_str(&"0".repeat(self.exponent as usize))));
        }
        let places = self.exponent.unsigned_abs() as usize;
        let sign = if self.negative { "-" } else { "" };
        match self.digits.len().checked_sub(places) {
            Some(0) | None => write!(f, "{sign}0.{:0>places$}", self.digits),
            Some(point) => write!(f, "{sign}{}.{}", &self.digits[..point], &self.digits[point..]),
        }
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.compare_sizes(other),
            (true, true) => other.compare_sizes(self),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        text.parse().unwrap_or_else(|_| panic!("{text} is a number"))
    }

    #[test]
    fn text_comes_back_exactly() {
        let texts = [
            "0",
            "-1",
            "0.1",
            "9007199254740993",
            "-9223372036854775808",
            "18446744073709551616",
            "3.3333333333333333333",
            "0.001",
            "-120.5",
            "1000",
        ];
        for text in texts {
            assert_eq!(number(text).to_string(), text);
        }
    }

    #[test]
    fn one_number_has_one_form() {
        for (a, b) in [("1e3", "1000"), ("0.10", ".1"), ("-0", "0"), ("1.5E-2", "0.015"), ("+7", "7.0")] {
            assert_eq!(number(a), number(b));
        }
    }

    #[test]
    fn order_is_by_size() {
        let ascending =
            ["-10", "-9.5", "-0.1", "0", "0.01", "0.1", "0.9", "1", "9", "10", "10.5", "99999999999999999999"];
        for pair in ascending.windows(2) {
            assert!(number(pair[0]) < number(pair[1]), "{} < {}", pair[0], pair[1]);
        }
    }

    #[test]
    fn integers_are_given_only_where_they_fit() {
        assert_eq!(number("9223372036854775807").as_i64(), Some(i64::MAX));
        assert_eq!(number("9223372036854775808").as_i64(), None);
        assert_eq!(number("18446744073709551615").as_u64(), Some(u64::MAX));
        assert_eq!(number("0.5").as_i64(), None);
        assert_eq!(number("1e9999").as_i64(), None);
    }

    #[test]
    fn a_whole_float_is_taken_exactly_and_a_fraction_by_its_shortest_text() {
        for (float, text) in [
            (1_208_925_819_614_629_174_706_176.0, "1208925819614629174706176"),
            (-1e23, "-99999999999999991611392"),
            (0.1, "0.1"),
            (-2.5e-7, "-0.00000025"),
            (-0.0, "0"),
        ] {
            assert_eq!(Number::from_f64(float).map(|number| number.to_string()).as_deref(), Some(text));
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", "-", ".", "1e", "0x10", "inf", "NaN", "1e99999", "1_000", "--1", "1.2.3"] {
            assert_eq!(text.parse::<Number>(), Err(NumberError), "{text}");
        }
        for float in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
            assert_eq!(Number::from_f64(float), None);
        }
    }
}
