//! Registered Autopilot devices as they are kept, and what identifies a machine.

use std::collections::BTreeMap;

use ecow::EcoString;
use serde::{Deserialize, Serialize};

use crate::emulator::clock::Millis;
use crate::emulator::text::{maybe_word, shared, word};

/// `blocked` for a self-deploying device that has enrolled, nothing otherwise.
pub(crate) const USERLESS: &str = "userlessEnrollmentStatus";

/// Stands for a machine, shorter than its [`Hardware`].
pub(crate) type Machine = [u8; 16];

/// What identifies a machine to the registration service, across all tenants.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Hardware {
    pub(crate) serial: EcoString,
    #[serde(deserialize_with = "word")]
    pub(crate) manufacturer: EcoString,
    #[serde(deserialize_with = "word")]
    pub(crate) model: EcoString,
}

impl Hardware {
    pub(crate) fn new(serial: &str, manufacturer: &str, model: &str) -> Hardware {
        Hardware { serial: serial.into(), manufacturer: shared(manufacturer), model: shared(model) }
    }

    /// Letter case does not make another machine.
    pub(crate) fn key(&self) -> Machine {
        let words = [&self.serial, &self.manufacturer, &self.model].map(|word| word.to_lowercase());
        uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, words.join("\n").as_bytes()).into_bytes()
    }
}

/// A change of a device that reads do not show yet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Change {
    pub(crate) due: Millis,
    pub(crate) values: BTreeMap<String, String>,
}

/// What a change of a device's hardware calls for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Remediation {
    /// Intune registers the new hardware by itself; the device learns of it at its next check-in, at this time.
    Automatic { check_in: Millis },
    /// Intune cannot. The device has to be registered anew.
    Manual,
    /// The new hardware is registered.
    Done,
}

impl Remediation {
    /// Graph's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Remediation::Automatic { .. } => "automaticRemediationRequired",
            Remediation::Manual => "manualRemediationRequired",
            Remediation::Done => "noRemediationRequired",
        }
    }
}

/// A registered Autopilot device.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AutopilotDevice {
    pub(crate) id: EcoString,
    pub(crate) hardware: Hardware,
    pub(crate) product_key: Option<EcoString>,
    pub(crate) purchase_order: Option<EcoString>,
    /// The Entra object's id, and the device id it carries.
    pub(crate) entra_object: EcoString,
    pub(crate) entra_device_id: EcoString,
    pub(crate) enrolled: bool,
    pub(crate) last_contact: Option<Millis>,
    /// Whether a sync has brought it into Intune; before that no read shows it.
    pub(crate) synced: bool,
    /// What `updateDeviceProperties` and the user actions write, by Graph's names. Few, and none is empty.
    values: Vec<(EcoString, EcoString)>,
    #[serde(default)]
    pub(crate) changes: Vec<Change>,
    /// How often its properties were written while such calls were to fail or to be lost.
    #[serde(default)]
    pub(crate) tries: u32,
    #[serde(default)]
    pub(crate) deleted_at: Option<Millis>,
    /// The profile it has, the one it is to have, and since when.
    #[serde(default, deserialize_with = "maybe_word")]
    pub(crate) assigned: Option<EcoString>,
    #[serde(default, deserialize_with = "maybe_word")]
    pub(crate) intended: Option<EcoString>,
    #[serde(default)]
    pub(crate) assigned_at: Option<Millis>,
    #[serde(default)]
    pub(crate) assigned_by: Option<Millis>,
    /// A profile given to the device itself.
    #[serde(default)]
    pub(crate) direct: Option<String>,
    /// What its hardware calls for and since when; nothing while the hardware has never changed.
    #[serde(default)]
    pub(crate) remediation: Option<Box<(Remediation, Millis)>>,
    /// Whether its last enrolment failed.
    #[serde(default)]
    pub(crate) enrollment_failed: bool,
    /// Whether a technician has prepared it for its user, who has not switched it on yet.
    #[serde(default)]
    pub(crate) preprovisioned: bool,
    /// Whether it has no TPM 2.0 that could attest it.
    #[serde(default)]
    pub(crate) lacks_tpm: bool,
}

impl AutopilotDevice {
    /// A device that is registered but nothing else.
    pub(crate) fn new(hardware: Hardware) -> AutopilotDevice {
        AutopilotDevice {
            id: uuid::Uuid::new_v4().to_string().into(),
            hardware,
            product_key: None,
            purchase_order: None,
            entra_object: uuid::Uuid::new_v4().to_string().into(),
            entra_device_id: uuid::Uuid::new_v4().to_string().into(),
            enrolled: false,
            last_contact: None,
            synced: false,
            values: Vec::new(),
            changes: Vec::new(),
            tries: 0,
            deleted_at: None,
            assigned: None,
            intended: None,
            assigned_at: None,
            assigned_by: None,
            direct: None,
            remediation: None,
            enrollment_failed: false,
            preprovisioned: false,
            lacks_tpm: false,
        }
    }

    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.values.iter().find(|(each, _)| each == name).map(|(_, value)| value.as_str())
    }

    /// A value as it is kept.
    pub(crate) fn value_text(&self, name: &str) -> Option<EcoString> {
        self.values.iter().find(|(each, _)| each == name).map(|(_, value)| value.clone())
    }

    /// Sets a value; an empty one clears.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.values.retain(|(each, _)| each != name);
        if !value.is_empty() {
            self.values.reserve_exact(1);
            self.values.push((shared(name), shared(value)));
        }
    }

    /// Graph's word for what its hardware calls for.
    pub(crate) fn remediation_word(&self) -> &'static str {
        self.remediation.as_deref().map_or(Remediation::Done, |(remediation, _)| *remediation).word()
    }

    pub(crate) fn needs_registering_anew(&self) -> bool {
        self.remediation.as_deref().is_some_and(|(remediation, _)| *remediation == Remediation::Manual)
    }

    /// Graph's word for how far the profile has come.
    pub(crate) fn status(&self) -> &'static str {
        match (&self.assigned, &self.intended) {
            (_, None) => "notAssigned",
            (Some(assigned), Some(intended)) if assigned == intended => {
                if self.enrolled {
                    "assignedInSync"
                } else {
                    // A device that never called has no sync state to know.
                    "assignedUnkownSyncState"
                }
            }
            _ => "pending",
        }
    }
}
