//! Why nobody is signed in.

use crate::graph;

/// Reads as one sentence or more, with what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Microsoft said no.
    #[error("Microsoft Entra refused the sign-in: {}.{}", message.trim_end_matches('.'), advice(codes))]
    Refused {
        /// `error` of the answer, such as `invalid_grant`.
        word: Box<str>,
        /// `AADSTS...` and its text.
        message: Box<str>,
        /// The numbers.
        codes: Box<[u32]>,
    },
    /// The sign-in endpoint was not reached, or answered what it does not answer.
    #[error("Signing in failed: {0}.")]
    Endpoint(#[from] graph::Error),
    /// It went wrong here: a port, a file, the time.
    #[error("{0}")]
    Here(String),
}

/// What to do about it, by Microsoft's "Entra authentication and authorization error codes".
fn advice(codes: &[u32]) -> String {
    let known = codes.iter().find_map(|code| {
        Some(match code {
            530_035 => "Security defaults block device codes. Sign in in the browser: leave out --device-code.",
            53_000..=53_004 => {
                "A Conditional Access policy stands against it. If you signed in by a device code: many policies block just that, so \
                 leave out --device-code. Else sign in on a device and from a place that the policy allows."
            }
            7_000_218 => {
                "The application is not a public one. Register http://localhost under Mobile and desktop applications on its \
                 Authentication page (not under Web), and allow public client flows there. An application with a secret that \
                 pipelines use is better left as it is: make another one."
            }
            700_016 => "This tenant has no application with this client id. Check --client-id and --tenant.",
            90_002 | 900_021 | 900_023 => "There is no such tenant in this cloud. Check --tenant and --environment.",
            65_001 | 65_004 | 90_094 | 90_095 => {
                "An administrator has to consent to what the application asks for: grant admin consent on its API permissions \
                 page."
            }
            50_020 | 50_034 => "This account is not one of the tenant. Sign in with one that is.",
            50_105 => "The application is only for those who are assigned to it: assign the user on its Enterprise application.",
            _ => return None,
        })
    });
    known.map(|text| format!(" {text}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_code_that_security_defaults_block_says_what_to_leave_out() {
        let error = Error::Refused {
            word: "invalid_grant".into(),
            message: "AADSTS530035: Access has been blocked by security defaults.".into(),
            codes: Box::new([530_035]),
        };
        let told = error.to_string();
        assert!(told.ends_with("by security defaults. Security defaults block device codes. Sign in in the browser: leave out --device-code."), "{told}");
    }
}
