//! The numbers of a hardware hash in words.

use super::{Chassis, Disk, NetworkAdapter, Origin};

impl Origin {
    /// The architecture; its number where it is not known.
    #[must_use]
    pub fn architecture_word(&self) -> String {
        word(self.architecture, &[(0, "x86"), (9, "x64"), (12, "arm64")])
    }
}

impl Disk {
    /// How the disk is connected; a number where that is not known.
    #[must_use]
    pub fn bus_word(&self) -> String {
        let known = [(1, "SCSI"), (2, "ATAPI"), (3, "ATA"), (8, "RAID"), (10, "SAS"), (11, "SATA"), (17, "NVMe")];
        word(self.bus, &known)
    }

    /// What the disk is; a number where that is not known.
    #[must_use]
    pub fn kind_word(&self) -> String {
        word(self.kind, &[(0, "SSD"), (255, "HDD")])
    }
}

impl NetworkAdapter {
    /// What the adapter sends over; a number where that is not known.
    #[must_use]
    pub fn medium_word(&self) -> String {
        word(self.medium, &[(1, "wireless"), (9, "wireless"), (10, "Bluetooth"), (14, "Ethernet")])
    }

    /// The address as Windows writes it.
    #[must_use]
    pub fn address(&self) -> String {
        self.mac.map(|byte| format!("{byte:02X}")).join("-")
    }
}

impl Chassis {
    /// What the machine says of its power supply; a number where that is not known.
    #[must_use]
    pub fn power_role_word(&self) -> String {
        let known = [
            (0, "unspecified"),
            (1, "desktop"),
            (2, "mobile"),
            (3, "workstation"),
            (4, "enterprise server"),
            (5, "small office server"),
            (6, "appliance"),
            (7, "performance server"),
            (8, "slate"),
        ];
        word(self.power_role, &known)
    }
}

fn word(number: u8, known: &[(u8, &str)]) -> String {
    match known.iter().find(|(known, _)| *known == number) {
        Some((_, word)) => (*word).to_owned(),
        None => number.to_string(),
    }
}
