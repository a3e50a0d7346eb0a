//! `Content-Encoding: gzip`, in requests and in answers.
//!
//! Known of the service: it takes gzipped bodies, which Kiota for Go sends unasked, and that client repeats a request plain
//! when it is answered 415; answers are gzipped for whoever asks.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use crate::emulator::error::Failure;

/// Graph takes four megabytes, unpacked.
pub(crate) const LONGEST_BODY: usize = 4 * 1024 * 1024;

/// What is shorter is not worth the work.
const SHORTEST: usize = 4 * 1024;

/// The body as it was before it was packed. A body that unpacks to more than Graph takes is not unpacked any further.
pub(super) fn unpack(body: &[u8], encoding: &str, refused: bool) -> Result<Vec<u8>, Failure> {
    if refused || !encoding.trim().eq_ignore_ascii_case("gzip") {
        let text = format!("The content encoding '{encoding}' is not supported.");
        return Err(Failure::graph(415, "UnsupportedMediaType", text));
    }
    let mut plain = Vec::new();
    let read = GzDecoder::new(body).take(LONGEST_BODY as u64 + 1).read_to_end(&mut plain);
    read.map_err(|_| Failure::unreadable("The request body cannot be read as gzip."))?;
    if plain.len() > LONGEST_BODY { Err(Failure::too_large()) } else { Ok(plain) }
}

/// The body of an answer, packed if that is worth it.
pub(crate) fn pack(body: &[u8]) -> Option<Vec<u8>> {
    if body.len() < SHORTEST {
        return None;
    }
    let mut packed = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
    packed.write_all(body).and_then(|()| packed.finish()).ok()
}

/// Whether an `Accept-Encoding` takes gzip.
pub(crate) fn takes_gzip(accepted: &str) -> bool {
    accepted.split(',').any(|each| {
        let (coding, quality) = each.split_once(';').unwrap_or((each, ""));
        let never = matches!(quality.trim().trim_start_matches("q="), "0" | "0.0" | "0.00" | "0.000");
        matches!(coding.trim().to_ascii_lowercase().as_str(), "gzip" | "*") && !never
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(body: &[u8]) -> Vec<u8> {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(body).unwrap();
        packed.finish().unwrap()
    }

    #[test]
    fn a_small_body_that_unpacks_to_a_large_one_is_413() {
        let bomb = packed(&vec![b' '; 64 << 20]);
        assert!(bomb.len() < LONGEST_BODY);
        assert_eq!(unpack(&bomb, "gzip", false).unwrap_err().status, 413);
        assert_eq!(unpack(&packed(&[b' '; LONGEST_BODY]), "GZIP", false).unwrap().len(), LONGEST_BODY);
        assert_eq!(unpack(b"{}", "gzip", false).unwrap_err().status, 400);
        assert_eq!(unpack(b"{}", "br", false).unwrap_err().status, 415);
    }

    #[test]
    fn gzip_is_taken_unless_it_is_refused() {
        for accepted in ["gzip", "deflate, GZIP", "br;q=1.0, gzip;q=0.5", "*"] {
            assert!(takes_gzip(accepted), "{accepted}");
        }
        for accepted in ["", "br", "gzip;q=0", "identity"] {
            assert!(!takes_gzip(accepted), "{accepted}");
        }
    }

    #[test]
    fn a_long_answer_is_packed_and_a_short_one_is_not() {
        assert_eq!(pack(&[b'x'; SHORTEST - 1]), None);
        let long = vec![b'x'; 1 << 20];
        let mut back = Vec::new();
        GzDecoder::new(&*pack(&long).unwrap()).read_to_end(&mut back).unwrap();
        assert_eq!(back, long);
    }
}
