//! How long a deployment took, in words.

/// Seconds as a person says them.
pub(super) fn duration(seconds: i64) -> String {
    match (seconds / 3600, seconds % 3600 / 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, _) => format!("{minutes} min"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_said_as_a_person_says_it() {
        assert_eq!([45, 754, 3900].map(duration), ["45 s", "12 min", "1 h 5 min"]);
    }
}
