//! Devices that are tied to the tenant before they are first switched on, as they are kept.

use serde::{Deserialize, Serialize};

use super::device::Hardware;
use crate::emulator::clock::Millis;

/// A pre-association whose device never comes vanishes after so long: 360 days.
pub(crate) const LONGEST_WAIT: Millis = 360 * 24 * 60 * 60 * 1000;

/// How far an association has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum State {
    Preassociated,
    Associated,
    PendingRemoval,
}

impl State {
    /// Graph's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            State::Preassociated => "preassociated",
            State::Associated => "associated",
            State::PendingRemoval => "pendingRemoval",
        }
    }
}

/// An association.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Association {
    pub(crate) id: String,
    pub(crate) hardware: Hardware,
    pub(crate) smbios_uuid: String,
    /// Stands for the machine as its DeviceLink proves it: another mainboard or other keys make another.
    pub(crate) identity: String,
    pub(crate) state: State,
    pub(crate) preassociated_at: Millis,
    /// Reads do not show it before.
    pub(crate) shown_from: Millis,
    pub(crate) associated_at: Option<Millis>,
    pub(crate) enrolled_at: Option<Millis>,
    pub(crate) last_contact: Option<Millis>,
    /// When it is gone, once it is to be removed.
    pub(crate) removed_at: Option<Millis>,
    pub(crate) preassociated_by: Option<String>,
    pub(crate) assigned_to: Option<String>,
    /// The device preparation policy, and since when.
    pub(crate) policy: Option<(String, Millis)>,
    /// The managed device's id and name, once it has enrolled.
    pub(crate) managed: Option<(String, String)>,
    /// Rises with each new one.
    pub(crate) sequence: u64,
}

impl Association {
    /// A pre-association of now.
    pub(crate) fn new(hardware: Hardware, board: &str, identity: &str, now: Millis, sequence: u64) -> Association {
        Association {
            id: uuid::Uuid::new_v4().to_string(),
            hardware,
            smbios_uuid: board.to_owned(),
            identity: identity.to_owned(),
            state: State::Preassociated,
            preassociated_at: now,
            shown_from: now,
            associated_at: None,
            enrolled_at: None,
            last_contact: None,
            removed_at: None,
            preassociated_by: None,
            assigned_to: None,
            policy: None,
            managed: None,
            sequence,
        }
    }

    /// When it ends by itself, or by somebody's wish.
    pub(crate) fn ends(&self) -> Option<Millis> {
        match self.state {
            State::Preassociated => Some(self.preassociated_at + LONGEST_WAIT),
            State::Associated => None,
            State::PendingRemoval => self.removed_at,
        }
    }
}
