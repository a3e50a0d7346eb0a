//! Where the tenants are kept: tables in memory, each change written through to one redb file before the answer.
//!
//! A [`Table`] notes which rows a request touched; [`Store::commit`] writes those rows, and only those, in one
//! transaction. Keys are `tenant/kind/id`, values are JSON. Without a file nothing is written.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::ops::Bound;
use std::path::Path;

use ecow::EcoString;
use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition, TableHandle};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The name says in which form rows are written: it changes with the form, so that no file is half understood.
const OBJECTS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("objects 2");

/// Bytes of the file that are kept in memory. All rows are in memory anyway, and read from the file but once.
const CACHE: usize = 4 << 20;

/// Rows by id, in the order of their ids.
pub(crate) struct Table<T> {
    /// Boxed, since a tree of ids in no order leaves a third of its places free.
    rows: BTreeMap<EcoString, Box<T>>,
    changed: BTreeSet<EcoString>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Table::new()
    }
}

impl<T> Table<T> {
    pub(crate) const fn new() -> Table<T> {
        Table { rows: BTreeMap::new(), changed: BTreeSet::new() }
    }

    pub(crate) fn get(&self, id: &str) -> Option<&T> {
        self.rows.get(id).map(|row| &**row)
    }

    pub(crate) fn has(&self, id: &str) -> bool {
        self.rows.contains_key(id)
    }

    /// The row, to be changed: it is written with the request.
    pub(crate) fn edit(&mut self, id: &str) -> Option<&mut T> {
        if !self.changed.contains(id) {
            let (key, _) = self.rows.get_key_value(id)?;
            self.changed.insert(key.clone());
        }
        self.rows.get_mut(id).map(|row| &mut **row)
    }

    pub(crate) fn put(&mut self, id: impl Into<EcoString>, row: T) {
        let id = id.into();
        self.changed.insert(id.clone());
        self.rows.insert(id, Box::new(row));
    }

    /// Takes in a row that is in the store.
    pub(crate) fn restore(&mut self, id: EcoString, row: T) {
        self.rows.insert(id, Box::new(row));
    }

    pub(crate) fn take(&mut self, id: &str) -> Option<T> {
        let (id, row) = self.rows.remove_entry(id)?;
        self.changed.insert(id);
        Some(*row)
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.rows.iter().map(|(id, row)| (&**id, &**row))
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &T> {
        self.rows.values().map(|row| &**row)
    }

    pub(crate) fn ids(&self) -> Vec<EcoString> {
        self.rows.keys().cloned().collect()
    }

    /// The rows whose id comes after the given one.
    pub(crate) fn after<'a>(&'a self, id: Option<&str>) -> impl Iterator<Item = (&'a str, &'a T)> + use<'a, T> {
        let from = id.map_or(Bound::Unbounded, Bound::Excluded);
        self.rows.range::<str, _>((from, Bound::Unbounded)).map(|(id, row)| (&**id, &**row))
    }
}

/// One row to write: its key, and its JSON or nothing when it is gone.
pub(crate) type Write = (String, Option<Vec<u8>>);

impl<T: Serialize> Table<T> {
    /// Hands over what changed since the last call.
    pub(crate) fn drain(&mut self, tenant: &str, kind: &str, writes: &mut Vec<Write>, kept: bool) {
        for id in std::mem::take(&mut self.changed) {
            if !kept {
                continue;
            }
            let row = self.rows.get(&id).map(|row| serde_json::to_vec(row).expect("rows are plain data"));
            writes.push((format!("{tenant}/{kind}/{id}"), row));
        }
    }
}

impl<T: DeserializeOwned> Table<T> {
    /// Takes in one stored row.
    pub(crate) fn load(&mut self, id: &str, row: &[u8]) -> Result<(), StoreError> {
        self.restore(id.into(), read(id, row)?);
        Ok(())
    }
}

/// The row that was stored.
pub(crate) fn read<T: DeserializeOwned>(id: &str, row: &[u8]) -> Result<T, StoreError> {
    serde_json::from_slice(row).map_err(|error| StoreError(format!("row {id}: {error}")))
}

/// The file could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct StoreError(pub(crate) String);

impl<E: Into<redb::Error>> From<E> for StoreError {
    fn from(error: E) -> Self {
        StoreError(error.into().to_string())
    }
}

