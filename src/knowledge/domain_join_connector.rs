//! The Intune Connector for Active Directory: what its state is called, and which versions still work.
//!
//! Facts: Graph's `deviceManagementDomainJoinConnector`; "Enrollment for hybrid joined devices", on the connector's version. Older
//! ones are shown as active, and process no request.

/// The oldest version that processes requests.
pub const OLDEST_SUPPORTED: &str = "6.2501.2000.5";

/// The status, of Graph's `state`.
#[must_use]
pub fn status(state: &str) -> &'static str {
    match state {
        "active" => ACTIVE,
        "error" => "Error",
        "inactive" => "Inactive",
        _ => "Unknown",
    }
}

/// The status of one that calls Intune.
pub const ACTIVE: &str = "Active";

/// Whether a connector of this version processes requests. What is no version is none of a new one.
#[must_use]
pub fn is_supported(version: &str) -> bool {
    let numbers = |version: &str| version.trim().split('.').map(|part| part.parse().ok()).collect::<Option<Vec<u64>>>();
    numbers(version) >= numbers(OLDEST_SUPPORTED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connector_older_than_6_2501_2000_5_processes_nothing() {
        for version in ["6.2501.2000.5", "6.2501.2000.10", "6.2504.2001.8", "7.0", "10.1.0.0"] {
            assert!(is_supported(version), "{version}");
        }
        for version in ["6.2501.2000.4", "6.2501.1999.9", "6.2501.2000", "6.1902.1.0", "", "new"] {
            assert!(!is_supported(version), "{version}");
        }
    }

    #[test]
    fn a_state_that_is_not_known_yet_is_unknown() {
        assert_eq!(
            ["active", "error", "inactive", "unknownFutureValue"].map(status),
            ["Active", "Error", "Inactive", "Unknown"]
        );
    }
}
