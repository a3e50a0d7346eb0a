//! Who gets which place, so that as many as possible get one.

/// Gives as many seekers as possible a place each that fits. Tells who holds each place.
///
/// A seeker whose places are all held asks their holders to move on (augmenting paths).
pub fn match_most(seekers: usize, places: usize, fits: impl Fn(usize, usize) -> bool) -> Vec<Option<usize>> {
    let mut holders: Vec<Option<usize>> = vec![None; places];
    for seeker in 0..seekers {
        // The usual case: the first place that is free and fits.
        let free = (0..places).find(|&place| holders[place].is_none() && fits(seeker, place));
        match free {
            Some(place) => holders[place] = Some(seeker),
            None => {
                settle_in(seeker, &mut holders, &mut vec![false; places], &fits);
            }
        }
    }
    holders
}

fn settle_in(
    seeker: usize,
    holders: &mut [Option<usize>],
    asked: &mut [bool],
    fits: &impl Fn(usize, usize) -> bool,
) -> bool {
    for place in 0..holders.len() {
        if asked[place] || !fits(seeker, place) {
            continue;
        }
        asked[place] = true;
        let is_free = holders[place].is_none_or(|holder| settle_in(holder, holders, asked, fits));
        if is_free {
            holders[place] = Some(seeker);
            return true;
        }
    }
    false
}
