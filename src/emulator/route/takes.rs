//! Which query options an operation takes. The desk refuses all others before the operation runs; what is taken, the
//! operation does as the service does it, or refuses in the service's words.

use crate::emulator::odata::options::Options;

pub(super) const NOTHING: Options = Options::NONE;
/// An entity, without relationships that could be expanded.
pub(super) const SELECT: Options = Options::SELECT;
/// An entity.
pub(super) const ENTITY: Options = SELECT.and(Options::EXPAND);
/// What comes in pages.
const PAGES: Options = Options::TOP.and(Options::SKIP_TOKEN);

/// A list of Intune's that is read whole or in pages, and can be counted and cut.
pub(super) const LIST: Options =
    ENTITY.and(PAGES).and(Options::FILTER).and(Options::ORDERBY).and(Options::SKIP).and(Options::COUNT);
/// Nothing says that Enrollment Status Pages are counted.
pub(super) const PAGES_LIST: Options = LIST.without(Options::COUNT);
/// Profiles take `$select`, `$top`, `$skip`, `$orderby` and `$expand`, as their properties' documentation says.
pub(super) const PROFILES_LIST: Options = PAGES_LIST.without(Options::FILTER);
/// A device of Autopilot's; `$select` is answered 500.
pub(super) const DEVICE: Options = ENTITY;
/// Devices of Autopilot's. Most of it is refused with words of its own.
pub(super) const DEVICES_LIST: Options =
    DEVICE.and(PAGES).and(Options::FILTER).and(Options::ORDERBY).and(Options::SEARCH).and(Options::COUNT);
pub(super) const ASSIGNED_DEVICES: Options = DEVICES_LIST.without(Options::FILTER).without(Options::COUNT);
pub(super) const IMPORTS_LIST: Options = PAGES.and(Options::FILTER);
pub(super) const MANAGED_LIST: Options = IMPORTS_LIST.and(SELECT);
/// Devices that are associated with the tenant.
pub(super) const ASSOCIATIONS_LIST: Options = MANAGED_LIST.and(Options::ORDERBY);
pub(super) const TEMPLATES_LIST: Options = SELECT.and(Options::FILTER);
pub(super) const TEMPLATE_SETTINGS: Options = PAGES.and(Options::EXPAND);

/// A collection of directory objects.
pub(super) const OBJECTS: Options = RELATED.and(Options::EXPAND);
/// Their number.
pub(super) const NUMBER: Options = Options::FILTER.and(Options::SEARCH);
/// What a directory object is related to.
pub(super) const RELATED: Options =
    SELECT.and(PAGES).and(Options::FILTER).and(Options::ORDERBY).and(Options::SEARCH).and(Options::COUNT);
pub(super) const DELTA: Options = SELECT.and(Options::FILTER).and(Options::SKIP_TOKEN).and(Options::DELTA_TOKEN);
