//! One file in a ZIP.

use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use rawzip::{CompressionMethod, Error, ZipArchiveWriter};

pub(super) fn zip(name: &str, content: &[u8]) -> Vec<u8> {
    written(name, content).expect("memory takes what is written, and the name is short")
}

fn written(name: &str, content: &[u8]) -> Result<Vec<u8>, Error> {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    let (mut entry, config) = archive.new_file(name).compression_method(CompressionMethod::DEFLATE).start()?;
    let mut writer = config.wrap(DeflateEncoder::new(&mut entry, Compression::default()));
    writer.write_all(content)?;
    let (encoder, descriptor) = writer.finish()?;
    encoder.finish()?;
    entry.finish(descriptor)?;
    archive.finish()
}
