//! A proxy on loopback that delays what passes, and counts its bytes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

/// Ends when it is dropped.
pub struct Network {
    address: SocketAddr,
    bytes: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Network {
    /// A way to a server and back that takes so long.
    pub async fn start(server: SocketAddr, round_trip: Duration) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        let bytes = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&bytes);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(server)
                    .await
                    .expect("the server listens");
                for stream in [&client, &server] {
                    stream.set_nodelay(true).expect("it is a socket");
                }
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                let one_way = round_trip / 2;
                tokio::spawn(pass(from_client, to_server, one_way, Arc::clone(&count)));
                tokio::spawn(pass(from_server, to_client, one_way, Arc::clone(&count)));
            }
        });
        Self {
            address,
            bytes,
            task,
        }
    }

    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many bytes pass in both directions while something is done.
    pub async fn bytes(&self, work: impl AsyncFnOnce()) -> usize {
        let before = self.bytes.load(Ordering::SeqCst);
        work().await;
        self.bytes.load(Ordering::SeqCst) - before
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Each part that arrives leaves so much later: what comes behind it does not wait for it.
async fn pass(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin + Send + 'static,
    delay: Duration,
    bytes: Arc<AtomicUsize>,
) {
    let (sender, mut receiver) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
    tokio::spawn(async move {
        while let Some((due, part)) = receiver.recv().await {
            if !delay.is_zero() {
                sleep_until(due).await;
            }
            if to.write_all(&part).await.is_err() {
                return;
            }
        }
        let _ = to.shutdown().await;
    });
    let mut part = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut part).await {
        bytes.fetch_add(length, Ordering::SeqCst);
        let due = Instant::now() + delay;
        if sender.send((due, part[..length].to_vec())).is_err() {
            return;
        }
    }
}
