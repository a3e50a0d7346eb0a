//! Who switches on which laptop, and what is to come of it.

use crate::emulator::tenant::event::{Failed, Phase};

/// Who switches on which laptop.
#[derive(Debug, Clone, Default)]
pub(crate) struct SwitchedOn {
    pub(crate) serial: String,
    /// The user principal name of who signs in. The one it is assigned to where nothing is said.
    pub(crate) user: Option<String>,
    /// Whether it is a technician, who pre-provisions it for its user.
    pub(crate) technician: bool,
    pub(crate) failure: Option<Failed>,
    /// What a laptop is that the service does not know.
    pub(crate) manufacturer: Option<String>,
    pub(crate) model: Option<String>,
}

impl SwitchedOn {
    pub(super) fn fails_in(&self, phase: Phase) -> bool {
        self.failure.as_ref().is_some_and(|failed| failed.phase == phase)
    }
}
