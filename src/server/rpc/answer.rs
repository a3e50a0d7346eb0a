//! What every RPC does around its work: a line in the log, and an answer whatever happens.

use std::pin::Pin;

use tokio::sync::mpsc::Sender;
use tokio_stream::{Stream, StreamExt};
use tonic::{Response, Status};
use tracing::Instrument;

use super::{convert, stream};
use crate::{
    diagnostic::Diagnostic,
    server::{crash, proto::tfplugin6 as proto},
};

/// What an RPC answers when it fails.
pub(super) trait Fail {
    fn fail(diagnostic: Diagnostic) -> Self;
}

/// For the answers that carry diagnostics and may leave out the rest.
macro_rules! fails_by_diagnostics {
    ($($rpc:ident),*) => {
        $(impl Fail for proto::$rpc::Response {
            fn fail(diagnostic: Diagnostic) -> Self {
                let mut answer = Self::default();
                answer.diagnostics.push(convert::diagnostic(diagnostic));
                answer
            }
        })*
    };
}

fails_by_diagnostics!(
    get_metadata,
    get_provider_schema,
    get_resource_identity_schemas,
    get_functions,
    validate_provider_config,
    configure_provider,
    validate_resource_config,
    upgrade_resource_state,
    read_resource,
    plan_resource_change,
    apply_resource_change,
    import_resource_state,
    upgrade_resource_identity,
    move_resource_state,
    generate_resource_config,
    validate_data_resource_config,
    read_data_source,
    validate_ephemeral_resource_config,
    open_ephemeral_resource,
    renew_ephemeral_resource,
    close_ephemeral_resource,
    validate_list_resource_config,
    validate_action_config,
    plan_action
);

impl Fail for proto::call_function::Response {
    fn fail(diagnostic: Diagnostic) -> Self {
        let error = proto::FunctionError { text: diagnostic.detail, function_argument: None };
        Self { result: None, error: Some(error) }
    }
}

/// An answer of gRPC's.
pub(super) type Answer<R> = Result<Response<R>, Status>;

/// Runs one RPC about a thing (its name, or nothing), logs it, and makes an answer of every failure.
pub(super) async fn answer<R: Fail>(
    rpc: &'static str,
    about: String,
    work: impl Future<Output = Result<R, Diagnostic>>,
) -> Answer<R> {
    Ok(Response::new(guarded(rpc, about, work).await.unwrap_or_else(R::fail)))
}

/// The same for an answer in parts. `work` is given where to tell them, and gives the last one; a failure is the last
/// one too. `part` says it in core's terms.
pub(super) fn answer_in_parts<T, W, P>(
    rpc: &'static str,
    about: String,
    work: impl FnOnce(Sender<T>) -> W,
    failed: fn(Diagnostic) -> T,
    part: impl Fn(T) -> P + Send + 'static,
) -> Answer<Parts<P>>
where
    T: Send + 'static,
    W: Future<Output = Result<Option<T>, Diagnostic>> + Send + 'static,
{
    let told = stream::parts(|sender| {
        let work = guarded(rpc, about, work(sender));
        async move { work.await.unwrap_or_else(|diagnostic| Some(failed(diagnostic))) }
    });
    Ok(Response::new(Box::pin(told.map(move |told| Ok(part(told))))))
}

/// What tonic streams.
pub(super) type Parts<P> = Pin<Box<dyn Stream<Item = Result<P, Status>> + Send>>;

/// Logs the work of an RPC, and catches its panic.
async fn guarded<T>(
    rpc: &'static str,
    about: String,
    work: impl Future<Output = Result<T, Diagnostic>>,
) -> Result<T, Diagnostic> {
    let about = (!about.is_empty()).then_some(about);
    let span = tracing::info_span!("rpc", tf_rpc = rpc, about);
    let logged = async {
        tracing::debug!("received");
        let answer = crash::catch(work).await;
        tracing::debug!("answered");
        answer
    };
    logged.instrument(span).await.unwrap_or_else(|crash| Err(crash.diagnostic(rpc)))
}
