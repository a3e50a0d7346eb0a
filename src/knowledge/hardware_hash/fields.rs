//! What a hardware hash tells.

use std::fmt;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::knowledge::serial_number;

/// Four numbers of a version of Windows or of the tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each number is called as Windows calls it")]
pub struct Version {
    pub major: u16,
    pub minor: u16,
    pub build: u16,
    pub revision: u16,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}.{}", self.major, self.minor, self.build, self.revision)
    }
}

/// What the record was made by, and on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The version of the tool.
    pub tool: Version,
    /// The version of Windows.
    pub windows: Version,
    /// When, as it stands in the record: it differs each time a hash is collected.
    pub time: [u8; 5],
    /// 2 is a full Windows.
    pub os_type: u8,
    /// 0 is x86, 9 is x64, 12 is arm64.
    pub architecture: u8,
    /// The version of the record's form.
    pub form: u8,
}

/// The processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Processor {
    /// 0 is x86, 9 is x64, 12 is arm64.
    pub architecture: u16,
    /// Sockets in use.
    pub packages: u16,
    /// Cores of all packages.
    pub cores: u16,
    /// Threads of all cores.
    pub threads: u16,
    /// 1 where a core runs two threads.
    pub hyperthreading: u16,
}

/// The memory. Total and maximum are in the record's own units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// Built in.
    pub total: u64,
    /// What the board takes.
    pub maximum: u64,
    /// Slots of the board.
    pub slots: u16,
    /// Arrays of slots.
    pub arrays: u16,
    /// 3 none, 4 parity, 5 single-bit ECC, 6 multi-bit ECC, 7 CRC.
    pub error_correction: u8,
}

/// A disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disk {
    /// In the record's own units.
    pub capacity: u64,
    /// 1 SCSI, 2 ATAPI, 3 ATA, 8 RAID, 10 SAS, 11 SATA, 17 NVMe.
    pub bus: u8,
    /// 0 is an SSD, 255 a hard disk.
    pub kind: u8,
}

/// A network adapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NetworkAdapter {
    /// 1 wireless LAN, 9 native 802.11, 10 Bluetooth, 14 Ethernet.
    pub medium: u8,
    /// The MAC address.
    pub mac: [u8; 6],
}

/// A display: its size and its resolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Display {
    pub physical_width: u16,
    pub physical_height: u16,
    pub pixel_width: u16,
    pub pixel_height: u16,
}

/// The memory of a display adapter, in the record's own units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DisplayMemory {
    /// Of its own.
    pub video: u32,
    /// Set aside for it in the machine's memory.
    pub system: u32,
}

/// The case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chassis {
    /// As SMBIOS counts them: 3 desktop, 9 laptop, 10 notebook, 31 convertible, 32 detachable.
    pub kind: u8,
    /// 0 unspecified, 1 desktop, 2 mobile, 3 workstation, 4 to 7 servers and appliances, 8 slate.
    pub power_role: u8,
}

/// An identifier that needs no network.
#[derive(Clone, PartialEq, Eq)]
pub struct OfflineDeviceId {
    /// 1 is of the TPM's endorsement key, 2 of a UEFI variable.
    pub kind: u8,
    /// The identifier.
    pub id: Vec<u8>,
}

/// A block that is not known, or not laid out as expected.
#[derive(Clone, PartialEq, Eq)]
pub struct Block {
    /// Its type.
    pub kind: u8,
    /// Its flags: 0 wherever seen.
    pub flags: u8,
    /// Its bytes without the four of its header.
    pub value: Vec<u8>,
}

/// What a hardware hash tells of its device. `None`: the record does not say.
#[derive(Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the record, where nothing is said")]
pub struct HardwareHash {
    pub origin: Option<Origin>,
    pub processor: Option<Processor>,
    pub processor_manufacturer: Option<String>,
    pub processor_model: Option<String>,
    pub memory: Option<Memory>,
    pub disks: Vec<Disk>,
    pub disk_serial_numbers: Vec<String>,
    pub network_adapters: Vec<NetworkAdapter>,
    pub displays: Vec<Display>,
    pub chassis: Option<Chassis>,
    pub offline_device_id: Option<OfflineDeviceId>,
    /// As Windows prints it: the first three fields are little endian in the record.
    pub smbios_uuid: Option<Uuid>,
    pub tpm_version: Option<String>,
    /// The system's serial number, which a device is registered by.
    pub serial_number: Option<String>,
    pub firmware_vendor: Option<String>,
    pub manufacturer: Option<String>,
    /// The product name.
    pub model: Option<String>,
    pub sku_number: Option<String>,
    pub system_family: Option<String>,
    /// Block 20. One decoder calls it a second firmware vendor, another the firmware's version.
    pub firmware_version: Option<String>,
    pub board_product: Option<String>,
    pub board_version: Option<String>,
    pub system_version: Option<String>,
    pub product_key_id: Option<String>,
    /// The public part of the TPM's endorsement key.
    pub tpm_endorsement_key: Option<Vec<u8>>,
    pub product_key_part_number: Option<String>,
    pub kernel_disk_serial_number: Option<String>,
    pub display_memories: Vec<DisplayMemory>,
    pub display_adapters: Vec<String>,
    /// All other blocks, in their order.
    pub other: Vec<Block>,
}