/// Opens the file for its owner only, and makes it and the folders it is in: it holds the secrets of applications.
fn own(file: &Path) -> io::Result<File> {
    let mut folders = DirBuilder::new();
    folders.recursive(true);
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
        folders.mode(0o700);
        options.mode(0o600);
    }
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        folders.create(folder)?;
    }
    let opened = options.open(file)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        opened.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    }
    Ok(opened)
}

/// The file, if there is one.
pub(crate) struct Store {
    database: Option<Database>,
}

impl Store {
    pub(crate) fn open(file: Option<&Path>) -> Result<Store, StoreError> {
        let Some(file) = file else { return Ok(Store { database: None }) };
        let kept = own(file).map_err(|error| StoreError(format!("{}: {error}", file.display())))?;
        let database = Database::builder().set_cache_size(CACHE).create_file(kept)?;
        let write = database.begin_write()?;
        if write.list_tables()?.any(|table| table.name() != OBJECTS.name()) {
            return Err(StoreError("it was written by another version of the emulator: begin a new file".into()));
        }
        write.open_table(OBJECTS)?;
        write.commit()?;
        Ok(Store { database: Some(database) })
    }

    pub(crate) fn is_kept(&self) -> bool {
        self.database.is_some()
    }

    /// Calls back with tenant, kind, id and JSON of every row.
    pub(crate) fn load(
        &self,
        mut each: impl FnMut(&str, &str, &str, &[u8]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let Some(database) = &self.database else { return Ok(()) };
        let read = database.begin_read()?;
        for row in read.open_table(OBJECTS)?.iter()? {
            let (key, value) = row?;
            let mut parts = key.value().splitn(3, '/');
            let (Some(tenant), Some(kind), Some(id)) = (parts.next(), parts.next(), parts.next()) else {
                return Err(StoreError(format!("a key of no known form: {}", key.value())));
            };
            each(tenant, kind, id, value.value())?;
        }
        Ok(())
    }

    /// Writes all of it in one transaction; when this returns, it is in the file.
    pub(crate) fn commit(&self, writes: &[Write]) -> Result<(), StoreError> {
        let Some(database) = &self.database else { return Ok(()) };
        if writes.is_empty() {
            return Ok(());
        }
        let transaction = database.begin_write()?;
        {
            let mut objects = transaction.open_table(OBJECTS)?;
            for (key, row) in writes {
                match row {
                    Some(row) => objects.insert(key.as_str(), row.as_slice())?,
                    None => objects.remove(key.as_str())?,
                };
            }
        }
        transaction.commit()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_committed_is_there_when_the_file_is_opened_again() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state.redb");
        let mut table = Table::<String>::default();
        {
            let store = Store::open(Some(&file)).unwrap();
            table.put("a", "one".to_owned());
            table.put("b", "two".to_owned());
            let mut writes = Vec::new();
            table.drain("t", "k", &mut writes, true);
            table.take("a");
            table.drain("t", "k", &mut writes, true);
            store.commit(&writes).unwrap();
        }
        let mut back = Table::<String>::default();
        let store = Store::open(Some(&file)).unwrap();
        store
            .load(|tenant, kind, id, row| {
                assert_eq!((tenant, kind), ("t", "k"));
                back.load(id, row)
            })
            .unwrap();
        assert_eq!(back.iter().collect::<Vec<_>>(), [("b", &"two".to_owned())]);
    }

    #[cfg(unix)]
    #[test]
    fn the_state_file_and_the_folders_made_for_it_are_the_owner_s_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let made = folder.path().join("a");
        let file = made.join("b/state.redb");
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        drop(Store::open(Some(&file)).unwrap());
        assert_eq!((mode(&made), mode(file.parent().unwrap()), mode(&file)), (0o700, 0o700, 0o600));
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        drop(Store::open(Some(&file)).unwrap());
        assert_eq!(mode(&file), 0o600, "a file of before is closed to others");
    }

    #[test]
    fn a_file_of_another_form_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state.redb");
        {
            let database = Database::create(&file).unwrap();
            let write = database.begin_write().unwrap();
            write.open_table(TableDefinition::<&str, &[u8]>::new("objects")).unwrap();
            write.commit().unwrap();
        }
        assert!(Store::open(Some(&file)).err().unwrap().to_string().contains("another version"));
    }

    #[test]
    fn rows_after_an_id_start_with_the_next_one() {
        let mut table = Table::<u8>::default();
        for (id, row) in [("a", 1), ("b", 2), ("c", 3)] {
            table.put(id, row);
        }
        assert_eq!(table.after(Some("a")).map(|(_, row)| *row).collect::<Vec<_>>(), [2, 3]);
    }
}
