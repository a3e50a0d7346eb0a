//! Files of export jobs, fetched beside Graph by whoever has the signed address.

use super::exchange::{Incoming, Reply};
use super::world::World;
use crate::emulator::clock::millis;
use crate::emulator::intune::reports::{DOWNLOADS, file};
use crate::emulator::odata::query::Query;

/// Answers a request to a file's address; nothing where the path is another.
pub(super) fn serve(world: &World, incoming: &Incoming) -> Option<Reply> {
    let (path, query) = incoming.target.split_once('?').unwrap_or((&incoming.target, ""));
    let (tenant, name) = path.strip_prefix(DOWNLOADS)?.split_once('/')?;
    let job = name.strip_suffix(".zip")?;
    if incoming.method != "GET" {
        return Some(Reply { status: 405, ..Reply::default() });
    }
    let query = Query::parse(query);
    let tenant = world.tenants.get(tenant);
    let ready = millis(world.settings.export_seconds);
    let found =
        tenant.and_then(|tenant| file(tenant, job, query.get("sig").unwrap_or_default(), ready, world.clock.now()));
    // A store of files does not tell a wrong signature from a file that is not there.
    let reply = found.map_or_else(
        || Reply { status: 403, ..Reply::default() },
        |body| {
            let headers = vec![("content-type", "application/zip".to_owned())];
            Reply { status: 200, headers, body, ..Reply::default() }
        },
    );
    Some(reply)
}
