//! go-plugin's own services: the controller, which ends the process, stdio, and the health check.

use futures_util::{StreamExt, stream};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, codegen::BoxStream};

use super::proto::{
    health::{HealthCheckRequest, HealthCheckResponse, health_check_response::ServingStatus, health_server::Health},
    plugin::{Empty, StdioData, grpc_controller_server::GrpcController, grpc_stdio_server::GrpcStdio},
};

/// The service that go-plugin asks the health of.
const PLUGIN: &str = "plugin";

/// Core is done with the process.
pub(super) struct Controller {
    /// Cancelled by a Shutdown.
    pub(super) shutdown: CancellationToken,
}

#[tonic::async_trait]
impl GrpcController for Controller {
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        tracing::debug!("shutdown");
        self.shutdown.cancel();
        Ok(Response::new(Empty {}))
    }
}

/// Says nothing: what we write to stderr reaches core without it. The stream is held open until the end, which also
/// keeps grpc-go from closing a connection that was idle for half an hour.
pub(super) struct Stdio {
    /// Cancelled when the server ends.
    pub(super) ending: CancellationToken,
}

#[tonic::async_trait]
impl GrpcStdio for Stdio {
    async fn stream_stdio(&self, _: Request<()>) -> Result<Response<BoxStream<StdioData>>, Status> {
        Ok(Response::new(Box::pin(stream::pending().take_until(self.ending.clone().cancelled_owned()))))
    }
}

/// Healthy as long as it answers. Watch answers UNIMPLEMENTED, as the protocol of gRPC allows.
pub(super) struct Healthy;

#[tonic::async_trait]
impl Health for Healthy {
    async fn check(&self, request: Request<HealthCheckRequest>) -> Result<Response<HealthCheckResponse>, Status> {
        match request.get_ref().service.as_str() {
            "" | PLUGIN => Ok(Response::new(HealthCheckResponse { status: ServingStatus::Serving.into() })),
            _ => Err(Status::not_found("no such service")),
        }
    }
}
