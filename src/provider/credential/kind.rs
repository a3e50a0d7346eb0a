//! What a kind of credential is, and what a choice comes to.

use std::sync::Arc;

use crate::{
    graph::{Cloud, Credential},
    path::Path,
    provider::search::{Place, Search},
    schema::Attribute,
};

/// A kind of credential.
pub(in crate::provider) struct Kind {
    /// As a sentence names it, with its article.
    pub(in crate::provider) name: &'static str,
    /// The setting that chooses it, where there is one.
    pub(in crate::provider) switch: Option<Switch>,
    /// What it shows, in the order in which it is looked for. One that is set chooses it.
    pub(in crate::provider) shown: &'static [Place],
    /// What it reads besides, which chooses nothing.
    pub(in crate::provider) besides: &'static [Place],
    /// Settings that cannot be set together: each with the one that it excludes.
    pub(in crate::provider) exclude: &'static [(&'static str, &'static str)],
    /// Its settings.
    pub(in crate::provider) attributes: fn() -> Vec<Attribute>,
    /// Finds all that it needs. None where something is unknown or missing, which the search tells.
    pub(in crate::provider) make: fn(&mut Search<'_>, &Target) -> Option<Chosen>,
}

impl Kind {
    pub(in crate::provider) fn make(&self, search: &mut Search<'_>, target: &Target) -> Option<Chosen> {
        (self.make)(search, target)
    }
}

/// A setting that chooses a kind, or rules it out.
#[derive(Clone, Copy)]
pub(in crate::provider) struct Switch {
    pub(in crate::provider) attribute: &'static str,
    pub(in crate::provider) variable: &'static str,
}

/// Where it signs in.
pub(in crate::provider) struct Target {
    pub(in crate::provider) cloud: Cloud,
    pub(in crate::provider) authority: String,
}

/// The credential that was chosen.
pub(in crate::provider) struct Chosen {
    pub(in crate::provider) credential: Arc<dyn Credential>,
    /// What was used, and where it came from: said after a sign-in that was refused. Holds no secret.
    pub(in crate::provider) used: Vec<String>,
    pub(in crate::provider) about: About,
    /// The tenant that was asked for: an id, or a domain.
    pub(in crate::provider) tenant: Option<String>,
    /// The application that was asked for.
    pub(in crate::provider) client: Option<String>,
}

/// The attributes that a refused sign-in can be about.
#[derive(Default)]
pub(in crate::provider) struct About {
    pub(in crate::provider) tenant: Option<&'static str>,
    pub(in crate::provider) client: Option<&'static str>,
    /// What the application proves itself with.
    pub(in crate::provider) proof: Option<&'static str>,
}

impl About {
    /// The attribute that these `AADSTS` errors are about.
    pub(in crate::provider) fn path(&self, codes: &[u32]) -> Option<Path> {
        let attribute = codes.iter().find_map(|code| match code {
            7_000_215 | 7_000_222 | 50_027 | 700_021 | 700_023 | 700_024 | 700_027 | 700_211..=700_213 => self.proof,
            700_016 | 7_000_112 | 7_000_229 => self.client,
            90_002 | 900_021 | 900_023 => self.tenant,
            _ => None,
        });
        attribute.map(Path::of)
    }
}