impl HardwareHash {
    /// SHA-256, in hexadecimal, of what identifies the device: serial number, manufacturer, model, SMBIOS UUID and TPM
    /// endorsement key. Two hashes of one device have different texts and the same fingerprint.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let text = |text: &Option<String>| text.as_deref().map(|text| text.trim().as_bytes().to_vec());
        let parts = [
            text(&self.serial_number),
            text(&self.manufacturer),
            text(&self.model),
            self.smbios_uuid.map(|uuid| uuid.as_bytes().to_vec()),
            self.endorsement_key().map(<[u8]>::to_vec),
        ];
        // The length stands before each part, so that no two devices share one text.
        let mut digest = Sha256::new();
        for part in &parts {
            let part = part.as_deref().unwrap_or_default();
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part);
        }
        hex(&digest.finalize())
    }

    /// Whether the record is of the device with this serial number. Blanks around it and its case do not count.
    /// `None`: the record holds no serial number.
    #[must_use]
    pub fn belongs_to(&self, serial_number: &str) -> Option<bool> {
        let own = self.serial_number.as_deref()?.trim();
        if own.is_empty() { None } else { Some(serial_number::is_same(own, serial_number)) }
    }

    /// What Intune asks for and the record does not hold: it refuses such a hash with 802, InvalidZtdHardwareHash.
    #[must_use]
    pub fn lacks(&self) -> Option<&'static str> {
        let holds = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
        match (holds(&self.serial_number), holds(&self.manufacturer)) {
            (false, _) => Some("serial number"),
            (true, false) => Some("manufacturer"),
            (true, true) => None,
        }
    }

    /// Whether the record shows a TPM endorsement key, which self-deploying and pre-provisioned deployments attest by.
    #[must_use]
    pub fn has_endorsement_key(&self) -> bool {
        self.endorsement_key().is_some()
    }

    /// Whether the record tells of no TPM 2.0. One that tells nothing of its tool is not from a device, and tells nothing.
    #[must_use]
    pub fn lacks_tpm(&self) -> bool {
        let has = self.tpm_version.as_deref().map_or(self.has_endorsement_key(), |version| version.contains("2.0"));
        self.origin.is_some() && !has
    }

    fn endorsement_key(&self) -> Option<&[u8]> {
        let of_id = self.offline_device_id.as_ref().filter(|id| id.kind == 1).map(|id| id.id.as_slice());
        self.tpm_endorsement_key.as_deref().or(of_id).filter(|key| !key.is_empty())
    }

    /// The strings that stand in a block of their own, by the block's type.
    pub(super) fn text(&mut self, kind: u8) -> Option<&mut Option<String>> {
        Some(match kind {
            3 => &mut self.processor_manufacturer,
            4 => &mut self.processor_model,
            13 => &mut self.tpm_version,
            14 => &mut self.serial_number,
            15 => &mut self.firmware_vendor,
            16 => &mut self.manufacturer,
            17 => &mut self.model,
            18 => &mut self.sku_number,
            19 => &mut self.system_family,
            20 => &mut self.firmware_version,
            21 => &mut self.board_product,
            22 => &mut self.board_version,
            23 => &mut self.system_version,
            24 => &mut self.product_key_id,
            26 => &mut self.product_key_part_number,
            28 => &mut self.kernel_disk_serial_number,
            _ => return None,
        })
    }
}

/// Names the device only: the record identifies it to whoever holds it.
impl fmt::Debug for HardwareHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HardwareHash")
            .field("serial_number", &self.serial_number)
            .field("manufacturer", &self.manufacturer)
            .field("model", &self.model)
            .field("tpm_version", &self.tpm_version)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for OfflineDeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OfflineDeviceId").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl fmt::Debug for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Block").field("kind", &self.kind).field("length", &self.value.len()).finish_non_exhaustive()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
