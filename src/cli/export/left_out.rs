//! What is in no folder, and why.

/// Something that an export leaves out.
pub(super) struct LeftOut {
    pub(super) what: String,
    /// A sentence.
    pub(super) why: String,
    /// Whether it is something of this tenant that was read, and that the screen has to name too.
    pub(super) is_of_this_tenant: bool,
    /// What it is, as tables call it, and its id, where others may refer to it.
    pub(super) id: Option<(&'static str, String)>,
}

impl LeftOut {
    /// What is so in any tenant.
    pub(super) fn always(what: impl Into<String>, why: impl Into<String>) -> LeftOut {
        LeftOut { what: what.into(), why: why.into(), is_of_this_tenant: false, id: None }
    }

    /// Something of this tenant.
    pub(super) fn here(what: impl Into<String>, why: impl Into<String>) -> LeftOut {
        LeftOut { is_of_this_tenant: true, ..LeftOut::always(what, why) }
    }

    /// What could not be read, which the screen has told whole.
    pub(super) fn unread(what: &str, why: &str) -> LeftOut {
        LeftOut::always(what, lasting(why))
    }
}

/// What of the reason of a failure is the same each time: how far it came, Graph's code, and the advice. Its message holds ids
/// and times, by which a folder would differ from its tenant at each check.
pub(super) fn lasting(why: &str) -> String {
    let (told, advice) = why.split_once("\n\n").unwrap_or((why, ""));
    let told = match told.split_once(": HTTP ") {
        Some((doing, answer)) => {
            let code = answer.split(": ").next().unwrap_or_default().trim_end_matches('.');
            format!("{doing}: HTTP {code}.")
        }
        None => told.to_owned(),
    };
    format!("{told} {advice}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::lasting;

    #[test]
    fn the_reason_of_a_failure_is_the_same_each_time() {
        let why = "While listing each group: GET /v1.0/groups: HTTP 403 Authorization_RequestDenied: Insufficient at 12:03: no \
                   (request id 93b6).\n\nThe application needs the Microsoft Graph permission Group.Read.All with admin consent.";
        assert_eq!(
            lasting(why),
            "While listing each group: GET /v1.0/groups: HTTP 403 Authorization_RequestDenied. The application needs the \
             Microsoft Graph permission Group.Read.All with admin consent."
        );
        assert_eq!(lasting("GET /x: HTTP 503: Busy (request id 1)."), "GET /x: HTTP 503.");
        assert_eq!(lasting("no access token: AADSTS7000222."), "no access token: AADSTS7000222.");
    }
}
