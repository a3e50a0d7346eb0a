use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};
use uuid::uuid;

use uuid::Uuid;

use super::*;

mod random;

fn laptop() -> HardwareHash {
    let windows = Version { major: 10, minor: 0, build: 22_631, revision: 4317 };
    HardwareHash {
        origin: Some(Origin { tool: windows, windows, time: [1, 2, 3, 4, 5], os_type: 2, architecture: 9, form: 3 }),
        processor: Some(Processor { architecture: 9, packages: 1, cores: 10, threads: 12, hyperthreading: 1 }),
        processor_manufacturer: Some("GenuineIntel".into()),
        processor_model: Some("13th Gen Intel(R) Core(TM) i5-1345U".into()),
        memory: Some(Memory { total: 16 << 30, maximum: 64 << 30, slots: 2, arrays: 1, error_correction: 3 }),
        disks: vec![Disk { capacity: 512_110_190_592, bus: 17, kind: 0 }],
        disk_serial_numbers: vec!["0025_38B7_31B4_9C01.".into()],
        network_adapters: vec![
            NetworkAdapter { medium: 9, mac: [0x02, 0, 0x5e, 1, 2, 3] },
            NetworkAdapter { medium: 14, mac: [0x02, 0, 0x5e, 1, 2, 4] },
        ],
        displays: vec![Display { physical_width: 30, physical_height: 19, pixel_width: 1920, pixel_height: 1200 }],
        chassis: Some(Chassis { kind: 10, power_role: 2 }),
        offline_device_id: Some(OfflineDeviceId { kind: 1, id: vec![7; 32] }),
        smbios_uuid: Some(uuid!("4c4c4544-0051-3510-8052-b4c04f4a3132")),
        tpm_version: Some("2.0".into()),
        serial_number: Some("PF3ABC12".into()),
        manufacturer: Some("LENOVO".into()),
        model: Some("21HD004MGE".into()),
        tpm_endorsement_key: Some(vec![9; 64]),
        display_adapters: vec!["Intel Corporation|Intel(R) Iris(R) Xe Graphics".into()],
        ..HardwareHash::default()
    }
}

/// A text of these bytes, with the right length and the right checksum.
fn sealed(blocks: &[u8]) -> String {
    let mut record = [b"OA".as_slice(), &(blocks.len() as u16 + 4).to_le_bytes(), blocks].concat();
    let digest = Sha256::digest(&record);
    record.extend(b"CS\x24\x00");
    record.extend(digest);
    STANDARD.encode(record)
}

#[test]
fn what_is_written_is_read() {
    let text = encode(&laptop());
    assert_eq!(text.len(), 4000);
    assert!(text.starts_with("T0"));
    assert!(decode(&text).unwrap() == laptop());
}

#[test]
fn the_text_is_longer_where_the_record_needs_it() {
    let large = HardwareHash { disk_serial_numbers: vec!["0123456789".repeat(20); 20], ..laptop() };
    let text = encode(&large);
    assert!(text.len() > 4000 && text.len().is_multiple_of(4) && !text.ends_with('='));
    assert!(decode(&text).unwrap() == large);
}

#[test]
fn blocks_beyond_the_largest_record_are_left_out() {
    let huge = HardwareHash { disk_serial_numbers: vec!["x".repeat(60_000); 2], ..laptop() };
    let read = decode(&encode(&huge)).unwrap();
    assert_eq!(read.disk_serial_numbers.len(), 1);
    assert_eq!(read.serial_number.as_deref(), Some("PF3ABC12"));
}

#[test]
fn the_leading_characters_that_administrators_published_are_read() {
    // 29 bytes of a real one: header, block header, two versions, time.
    let published = STANDARD.decode("T0FmBAEAHAAAAAoAHgZhSgAACgCSBmFKYGIyKgg=").unwrap();
    let mut blocks = published[4..].to_vec();
    blocks.extend([2, 9, 3]);
    let origin = decode(&sealed(&blocks)).unwrap().origin.unwrap();
    assert_eq!(origin.tool.to_string(), "10.0.19041.1566");
    assert_eq!(origin.windows.to_string(), "10.0.19041.1682");
    assert_eq!((origin.os_type, origin.architecture, origin.form), (2, 9, 3));
}

#[test]
fn an_unknown_block_is_kept_and_is_no_error() {
    let blocks = [200, 0, 6, 0, 1, 2, 14, 0, 8, 0, b'A', b'B', b'C', 0];
    let hash = decode(&sealed(&blocks)).unwrap();
    assert_eq!(hash.serial_number.as_deref(), Some("ABC"));
    assert!(hash.other == [Block { kind: 200, flags: 0, value: vec![1, 2] }]);
}

