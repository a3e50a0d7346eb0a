//! One run of Terraform, and what it said.

use std::{
    fmt,
    process::{Command, Output, Stdio},
};

use serde_json::Value;

/// A run that came to its end.
pub(super) struct Run {
    pub(super) code: Option<i32>,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Run {
    pub(super) fn of(command: &mut Command) -> Run {
        Run::ended(&command.stdin(Stdio::null()).output().expect("terraform starts"))
    }

    pub(super) fn ended(output: &Output) -> Run {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Run { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    /// The run, which has to have worked.
    #[track_caller]
    pub(super) fn succeeds(self) -> Run {
        assert_eq!(self.code, Some(0), "{self}");
        self
    }

    /// The run, which has to have failed.
    #[track_caller]
    pub(super) fn fails(self) -> Run {
        assert_eq!(self.code, Some(1), "{self}");
        self
    }

    /// What it told of errors and warnings, of a run with `-json`.
    pub(super) fn diagnostics(&self) -> Vec<Diagnostic> {
        let messages = self.stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        messages.filter_map(|message| Diagnostic::of(message.get("diagnostic")?)).collect()
    }

    pub(super) fn errors(&self) -> Vec<Diagnostic> {
        self.diagnostics().into_iter().filter(|told| told.severity == "error").collect()
    }

    pub(super) fn warnings(&self) -> Vec<Diagnostic> {
        let of_overrides = "Provider development overrides are in effect";
        self.diagnostics()
            .into_iter()
            .filter(|told| told.severity == "warning" && told.summary != of_overrides)
            .collect()
    }

    /// The one error of a run that fails.
    #[track_caller]
    pub(super) fn error(&self) -> Diagnostic {
        match self.errors().as_slice() {
            [only] => only.clone(),
            errors => panic!("{} errors where one was expected\n{self}", errors.len()),
        }
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "exit {:?}", self.code)?;
        for line in self.stdout.lines().chain(self.stderr.lines()).filter(|line| !line.contains("[TRACE]")) {
            match serde_json::from_str::<Value>(line) {
                Ok(told) if told["diagnostic"].is_object() => {
                    writeln!(f, "{}\n{}", told["@message"], told["diagnostic"]["detail"])?;
                }
                Ok(told) if told["@message"].is_string() => writeln!(f, "{}", told["@message"])?,
                _ => writeln!(f, "{line}")?,
            }
        }
        Ok(())
    }
}

/// An error or a warning as Terraform tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Diagnostic {
    pub(super) severity: String,
    pub(super) summary: String,
    pub(super) detail: String,
    /// What of the configuration it is about.
    pub(super) address: String,
    /// The text of the line of the configuration that it points at. Empty where it points at none.
    pub(super) line: String,
}

impl Diagnostic {
    fn of(told: &Value) -> Option<Diagnostic> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Some(Diagnostic {
            severity: told.get("severity")?.as_str()?.to_owned(),
            summary: text(&told["summary"]),
            detail: text(&told["detail"]),
            address: text(&told["address"]),
            line: text(&told["snippet"]["code"]).trim().to_owned(),
        })
    }

    /// Whether all of these stand in what it says.
    #[track_caller]
    pub(super) fn says(&self, parts: &[&str]) {
        for part in parts {
            assert!(self.detail.contains(part) || self.summary.contains(part), "{part:?} is missing in {self:#?}");
        }
    }
}

/// A plan, as `terraform show -json` tells it.
pub(super) struct Plan {
    pub(super) run: Run,
    pub(super) json: Value,
}

impl Plan {
    /// What it would do: `update autopilot_group.x: description`, with each attribute that differs; `create …`,
    /// `delete …`, `replace …`; `output NAME` for a change of outputs. In Terraform's order, empty when nothing.
    pub(super) fn changes(&self) -> Vec<String> {
        let mut changes = Vec::new();
        for resource in self.json["resource_changes"].as_array().into_iter().flatten() {
            let address = resource["address"].as_str().unwrap_or_default();
            let change = &resource["change"];
            let actions: Vec<_> =
                change["actions"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            match actions.as_slice() {
                ["no-op"] => {}
                ["read"] => changes.push(format!("read {address}")),
                ["create"] => changes.push(format!("create {address}")),
                ["delete"] => changes.push(format!("delete {address}")),
                ["update"] => {
                    let mut paths = Vec::new();
                    differing("", &change["before"], &change["after"], &change["after_unknown"], &mut paths);
                    changes.push(format!("update {address}: {}", paths.join(", ")));
                }
                _ => changes.push(format!("replace {address}")),
            }
        }
        for (name, change) in self.json["output_changes"].as_object().into_iter().flatten() {
            if change["actions"] != serde_json::json!(["no-op"]) {
                changes.push(format!("output {name}"));
            }
        }
        changes
    }

    /// The plan, which has to be of no change at all.
    #[track_caller]
    pub(super) fn is_empty(&self) {
        assert_eq!(self.changes(), Vec::<String>::new(), "{}", self.run);
        assert_eq!(self.run.code, Some(0), "{}", self.run);
    }

    #[track_caller]
    pub(super) fn is(&self, expected: &[&str]) {
        assert_eq!(self.changes(), expected, "{}", self.run);
    }
}

/// The attributes in which two objects differ, by their paths. What is unknown afterwards differs.
fn differing(at: &str, before: &Value, after: &Value, unknown: &Value, paths: &mut Vec<String>) {
    let (Some(old), Some(new)) = (before.as_object(), after.as_object()) else {
        if before != after || *unknown == Value::Bool(true) {
            paths.push(at.to_owned());
        }
        return;
    };
    let mut names: Vec<_> = old.keys().chain(new.keys()).collect();
    names.extend(unknown.as_object().into_iter().flat_map(|unknown| unknown.keys()));
    names.sort();
    names.dedup();
    for name in names {
        let path = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
        let part = |whole: &Value| whole.get(name).cloned().unwrap_or(Value::Null);
        differing(&path, &part(before), &part(after), &part(unknown), paths);
    }
}
