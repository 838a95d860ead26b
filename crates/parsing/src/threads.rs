//! Working on the pages of long documents side by side. What comes out is in order, and the same for any number of
//! threads.

use std::thread;

/// Documents of fewer pages are read by the thread that asks: they are done before another one is under way.
pub(crate) const LONG: usize = 16;

/// Threads for one document. A server reads several documents at once.
pub(crate) const MOST: usize = 2;

/// Whether so many pages are worth more than one thread here.
pub(crate) fn are_worth_it(pages: usize) -> bool {
    pages >= LONG && thread::available_parallelism().is_ok_and(|cores| cores.get() > 1)
}

/// Does this with each of the items, and gives what came out in their order.
pub(crate) fn map<T: Send, R: Send>(mut items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    if !are_worth_it(items.len()) {
        return items.into_iter().map(work).collect();
    }
    let later = items.split_off(items.len() / MOST);
    thread::scope(|scope| {
        let work = &work;
        let later = scope.spawn(move || later.into_iter().map(work).collect::<Vec<R>>());
        let mut done: Vec<R> = items.into_iter().map(work).collect();
        match later.join() {
            Ok(more) => done.extend(more),
            Err(panic) => std::panic::resume_unwind(panic),
        }
        done
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_comes_out_is_in_order_for_few_and_for_many() {
        for count in [0, 1, 15, 16, 17, 1000] {
            let doubled: Vec<i32> = (0..count).map(|n| 2 * n).collect();
            assert_eq!(super::map((0..count).collect(), |n: i32| 2 * n), doubled);
        }
    }
}
