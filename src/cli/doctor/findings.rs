//! What was found, part by part: to read and as JSON alike.

use serde_json::{Map, Value as Json, json};

/// How it stands with something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// As it should be.
    Good,
    /// Good to know, or not known.
    Note,
    /// Something is missing, and the rest works.
    Missing,
    /// Nothing works without it.
    Stopped,
}

/// One thing that was found.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) standing: Standing,
    /// One sentence.
    pub(super) said: String,
    /// What belongs to it.
    pub(super) details: Vec<String>,
    /// What to do.
    pub(super) remedy: Vec<String>,
    /// What to type, as it is.
    pub(super) commands: String,
}

impl Finding {
    pub(super) fn new(standing: Standing, said: impl Into<String>) -> Finding {
        Finding { standing, said: said.into(), details: Vec::new(), remedy: Vec::new(), commands: String::new() }
    }

    pub(super) fn with(mut self, details: impl IntoIterator<Item = String>) -> Finding {
        self.details.extend(details);
        self
    }

    /// What to do, with the commands.
    fn mended(&self) -> String {
        let commands = Some(self.commands.as_str()).filter(|commands| !commands.is_empty());
        self.remedy.iter().map(String::as_str).chain(commands).collect::<Vec<_>>().join("\n")
    }

    pub(super) fn mended_by(mut self, remedy: impl Into<String>) -> Finding {
        self.remedy.push(remedy.into());
        self
    }
}

/// All that was found of one thing.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// What the JSON calls it.
    pub(super) name: &'static str,
    pub(super) json: Json,
    pub(super) findings: Vec<Finding>,
}

/// All of it.
#[derive(Clone, Debug)]
pub(super) struct Report {
    pub(super) parts: Vec<Part>,
}

impl Report {
    /// As the help tells it.
    pub(super) fn exit_code(&self) -> u8 {
        let findings = self.parts.iter().flat_map(|part| &part.findings);
        match findings.map(|finding| finding.standing).max() {
            Some(Standing::Stopped) => 1,
            Some(Standing::Missing) => 2,
            _ => 0,
        }
    }

    /// One object, as the help tells it.
    pub(super) fn json(&self) -> Json {
        let parts = self.parts.iter().map(|part| (part.name.to_owned(), part.json.clone()));
        let mut object: Map<String, Json> = parts.collect();
        let all = self.parts.iter().flat_map(|part| part.findings.iter().map(move |finding| (part.name, finding)));
        let bad = all.filter(|(_, finding)| finding.standing > Standing::Note);
        // What stopped the one may stop the other, and is mended there: a proxy that does not answer.
        let stopped = bad.clone().filter(|(_, finding)| finding.standing == Standing::Stopped);
        let of_others =
            stopped.map(|(_, finding)| finding.mended()).find(|remedy| !remedy.is_empty()).unwrap_or_default();
        let problems = bad.map(|(part, finding)| {
            let remedy = match finding.mended() {
                none if none.is_empty() && finding.standing == Standing::Stopped => of_others.clone(),
                remedy => remedy,
            };
            let said: Vec<&str> = [&finding.said].into_iter().chain(&finding.details).map(String::as_str).collect();
            json!({"part": part, "problem": said.join("\n"), "remedy": remedy})
        });
        object.insert("problems".to_owned(), problems.collect());
        object.insert("exit_code".to_owned(), self.exit_code().into());
        Json::Object(object)
    }
}