#[test]
fn a_known_block_of_another_form_is_kept_as_it_is() {
    // A processor of two bytes; a serial number that is no UTF-8; one with flags; a second manufacturer.
    let blocks = [
        [2, 0, 6, 0, 9, 0].as_slice(),
        &[14, 0, 5, 0, 0xff],
        &[17, 1, 5, 0, b'X'],
        &[16, 0, 5, 0, b'A'],
        &[16, 0, 5, 0, b'B'],
    ];
    let hash = decode(&sealed(&blocks.concat())).unwrap();
    assert_eq!(hash.other.iter().map(|block| block.kind).collect::<Vec<_>>(), [2, 14, 17, 16]);
    assert_eq!(hash.manufacturer.as_deref(), Some("A"));
    assert!(hash.processor.is_none() && hash.serial_number.is_none() && hash.model.is_none());
}

#[test]
fn a_block_that_leads_out_of_the_record_ends_the_reading() {
    let blocks = [14, 0, 6, 0, b'A', 0, 16, 0, 200, 0, b'B', 0];
    assert_eq!(decode(&sealed(&blocks)).unwrap().serial_number.as_deref(), Some("A"));
    let blocks = [14, 0, 6, 0, b'A', 0, 16, 0, 0, 0, b'B', 0];
    assert_eq!(decode(&sealed(&blocks)).unwrap().manufacturer, None);
}

#[test]
fn a_character_that_is_not_base64_is_named_with_its_position() {
    let mut text = encode(&laptop());
    text.replace_range(100..101, "ä");
    let error = decode(&text).unwrap_err();
    assert_eq!(error, Error::NotBase64 { position: 101, character: 'ä' });
    assert_eq!(error.to_string(), "The hardware hash is not base64: character 101 is 'ä'. Collect it again.");
    // Padding in the middle: two texts in one.
    assert_eq!(decode("T0E=T0E=").unwrap_err(), Error::NotBase64 { position: 4, character: '=' });
}

#[test]
fn a_text_with_line_breaks_was_re_wrapped() {
    let mut text = encode(&laptop());
    text.insert_str(76, "\r\n");
    assert_eq!(decode(&text).unwrap_err(), Error::Wrapped { position: 77 });
    assert!(decode(&format!(" {}\r\n", encode(&laptop()))).is_ok());
}

#[test]
fn a_text_that_was_cut_off_says_so() {
    let text = encode(&laptop());
    assert_eq!(decode(&text[..3999]).unwrap_err(), Error::Incomplete { length: 3999 });
    let record = usize::from(u16::from_le_bytes(STANDARD.decode(&text[..8]).unwrap()[2..4].try_into().unwrap()));
    let error = decode(&text[..record / 3 * 4]).unwrap_err();
    assert!(matches!(error, Error::Length { announced, .. } if announced == record), "{error}");
    assert!(error.to_string().contains("cut off or re-wrapped by a spreadsheet"));
    // Without its zeros it is whole.
    assert!(decode(&text[..(record + 36).div_ceil(3) * 4]).is_ok());
}

#[test]
fn an_edited_text_does_not_match_its_checksum() {
    let mut text = encode(&laptop());
    text.replace_range(500..504, if text[500..504] == *"AAAA" { "BBBB" } else { "AAAA" });
    let error = decode(&text).unwrap_err();
    assert_eq!(error, Error::Checksum);
    assert!(error.to_string().contains("cut off or re-wrapped by a spreadsheet"));
}

#[test]
fn other_base64_is_no_hardware_hash() {
    assert_eq!(decode("").unwrap_err(), Error::Empty);
    assert_eq!(decode("aGFyZHdhcmU=").unwrap_err(), Error::NoRecord);
    assert_eq!(decode("T0FmBAEAHAAA").unwrap_err(), Error::TooShort { length: 9 });
}

#[test]
fn two_hashes_of_one_device_have_one_fingerprint() {
    let mut later = laptop();
    later.origin = None;
    later.network_adapters.pop();
    later.serial_number = Some(" PF3ABC12 ".into());
    assert_ne!(encode(&later), encode(&laptop()));
    assert_eq!(later.fingerprint(), laptop().fingerprint());
    assert_eq!(later.fingerprint().len(), 64);
}

#[test]
fn each_thing_that_identifies_a_device_changes_the_fingerprint() {
    let changes: [fn(&mut HardwareHash); 6] = [
        |hash| hash.serial_number = Some("PF3ABC13".into()),
        |hash| hash.manufacturer = None,
        |hash| hash.model = Some("21HD".into()),
        |hash| hash.smbios_uuid = None,
        |hash| hash.tpm_endorsement_key = Some(vec![8; 64]),
        |hash| (hash.manufacturer, hash.model) = (Some("LENOVO2".into()), Some("1HD004MGE".into())),
    ];
    let mut seen = vec![laptop().fingerprint()];
    for change in changes {
        let mut other = laptop();
        change(&mut other);
        assert!(!seen.contains(&other.fingerprint()));
        seen.push(other.fingerprint());
    }
}

#[test]
fn a_hash_belongs_to_its_serial_number_in_any_case() {
    assert_eq!(laptop().belongs_to(" pf3abc12"), Some(true));
    assert_eq!(laptop().belongs_to("PF3ABC13"), Some(false));
    assert_eq!(HardwareHash::default().belongs_to("PF3ABC12"), None);
}

