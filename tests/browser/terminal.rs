//! A picture of what a command shows in a terminal.

use std::{
    fs,
    process::{Command, Stdio},
};

use serde_json::json;

use super::{driver::Browser, pictures::keep};

/// How wide the terminal is: letters, and points of the picture.
const COLUMNS: usize = 84;
const WIDTH: u32 = 724;

/// Each letter stands on a whole point, so that the same letter is the same points: the picture is much smaller.
const STYLE: &str = "body { margin: 24px 26px; background: #0d1117; color: #d0d7de; white-space: pre;
        font: 13px/18px monospace; letter-spacing: calc(8px - 1ch) }
    .bold { font-weight: bold; color: #fff } .dim { color: #8b949e } .red { color: #ff7b72 } .green { color: #56d364 }
    .yellow { color: #e3b341 }";

/// The colours of a terminal that the demo and Terraform use, as classes of the page.
fn class(code: &str) -> Option<&'static str> {
    match code {
        "1" => Some("bold"),
        "2" => Some("dim"),
        "31" => Some("red"),
        "32" => Some("green"),
        "33" => Some("yellow"),
        _ => None,
    }
}

/// Coloured text as a page: each sequence of codes ends what was before it if it says so, and begins its own.
fn page(text: &str) -> String {
    let mut shown = String::new();
    let mut classes: Vec<&str> = Vec::new();
    for (n, part) in text.split("\x1b[").enumerate() {
        let (codes, words) = if n == 0 { ("0", part) } else { part.split_once('m').unwrap_or(("0", part)) };
        for code in codes.split(';') {
            match class(code) {
                Some(class) => classes.push(class),
                None => classes.clear(),
            }
        }
        let words = words.replace('&', "&amp;").replace('<', "&lt;");
        shown += &format!("<span class='{}'>{words}</span>", classes.join(" "));
    }
    format!("<!doctype html><meta charset='utf-8'><style>{STYLE}</style>{shown}")
}

#[test]
fn a_picture_of_the_demo() {
    let mut demo = Command::new(env!("CARGO_BIN_EXE_terraform-provider-autopilot"));
    let folder = tempfile::tempdir().expect("a folder");
    demo.arg("demo").env("COLUMNS", COLUMNS.to_string()).env("CLICOLOR_FORCE", "1").env_remove("NO_COLOR");
    let shown = demo.env("TMPDIR", folder.path()).stdin(Stdio::null()).output().expect("the program starts");
    assert!(shown.status.success(), "{}", String::from_utf8_lossy(&shown.stderr));
    let shown = String::from_utf8(shown.stdout).expect("UTF-8");
    // Until all is set up: what comes then is more of the same. A person's files are in a folder with a shorter name.
    let (until, _) = shown.split_once("\n\x1b[1m5 of ").expect("a fifth part");
    let until = until.replace(&*folder.path().to_string_lossy(), "/tmp");
    let file = folder.path().join("demo.html");
    fs::write(&file, page(&format!("\x1b[2m$ terraform-provider-autopilot demo\x1b[0m\n\n{until}"))).expect("a file");

    let browser = Browser::start(WIDTH, 800, true);
    browser.open(&format!("file://{}", file.display()));
    let height = browser.value("document.documentElement.scrollHeight");
    let size = json!({"width": WIDTH, "height": height, "deviceScaleFactor": 1, "mobile": false});
    browser.devtools("Emulation.setDeviceMetricsOverride", &size);
    assert_eq!(browser.value("document.documentElement.scrollWidth <= innerWidth"), json!(true), "it fits its picture");
    keep("demo.png", &browser.picture());
}
