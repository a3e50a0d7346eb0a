//! Who asks: this provider, the core that runs it, and what its user appends.
//!
//! HashiCorp's conventions: the version of core as `Terraform/1.11.4` (OpenTofu does not tell itself apart), and
//! `TF_APPEND_USER_AGENT` as it is.

use super::surroundings::Surroundings;

/// The header `User-Agent`; `core` is the version of core, or empty.
pub(super) fn of(core: &str, surroundings: &dyn Surroundings) -> String {
    let mut agent = concat!("terraform-provider-autopilot/", env!("CARGO_PKG_VERSION")).to_owned();
    let core: String = core.chars().filter(char::is_ascii_graphic).collect();
    if !core.is_empty() {
        agent.push_str(&format!(" Terraform/{core}"));
    }
    let appended = surroundings.variable("TF_APPEND_USER_AGENT").unwrap_or_default();
    // What a header cannot hold is left out.
    let appended: String = appended.chars().filter(|letter| matches!(letter, ' '..='~')).collect();
    if !appended.trim().is_empty() {
        agent.push_str(&format!(" {}", appended.trim()));
    }
    agent
}

#[cfg(test)]
mod tests {
    use super::super::tests::around;
    use super::*;

    #[test]
    fn the_user_agent_names_core_and_takes_what_terraform_appends() {
        let ours = concat!("terraform-provider-autopilot/", env!("CARGO_PKG_VERSION"));
        assert_eq!(of("", &around([])), ours);
        assert_eq!(of("1.15.0-dev\r\n", &around([])), format!("{ours} Terraform/1.15.0-dev"));
        let appended = around([("TF_APPEND_USER_AGENT", " pipeline/1 \r\n")]);
        assert_eq!(of("1.11.4", &appended), format!("{ours} Terraform/1.11.4 pipeline/1"));
    }
}
