//! Chances that come out the same each time: series of numbers after a seed (SplitMix64).

/// The next number of a series, from 0 to below 1.
pub(crate) fn next(seed: &mut u64) -> f64 {
    *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *seed;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^= mixed >> 31;
    (mixed >> 11) as f64 / (1_u64 << 53) as f64
}

/// The number of the n-th try on something, whatever is tried on other things before or between.
pub(crate) fn of(seed: u64, thing: &str, n: u32) -> f64 {
    // FNV-1a.
    let hash = thing
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    let mut seed = seed ^ hash ^ (u64::from(n) << 32);
    next(&mut seed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thing_and_each_try_has_a_number_of_its_own_that_stays() {
        assert_eq!(of(7, "S1", 0), of(7, "S1", 0));
        for other in [of(8, "S1", 0), of(7, "S2", 0), of(7, "S1", 1)] {
            assert_ne!(of(7, "S1", 0), other);
        }
        let below = (0..1000).filter(|n| of(7, &format!("S{n}"), 0) < 0.25).count();
        assert!((200..300).contains(&below), "{below} of 1000");
    }
}
