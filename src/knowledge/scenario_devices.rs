//! The devices of `examples/scenarios/user-driven-entra-join/devices.csv`: invented, and always the same.
//!
//! The file is what this module gives; `UPDATE_EXPECT=1 cargo test scenario_devices` writes it anew. It has CRLF line
//! ends as Get-WindowsAutopilotInfo writes them, which `expect_file!` would take out.

use std::{fs, path::Path};

use sha2::{Digest, Sha256};
use uuid::Builder;

use super::{
    device_csv::{self, HEADER},
    hardware_hash::{
        self, Chassis, Disk, Display, HardwareHash, Memory, NetworkAdapter, OfflineDeviceId, Origin, Processor, Version,
    },
};

/// A model that the office buys.
struct Model {
    manufacturer: &'static str,
    product: &'static str,
    family: &'static str,
    sku: &'static str,
    firmware: (&'static str, &'static str),
    processor: &'static str,
    gigabytes: u64,
    /// SMBIOS: 9 laptop, 10 notebook, 32 detachable.
    chassis: u8,
}

const THINKPAD: Model = Model {
    manufacturer: "LENOVO",
    product: "21HES0X100",
    family: "ThinkPad T14 Gen 4",
    sku: "LENOVO_MT_21HE_BU_Think_FM_ThinkPad T14 Gen 4",
    firmware: ("LENOVO", "N3QET45W (1.45 )"),
    processor: "13th Gen Intel(R) Core(TM) i5-1345U",
    gigabytes: 16,
    chassis: 10,
};
const LATITUDE: Model = Model {
    manufacturer: "Dell Inc.",
    product: "Latitude 5450",
    family: "Latitude",
    sku: "0CB2",
    firmware: ("Dell Inc.", "1.9.1"),
    processor: "Intel(R) Core(TM) Ultra 5 135U",
    gigabytes: 16,
    chassis: 10,
};
const ELITEBOOK: Model = Model {
    manufacturer: "HP",
    product: "HP EliteBook 840 14 inch G11 Notebook PC",
    family: "103C_5336AN HP EliteBook",
    sku: "A26SCEA#ABD",
    firmware: ("HP", "W70 Ver. 01.04.02"),
    processor: "Intel(R) Core(TM) Ultra 7 155H",
    gigabytes: 32,
    chassis: 10,
};
const SURFACE: Model = Model {
    manufacturer: "Microsoft Corporation",
    product: "Surface Laptop 6 for Business",
    family: "Surface",
    sku: "Surface_Laptop_6_for_Business_2097_2098",
    firmware: ("Microsoft Corporation", "12.103.143"),
    processor: "Intel(R) Core(TM) Ultra 5 135H",
    gigabytes: 16,
    chassis: 9,
};

/// Serial number, model, group tag.
const DEVICES: [(&str, &Model, &str); 25] = [
    ("PF5KT0XA", &THINKPAD, "Sales"),
    ("PF5KT0ZQ", &THINKPAD, "Sales"),
    ("PF5KT1B7", &THINKPAD, "Sales"),
    ("PF5KT1DM", &THINKPAD, "Sales"),
    ("PF5KT1F2", &THINKPAD, "Sales"),
    ("PF5KT1H9", &THINKPAD, ""),
    ("PF5KT1K4", &THINKPAD, ""),
    ("PF5KT1MV", &THINKPAD, ""),
    ("7QX4NZ3", &LATITUDE, "Sales"),
    ("8QX4NZ3", &LATITUDE, "Sales"),
    ("9QX4NZ3", &LATITUDE, "Sales"),
    ("BQX4NZ3", &LATITUDE, ""),
    ("CQX4NZ3", &LATITUDE, ""),
    ("DQX4NZ3", &LATITUDE, ""),
    ("FQX4NZ3", &LATITUDE, ""),
    ("5CG4391WXB", &ELITEBOOK, "Engineering"),
    ("5CG4391WXF", &ELITEBOOK, "Engineering"),
    ("5CG4391WXK", &ELITEBOOK, "Engineering"),
    ("5CG4391WXP", &ELITEBOOK, "Engineering"),
    ("5CG4391WXT", &ELITEBOOK, "Engineering"),
    ("5CG4391WXZ", &ELITEBOOK, ""),
    ("041592640153", &SURFACE, "Sales"),
    ("041592640253", &SURFACE, "Sales"),
    ("041592640353", &SURFACE, ""),
    ("041592640453", &SURFACE, ""),
];

fn file() -> String {
    let rows = DEVICES.map(|(serial_number, model, group_tag)| {
        format!("{serial_number},,{},{group_tag},\r\n", hardware_hash::encode(&hash(serial_number, model)))
    });
    format!("{HEADER}\r\n{}", rows.concat())
}

