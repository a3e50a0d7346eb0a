//! The client secret and the hardware hashes are in no state, no plan file, and no log.

use std::fs;

use super::lab::Lab;

/// A piece of each device's hash that is its own, as the file has it.
fn pieces_of_hashes(csv: &str) -> Vec<String> {
    let hashes = csv.lines().skip(1).filter_map(|row| row.split(',').nth(2));
    hashes.map(|hash| hash.chars().skip(400).take(40).collect()).collect()
}

#[test]
fn neither_the_secret_nor_a_hash_is_kept_or_told() {
    let lab = Lab::of_example("scenarios/user-driven-entra-join");
    let csv = fs::read_to_string(lab.folder().join("devices.csv")).expect("the devices");
    let mut secrets = pieces_of_hashes(&csv);
    assert_eq!(secrets.len(), 25);
    assert!(secrets.iter().all(|piece| piece.len() == 40 && piece.chars().any(|letter| letter != 'A')), "{secrets:?}");
    secrets.push(lab.setting("ARM_CLIENT_SECRET").to_owned());
    let never_in = |what: &str, text: &str| {
        for secret in &secrets {
            assert!(!text.contains(secret.as_str()), "{what} holds {secret}");
        }
    };

    let traced = |words: &[&str]| {
        let mut command = lab.command(words);
        let run = super::run::Run::of(command.env("TF_LOG", "trace")).succeeds();
        assert!(run.stderr.contains("[TRACE]") || run.stderr.contains("@level"), "the log is there");
        assert!(run.stderr.contains("provider.terraform-provider-autopilot"), "the provider's log is in it");
        never_in("the log", &run.stderr);
        never_in("the output", &run.stdout);
        run.stderr
    };
    traced(&["plan", "-no-color", "-input=false", "-out=traced.tfplan"]);
    let plan = fs::read(lab.folder().join("traced.tfplan")).expect("the plan file");
    let entries = unzipped(&plan);
    assert!(entries.iter().any(|(name, _)| name == "tfplan"), "the plan file holds a plan");
    for (name, content) in entries {
        never_in(&format!("{name} in the plan file"), &String::from_utf8_lossy(&content));
    }
    let log = traced(&["apply", "-no-color", "-input=false", "traced.tfplan"]);
    assert!(log.contains("importedWindowsAutopilotDeviceIdentities"), "the requests are in the log");
    never_in("the state", &lab.state_text());
    assert_eq!(lab.tenant.devices().len(), 25);
}

/// The files of an archive, by the directory at its end (APPNOTE.TXT 4.3.12).
fn unzipped(archive: &[u8]) -> Vec<(String, Vec<u8>)> {
    let number = |at: usize, bytes: usize| {
        archive[at..at + bytes].iter().rev().fold(0_usize, |number, byte| number << 8 | usize::from(*byte))
    };
    let mut files = Vec::new();
    let mut at = archive.windows(4).position(|four| four == b"PK\x01\x02").expect("a directory");
    while archive[at..].starts_with(b"PK\x01\x02") {
        let (method, packed, name) = (number(at + 10, 2), number(at + 20, 4), number(at + 28, 2));
        let local = number(at + 42, 4);
        let content = local + 30 + number(local + 26, 2) + number(local + 28, 2);
        let content = &archive[content..content + packed];
        let content = match method {
            0 => content.to_vec(),
            8 => inflated(content),
            other => panic!("packed by method {other}"),
        };
        files.push((String::from_utf8_lossy(&archive[at + 46..at + 46 + name]).into_owned(), content));
        at += 46 + name + number(at + 30, 2) + number(at + 32, 2);
    }
    files
}

fn inflated(content: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::DeflateDecoder::new(content), &mut whole).expect("deflated");
    whole
}
