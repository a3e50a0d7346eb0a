//! An answer that comes in parts: the work runs while it is asked for more, and is dropped with the stream.
//!
//! So nothing goes on when core has enough, and no task is left behind.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio_stream::Stream;

/// The parts that a piece of work sends, then one that it ends with.
pub(super) struct Parts<T> {
    work: Option<Pin<Box<dyn Future<Output = Option<T>> + Send>>>,
    sent: Receiver<T>,
    last: Option<T>,
}

/// Runs work that is given where to send its parts. One part waits at a time: the work goes on when it is taken.
pub(super) fn parts<T, W>(work: impl FnOnce(Sender<T>) -> W) -> Parts<T>
where
    W: Future<Output = Option<T>> + Send + 'static,
{
    let (sender, sent) = mpsc::channel(1);
    Parts { work: Some(Box::pin(work(sender))), sent, last: None }
}

/// The parts are taken out, never pinned.
impl<T> Unpin for Parts<T> {}

impl<T> Stream for Parts<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            match (this.sent.poll_recv(cx), &mut this.work) {
                (Poll::Ready(Some(part)), _) => return Poll::Ready(Some(part)),
                (_, None) => return Poll::Ready(this.last.take()),
                (_, Some(work)) => match work.as_mut().poll(cx) {
                    Poll::Ready(last) => {
                        this.last = last;
                        this.work = None;
                    }
                    // It may have sent a part just now.
                    Poll::Pending => match this.sent.poll_recv(cx) {
                        Poll::Ready(Some(part)) => return Poll::Ready(Some(part)),
                        _ => return Poll::Pending,
                    },
                },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use tokio_stream::StreamExt;

    use super::*;

    async fn all(mut parts: Parts<u32>) -> Vec<u32> {
        let mut all = Vec::new();
        while let Some(part) = parts.next().await {
            all.push(part);
        }
        all
    }

    #[tokio::test]
    async fn parts_come_in_order_and_the_last_one_last() {
        let work = |sender: Sender<u32>| async move {
            for part in 0..5 {
                sender.send(part).await.expect("somebody listens");
                tokio::task::yield_now().await;
            }
            Some(99)
        };
        assert_eq!(all(parts(work)).await, [0, 1, 2, 3, 4, 99]);
        assert_eq!(all(parts(|_| async { None })).await, Vec::<u32>::new());
        assert_eq!(all(parts(|_| async { Some(7) })).await, [7]);
    }

    #[tokio::test]
    async fn work_ends_where_it_is_when_nobody_listens_any_more() {
        let sent = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&sent);
        let mut parts = parts(|sender: Sender<u32>| async move {
            loop {
                counter.fetch_add(1, Ordering::Relaxed);
                if sender.send(1).await.is_err() {
                    return None;
                }
            }
        });
        assert!(parts.next().await.is_some());
        drop(parts);
        tokio::task::yield_now().await;
        assert!(sent.load(Ordering::Relaxed) <= 2, "no more is made than is taken");
        assert_eq!(Arc::strong_count(&sent), 1, "the work is gone");
    }
}