fn hash(serial_number: &str, model: &Model) -> HardwareHash {
    let text = |text: &str| Some(text.to_owned());
    let mac = |kind| {
        let [a, b, c, ..] = drawn(serial_number, kind);
        // A locally administered address: no manufacturer's.
        [0x02, 0x15, 0x5d, a, b, c]
    };
    let tool = Version { major: 10, minor: 0, build: 26_100, revision: 1742 };
    HardwareHash {
        origin: Some(Origin {
            tool,
            windows: tool,
            time: [0x80, 0xd4, 0x6b, 0x30, 4],
            os_type: 2,
            architecture: 9,
            form: 3,
        }),
        processor: Some(Processor { architecture: 9, packages: 1, cores: 10, threads: 12, hyperthreading: 1 }),
        processor_manufacturer: text("GenuineIntel"),
        processor_model: text(model.processor),
        memory: Some(Memory {
            total: model.gigabytes << 30,
            maximum: 64 << 30,
            slots: 2,
            arrays: 1,
            error_correction: 3,
        }),
        disks: vec![Disk { capacity: 512_110_190_592, bus: 17, kind: 0 }],
        disk_serial_numbers: vec![disk_serial_number(serial_number)],
        network_adapters: vec![
            NetworkAdapter { medium: 9, mac: mac("wireless") },
            NetworkAdapter { medium: 14, mac: mac("wired") },
        ],
        displays: vec![Display { physical_width: 30, physical_height: 19, pixel_width: 1920, pixel_height: 1200 }],
        chassis: Some(Chassis { kind: model.chassis, power_role: 2 }),
        offline_device_id: Some(OfflineDeviceId { kind: 1, id: drawn(serial_number, "offline device id").to_vec() }),
        smbios_uuid: drawn(serial_number, "uuid")
            .first_chunk()
            .map(|bytes| Builder::from_random_bytes(*bytes).into_uuid()),
        tpm_version: text("TPM-Version:2.0"),
        serial_number: text(serial_number),
        firmware_vendor: text(model.firmware.0),
        manufacturer: text(model.manufacturer),
        model: text(model.product),
        sku_number: text(model.sku),
        system_family: text(model.family),
        firmware_version: text(model.firmware.1),
        tpm_endorsement_key: Some(endorsement_key(serial_number)),
        display_adapters: vec!["Intel Corporation|Intel(R) Graphics".to_owned()],
        ..HardwareHash::default()
    }
}

/// As an NVMe disk gives it: `0025_38D7_3140_9C1E.`
fn disk_serial_number(serial_number: &str) -> String {
    let [a, b, c, d, e, ..] = drawn(serial_number, "disk");
    format!("0025_38{a:02X}_{b:02X}{c:02X}_{d:02X}{e:02X}.")
}

/// The public part of an RSA key of 2,048 bits, in the form that Windows keeps one.
fn endorsement_key(serial_number: &str) -> Vec<u8> {
    let mut modulus: Vec<u8> = (0..8).flat_map(|part| drawn(serial_number, &format!("key {part}"))).collect();
    if let Some(first) = modulus.first_mut() {
        *first |= 0x80;
    }
    if let Some(last) = modulus.last_mut() {
        *last |= 1;
    }
    let header = [2048u32, 3, 256, 0, 0].map(u32::to_le_bytes).concat();
    [b"RSA1".as_slice(), &header, &[1, 0, 1], &modulus].concat()
}

/// Bytes that depend on nothing but the device and what they are for.
fn drawn(serial_number: &str, purpose: &str) -> [u8; 32] {
    Sha256::digest(format!("{serial_number} {purpose}")).into()
}

#[test]
fn the_file_is_what_this_module_gives() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/scenarios/user-driven-entra-join/devices.csv");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, file()).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == file(), "{} is stale: run UPDATE_EXPECT=1 cargo test scenario_devices", path.display());
}

#[test]
fn the_file_is_a_device_csv_with_well_formed_hashes() {
    let rows = device_csv::parse_text(&file()).unwrap();
    assert_eq!(rows.len(), 25);
    assert_eq!(rows.iter().filter(|row| row.group_tag.as_deref() == Some("Sales")).count(), 10);
    assert!(rows.iter().all(|row| row.assigned_user.is_none() && row.product_key.is_none()));
    for row in rows {
        let text = row.hardware_hash.unwrap();
        let hash = hardware_hash::decode(&text).unwrap();
        assert_eq!((text.len(), hash.belongs_to(&row.serial_number)), (4000, Some(true)));
        assert!(hash.has_endorsement_key() && hash.manufacturer.is_some() && hash.model.is_some());
    }
}

#[test]
fn each_device_is_another() {
    let mut fingerprints = DEVICES.map(|(serial_number, model, _)| hash(serial_number, model).fingerprint()).to_vec();
    fingerprints.sort();
    fingerprints.dedup();
    assert_eq!(fingerprints.len(), 25);
}
