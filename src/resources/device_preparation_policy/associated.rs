//! What devices that are associated with the tenant are given before they enrol.

use super::super::device_name_template;
use crate::schema::{Attribute, Check, Holds::*, Setting, boolean, string, strings};

const ONLY_ASSOCIATED: &str = "only devices that are associated with the tenant are given it before they enrol.";

/// What is set before a device enrols. Where a setting is known by its name only, it is not offered.
pub(super) fn attributes() -> impl Iterator<Item = Attribute> {
    let setting = |holds, id| Setting::new(holds, id, "", "");
    let attributes = [
        string("locale", "Language and region that Windows is set up in, such as \"en-US\".")
            .len(1, 84)
            .example("de-DE")
            .setting(setting(Text, "enrollment_autopilot_dpp_language")),
        string("device_name_template", "Name that a device gets: `%SERIAL%` stands for its serial number, `%RAND:x%` for x random digits. A name has at most 15 \
                     characters.")
            .len(1, 200)
            .check(Check::Read(device_name_template::problems))
            .example("CON-%SERIAL%")
            .setting(setting(Text, "enrollment_autopilot_dpp_applydevicerenametemplate")),
        boolean("license_terms_hidden", "Whether the software licence terms are hidden.")
            .default(true)
            .setting(setting(Choice, "enrollment_autopilot_dpp_skipeula")),
        boolean("privacy_settings_hidden", "Whether the privacy settings are hidden.")
            .default(true)
            .setting(setting(Choice, "enrollment_autopilot_dpp_skipexpress")),
        boolean("keyboard_configured_automatically", "Whether the keyboard page is skipped.")
            .default(true)
            .setting(setting(Choice, "enrollment_autopilot_dpp_skipkeyboard")),
        boolean("force_enrollment", "Whether the device cannot be set up without enrolling.")
            .default(false)
            .setting(setting(Choice, "enrollment_autopilot_dpp_forcedenrollment")),
        boolean("install_quality_updates", "Whether Windows quality updates are installed meanwhile.")
            .default(false)
            .setting(setting(Choice, "enrollment_autopilot_dpp_enablequ")),
        strings("policy_ids", "Ids of policies that are applied meanwhile.")
            .default_strings(&[])
            .len(0, 100)
            .guid()
            .setting(setting(Texts, "enrollment_autopilot_dpp_allowedpolicyids")),
    ];
    attributes.into_iter().map(|it| it.only_where("deployment", &["associated"], ONLY_ASSOCIATED))
}
