//! Windows Autopilot as code: the code map.
//!
//! Imports go down only. A test reads the sources and holds the floors.
//!
//! | floor | modules |
//! |---|---|
//! | 0 | [`value`], [`path`], [`diagnostic`]: values, where they are, what the user is told |
//! | 1 | [`schema`]: attributes and validators, data only |
//! | 2 | [`wire`], [`plan`], [`knowledge`], [`registry_docs`], `hcl`: pure functions over values |
//! | 3 | [`graph`]: the HTTP client of Microsoft Graph; knows no Terraform |
//! | 3 | `autopilot`: what of the Autopilot service several of the floor 5 use; over [`graph`], knows no Terraform |
//! | 3 | `login`: sign-ins of administrators, and where they are kept; over [`graph`], knows no Terraform |
//! | 4 | [`resource`]: what a resource is, and the verbs most of them share |
//! | 5 | [`resources`], [`data_sources`], [`functions`], [`actions`]: one thing, one file |
//! | 6 | [`provider`]: settings, choice of credential |
//! | 7 | [`server`]: plugin protocol 6, as go-plugin speaks it |
//! | 8 | [`cli`]: the commands of a person |
//! | - | `emulator`: a tower of its own with floors of its own, imported by [`cli`] only, and only there with the feature of that name |

pub mod actions;
pub(crate) mod autopilot;
pub mod cli;
pub mod data_sources;
pub mod diagnostic;
#[cfg(feature = "emulator")]
pub mod emulator;
pub mod functions;
pub mod graph;
#[cfg(feature = "emulator")]
pub(crate) mod hcl;
pub mod knowledge;
pub(crate) mod login;
pub mod path;
pub mod plan;
pub mod provider;
pub mod registry_docs;
pub mod resource;
pub mod resources;
pub mod schema;
pub mod server;
pub mod value;
pub mod wire;
