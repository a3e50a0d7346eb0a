//! The RPCs of protocol 6, one file a group. Each decodes, calls a floor below, and encodes.

use super::proto::tfplugin6::provider_server::Provider;

/// The provider as core sees it. What it does not define answers UNIMPLEMENTED.
pub(super) struct Service;

#[tonic::async_trait]
impl Provider for Service {}