#[test]
fn an_endorsement_key_stands_in_either_of_two_blocks() {
    assert!(laptop().has_endorsement_key());
    assert!(HardwareHash { tpm_endorsement_key: None, ..laptop() }.has_endorsement_key());
    let of_uefi = OfflineDeviceId { kind: 2, id: vec![7; 32] };
    let without = HardwareHash { tpm_endorsement_key: None, offline_device_id: Some(of_uefi), ..laptop() };
    assert!(!without.has_endorsement_key());
}

#[test]
fn debug_prints_no_hash() {
    let hash = HardwareHash { other: vec![Block { kind: 99, flags: 0, value: vec![250; 3] }], ..laptop() };
    let printed = format!("{hash:?} {:?} {:?}", hash.offline_device_id, hash.other);
    assert!(printed.contains("PF3ABC12") && printed.contains("21HD004MGE"));
    assert!(!printed.contains("250") && !printed.contains("7, 7") && !printed.contains("9, 9"));
}

#[test]
fn the_memory_of_a_display_adapter_is_read() {
    let blocks = [29, 0, 12, 0, 0, 0, 0, 1, 0, 2, 0, 0];
    let memory = DisplayMemory { video: 1 << 24, system: 512 };
    assert_eq!(decode(&sealed(&blocks)).unwrap().display_memories, [memory]);
}

#[test]
fn bits_to_spare_in_the_last_character_do_not_count() {
    let text = sealed(&[14, 0, 6, 0, b'A', 0]);
    assert!(text.ends_with('='));
    let at = text.trim_end_matches('=').len() - 1;
    let other = char::from(text.as_bytes()[at] + 1);
    let text = format!("{}{other}{}", &text[..at], &text[at + 1..]);
    assert_eq!(decode(&text).unwrap().serial_number.as_deref(), Some("A"));
}

#[test]
fn a_device_of_a_lab_is_whole_and_is_itself_again() {
    let of = |serial: &str| of_a_lab(serial, "Contoso", "Lab 1");
    let text = encode(&of("LAB-1"));
    let read = decode(&text).unwrap();
    assert!(read == of("LAB-1") && text.len() == 4000 && read.lacks().is_none() && read.has_endorsement_key());
    assert_eq!(text, encode(&of("LAB-1")));
    let (one, other) = (of("LAB-1"), of("LAB-2"));
    assert_ne!(one.fingerprint(), other.fingerprint());
    assert_ne!(one.smbios_uuid, other.smbios_uuid);
    assert_ne!(one.network_adapters, other.network_adapters);
}

#[test]
fn numbers_have_their_words_and_unknown_ones_stay_numbers() {
    let hash = laptop();
    assert_eq!(hash.network_adapters[1].address(), "02-00-5E-01-02-04");
    assert_eq!((hash.network_adapters[1].medium_word(), hash.disks[0].bus_word()), ("Ethernet".into(), "NVMe".into()));
    assert_eq!((hash.disks[0].kind_word(), hash.origin.unwrap().architecture_word()), ("SSD".into(), "x64".into()));
    assert_eq!(hash.chassis.unwrap().power_role_word(), "mobile");
    assert_eq!(Disk { capacity: 0, bus: 99, kind: 7 }.bus_word(), "99");
}

/// What a state remembers of a device must stay the same from version to version.
#[test]
fn the_fingerprint_of_a_device_is_what_it_was() {
    assert_eq!(laptop().fingerprint(), "0acb5807438af8c7fcb945426db93d70eda6d72cf99fc2d22f2f23559d83296c");
}

#[test]
fn what_stands_behind_the_record_is_zeros() {
    let text = encode(&laptop());
    let whole = sealed(&[14, 0, 8, 0, b'A', b'B', b'C', 0]);
    assert!(!whole.ends_with('='), "so that it can be pasted twice");
    assert_eq!(decode(&text.repeat(2)).unwrap_err(), Error::Twice);
    assert_eq!(decode(&whole.repeat(2)).unwrap_err(), Error::Twice);
    assert_eq!(decode(&format!("{whole}AAAAQUJD")).unwrap_err(), Error::Behind);
    assert_eq!(decode(&format!("{}B", &text[..3999])).unwrap_err(), Error::Behind);
}

#[test]
fn a_hash_that_is_cut_in_its_zeros_or_goes_on_is_doubted() {
    let text = encode(&laptop());
    assert_eq!(odd_length(&format!(" {text}\n")), None);
    let cut = &text[..3996];
    assert!(decode(cut).is_ok());
    assert!(odd_length(cut).is_some_and(|why| why.contains("has 3996 characters") && why.contains("were cut off")));
    let longer = format!("{text}AAAA");
    assert!(decode(&longer).is_ok());
    assert!(odd_length(&longer).is_some_and(|why| why.contains("something was added")));
    let large = HardwareHash { disk_serial_numbers: vec!["0123456789".repeat(20); 20], ..laptop() };
    assert_eq!(odd_length(&encode(&large)), None, "a record that needs more has more");
}
