//! Hardware hashes of devices that do not exist: for the emulator, for tests of modules, for training.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    Chassis, Disk, Display, DisplayMemory, HardwareHash, Memory, NetworkAdapter, OfflineDeviceId, Origin, Processor,
    Version,
};

/// A laptop with a TPM 2.0. The same three texts give the same device, and no two serial numbers share an address, a UUID
/// or a key. No real device has this hash, so none enrols by it.
#[must_use]
pub fn of_a_lab(serial_number: &str, manufacturer: &str, model: &str) -> HardwareHash {
    let text = |text: &str| Some(text.to_owned());
    let digest = |of: &str| Sha256::digest([serial_number, manufacturer, model, of].join("\0"));
    let version = |build, revision| Version { major: 10, minor: 0, build, revision };
    let [a, b, c, d, ..]: [u8; 32] = digest("addresses").into();
    // The second lowest bit of the first byte says that the address is a local one.
    let adapter = |medium, last| NetworkAdapter { medium, mac: [0x02, 0x00, a, b, c, d ^ last] };
    let key: Vec<u8> = ["1", "2", "3", "4", "5", "6", "7", "8"].into_iter().flat_map(digest).collect();
    HardwareHash {
        origin: Some(Origin {
            tool: version(26_100, 1),
            windows: version(26_100, 4_652),
            time: [0; 5],
            os_type: 2,
            architecture: 9,
            form: 3,
        }),
        processor: Some(Processor { architecture: 9, packages: 1, cores: 8, threads: 16, hyperthreading: 1 }),
        processor_manufacturer: text("Contoso"),
        processor_model: text("Contoso Processor of a Lab"),
        memory: Some(Memory { total: 16, maximum: 64, slots: 2, arrays: 1, error_correction: 3 }),
        disks: vec![Disk { capacity: 512, bus: 17, kind: 0 }],
        disk_serial_numbers: vec![format!("DISK-{serial_number}")],
        network_adapters: vec![adapter(9, 0), adapter(14, 1)],
        displays: vec![Display { physical_width: 30, physical_height: 19, pixel_width: 1920, pixel_height: 1200 }],
        chassis: Some(Chassis { kind: 10, power_role: 2 }),
        offline_device_id: Some(OfflineDeviceId { kind: 1, id: digest("id").to_vec() }),
        smbios_uuid: Some(Uuid::new_v5(&Uuid::NAMESPACE_OID, &digest("uuid"))),
        tpm_version: text("2.0"),
        serial_number: text(serial_number),
        firmware_vendor: text("Contoso"),
        manufacturer: text(manufacturer),
        model: text(model),
        tpm_endorsement_key: Some(key),
        display_memories: vec![DisplayMemory { video: 128, system: 0 }],
        display_adapters: vec!["Contoso Display Adapter".to_owned()],
        ..HardwareHash::default()
    }
}
