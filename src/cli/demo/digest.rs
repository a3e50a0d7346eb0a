//! What is shown of what Terraform says: in its own words what becomes of each thing, and what the run came to. Its attributes are not.

/// So many fit a screen beside what stands around them, though each were folded once.
const MOST: usize = 14;

/// What Terraform ends a line with when something is done.
const DONE: [&str; 4] = ["Creation", "Modifications", "Destruction", "Read"];

/// What Terraform begins the line with that says what a run came to.
const RESULTS: [&str; 2] = ["Plan: ", "Apply complete! "];

/// What is remembered of what Terraform says.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// All of it.
    pub(super) all: Vec<String>,
    /// The titles of its warnings, each once.
    pub(super) warned: Vec<String>,
    /// The line that says what it came to.
    pub(super) result: String,
    /// How many lines told of a single thing.
    told: usize,
}

impl Said {
    /// Takes a line in; whether it is to be shown now.
    pub(super) fn takes(&mut self, line: &str, of_script: bool) -> bool {
        self.all.push(line.to_owned());
        let plain = anstream::adapter::strip_str(line).to_string();
        if let Some(title) = warning(&plain).filter(|title| !self.warned.contains(title)) {
            self.warned.push(title);
        }
        if is_result(&plain, of_script) {
            line.clone_into(&mut self.result);
            return false;
        }
        let tells = tells(&plain, of_script);
        self.told += usize::from(tells);
        tells && self.told <= MOST
    }

    /// How many lines were like those that were shown.
    pub(super) fn more(&self) -> usize {
        self.told.saturating_sub(MOST)
    }

    /// Whether any line told of a single thing.
    pub(super) fn has_told(&self) -> bool {
        self.told > 0
    }

    /// From the first error on; nothing where there is none.
    pub(super) fn errors(&self) -> &[String] {
        let is_error = |line: &String| {
            anstream::adapter::strip_str(line).to_string().trim_start_matches(['│', ' ']).starts_with("Error: ")
        };
        // On a terminal each error has a frame, which begins a line above.
        let first = self.all.iter().position(is_error).map(|first| first.saturating_sub(1));
        first.and_then(|first| self.all.get(first..)).unwrap_or_default()
    }

    /// What it came to, in short.
    pub(super) fn result_in_short(&self) -> String {
        let plain = anstream::adapter::strip_str(&self.result).to_string();
        if plain.starts_with("No changes.") {
            return "No changes.".to_owned();
        }
        RESULTS.iter().find_map(|begin| plain.strip_prefix(begin)).unwrap_or(&plain).to_owned()
    }
}

/// Whether the line says what becomes of one thing: a group, or a tenant of a script's.
fn tells(line: &str, of_script: bool) -> bool {
    if of_script {
        return line.trim_start().starts_with(|first: char| first.is_ascii_digit()) && line.contains(" of ");
    }
    // A line of the same beginning with a bracket tells more of the one before.
    let is_planned = line.strip_prefix("  # ").is_some_and(|planned| !planned.starts_with('('));
    is_planned || DONE.iter().any(|done| line.contains(&format!(": {done} complete after ")))
}

/// Whether the line says what a run came to: Terraform's summary, or the sum of a script's runs.
fn is_result(line: &str, of_script: bool) -> bool {
    line.starts_with("No changes.")
        || match of_script {
            true => line.contains(" tenants: "),
            false => RESULTS.iter().any(|begin| line.starts_with(begin)),
        }
}

/// The title of a warning, if the line is one: `│ Warning: Title`.
fn warning(line: &str) -> Option<String> {
    line.trim_start_matches(['│', ' ']).strip_prefix("Warning: ").map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(lines: &[&str], of_script: bool) -> (Vec<String>, Said) {
        let mut said = Said::default();
        let shown = lines.iter().filter(|line| said.takes(line, of_script)).map(|line| (*line).to_owned()).collect();
        (shown, said)
    }

    #[test]
    fn of_a_plan_its_objects_are_shown_and_none_of_their_attributes() {
        let planned = "\u{1b}[1m  # autopilot_group.g\u{1b}[0m will be created";
        let result = "\u{1b}[0m\u{1b}[1mPlan:\u{1b}[0m 1 to add, 0 to change, 0 to destroy.";
        let (shown, said) = said(
            &[
                "Terraform will perform the following actions:",
                planned,
                "  # (depends on a resource or a module with changes pending)",
                "  + resource \"autopilot_group\" \"g\" {",
                "      + display_name = \"Plan: g\"",
                result,
            ],
            false,
        );
        assert_eq!(shown, [planned]);
        assert_eq!(said.result, result);
        assert_eq!(said.result_in_short(), "1 to add, 0 to change, 0 to destroy.");
    }

    #[test]
    fn of_an_apply_what_is_done_is_shown() {
        let done = "autopilot_group.g: Creation complete after 1s [id=1]";
        let read = "data.autopilot_devices.d: Read complete after 0s";
        let (shown, said) = said(
            &["autopilot_group.g: Creating...", done, read, "Apply complete! Resources: 1 added.", "Outputs:", "a = 1"],
            false,
        );
        assert_eq!(shown, [done, read]);
        assert_eq!(said.result_in_short(), "Resources: 1 added.");
    }

    #[test]
    fn nothing_to_do_is_a_result() {
        let (shown, said) = said(&["No changes. Your infrastructure matches the configuration."], false);
        assert_eq!((shown.len(), said.result_in_short().as_str()), (0, "No changes."));
    }

    #[test]
    fn of_a_script_each_tenant_is_shown_and_their_sum() {
        let (shown, said) = said(&[" 2 of 50  adatum: Plan: 5 to add", "", "50 tenants: 50 worked, 0 failed."], true);
        assert_eq!(shown, [" 2 of 50  adatum: Plan: 5 to add"]);
        assert_eq!(said.result_in_short(), "50 tenants: 50 worked, 0 failed.");
    }

    #[test]
    fn more_than_a_screen_is_counted() {
        let lines: Vec<_> = (0..25).map(|each| format!("a.b[{each}]: Creation complete after 0s")).collect();
        let (shown, said) = said(&lines.iter().map(String::as_str).collect::<Vec<_>>(), false);
        assert_eq!((shown.len(), said.more(), said.all.len()), (MOST, 25 - MOST, 25));
    }

    #[test]
    fn a_warning_is_known_with_and_without_colours_and_told_once() {
        let lines = [
            "Warning: Mind",
            "│ Warning: Mind",
            "\u{1b}[33m│\u{1b}[0m \u{1b}[33mWarning: \u{1b}[0m\u{1b}[0m\u{1b}[1mMind\u{1b}[0m",
        ];
        for line in lines {
            assert_eq!(said(&[line], false).1.warned, ["Mind"], "{line}");
        }
        assert_eq!(said(&lines, false).1.warned, ["Mind"]);
        assert_eq!(said(&["  A warning: Mind"], false).1.warned, [""; 0]);
    }

    #[test]
    fn an_error_is_whole_and_what_stands_before_it_was_told() {
        let lines = ["a.b: Creating...", "╷", "│ \u{1b}[31mError: \u{1b}[0mNo", "│ Why.", "╵"];
        assert_eq!(said(&lines, false).1.errors(), &lines[1..]);
        assert_eq!(said(&["a.b: Creating..."], false).1.errors(), [""; 0]);
    }
}
