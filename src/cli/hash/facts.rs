//! What a hardware hash tells, fact by fact.

use serde_json::{Value as Json, json};

use crate::knowledge::{
    hardware_hash::{Disk, HardwareHash, NetworkAdapter},
    visible,
};

/// The name of each fact for programs and for people, and the fact.
pub(super) fn facts_of(hash: &HardwareHash) -> Vec<(&'static str, &'static str, Json)> {
    let text = |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).into();
    let adapter =
        |adapter: &NetworkAdapter| json!({ "mac_address": adapter.address(), "medium": adapter.medium_word() });
    let disk = |(at, disk): (usize, &Disk)| {
        let serial_number: Json = text(&hash.disk_serial_numbers.get(at).cloned());
        json!({ "kind": disk.kind_word(), "bus": disk.bus_word(), "serial_number": serial_number })
    };
    let adapters: Vec<_> = hash.network_adapters.iter().map(adapter).collect();
    let disks: Vec<_> = hash.disks.iter().enumerate().map(disk).collect();
    let origin = hash.origin;
    vec![
        ("serial_number", "Serial number", text(&hash.serial_number)),
        ("manufacturer", "Manufacturer", text(&hash.manufacturer)),
        ("model", "Model", text(&hash.model)),
        ("sku_number", "SKU", text(&hash.sku_number)),
        ("system_family", "Family", text(&hash.system_family)),
        ("chassis", "Kind of machine", hash.chassis.map(|chassis| chassis.power_role_word()).into()),
        ("smbios_uuid", "SMBIOS UUID", hash.smbios_uuid.map(|uuid| uuid.to_string()).into()),
        ("tpm_version", "TPM version", text(&hash.tpm_version)),
        ("has_tpm_endorsement_key", "TPM endorsement key", hash.has_endorsement_key().into()),
        ("processor", "Processor", text(&hash.processor_model)),
        ("architecture", "Architecture", origin.map(|origin| origin.architecture_word()).into()),
        ("network_adapters", "Network adapters", adapters.into()),
        ("disks", "Disks", disks.into()),
        ("firmware_vendor", "Firmware vendor", text(&hash.firmware_vendor)),
        ("firmware_version", "Firmware version", text(&hash.firmware_version)),
        ("os_version", "Windows version", origin.map(|origin| origin.windows.to_string()).into()),
        ("tool_version", "Tool version", origin.map(|origin| origin.tool.to_string()).into()),
        ("unknown_blocks", "Blocks not known", hash.other.len().into()),
        ("fingerprint", "Fingerprint", hash.fingerprint().into()),
    ]
}

/// A fact as a person reads it.
pub(super) fn shown(fact: &Json) -> String {
    match fact {
        Json::Null => "-".to_owned(),
        Json::Bool(true) => "yes".to_owned(),
        Json::Bool(false) => "no".to_owned(),
        Json::String(text) => visible::escaped(text),
        Json::Array(items) if items.is_empty() => "-".to_owned(),
        Json::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join("; "),
        Json::Object(parts) => {
            let parts: Vec<_> = parts.values().filter(|part| !part.is_null()).map(shown).collect();
            parts.join(" ")
        }
        Json::Number(number) => number.to_string(),
    }
}
