//! A WebSocket proxy before the server: it counts what goes through, and cuts the connection.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::{accept_hdr_async, connect_async};

const PROTOCOL: &str = "sec-websocket-protocol";

/// A proxy on loopback, which ends when this is dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    counts: Arc<Counts>,
    task: JoinHandle<()>,
}

#[derive(Debug)]
struct Counts {
    /// Messages from the client since the last reset.
    requests: AtomicUsize,
    /// Messages of either side that may still pass; then the connection is cut, once.
    left: AtomicUsize,
}

impl Proxy {
    /// A proxy that lets everything pass.
    pub async fn start(server: SocketAddr) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        let counts = Arc::new(Counts {
            requests: AtomicUsize::new(0),
            left: AtomicUsize::new(usize::MAX),
        });
        let shared = Arc::clone(&counts);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(forward(client, server, Arc::clone(&shared)));
            }
        });
        Self {
            address,
            counts,
            task,
        }
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many requests a piece of work costs.
    pub async fn requests<T>(&self, work: impl Future<Output = T>) -> (T, usize) {
        self.counts.requests.store(0, Ordering::SeqCst);
        let result = work.await;
        (result, self.counts.requests.load(Ordering::SeqCst))
    }

    /// Cuts the connection right after so many more messages of either side have passed. What
    /// connects later passes.
    pub fn cut_after(&self, messages: usize) {
        self.counts.left.store(messages, Ordering::SeqCst);
    }

    /// Whether the connection was cut since it was asked for.
    pub fn has_cut(&self) -> bool {
        self.counts.left.load(Ordering::SeqCst) > usize::MAX / 2
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Counts {
    /// Counts a message that has passed; whether the connection is to be cut now.
    fn is_last(&self) -> bool {
        let left = self.left.fetch_sub(1, Ordering::SeqCst);
        if left == 1 {
            self.left.store(usize::MAX, Ordering::SeqCst);
        }
        left == 1
    }
}

/// Passes messages both ways until one side ends or the connection is to be cut. Both sides are
/// then dropped without a word, as a broken line would do.
async fn forward(client: TcpStream, server: SocketAddr, counts: Arc<Counts>) -> Option<()> {
    let mut protocol = None;
    let accept = |request: &Request, mut response: Response| {
        protocol = request.headers().get(PROTOCOL).cloned();
        if let Some(protocol) = &protocol {
            response.headers_mut().insert(PROTOCOL, first_of(protocol));
        }
        Ok(response)
    };
    let mut client = accept_hdr_async(client, accept).await.ok()?;
    let mut request = format!("ws://{server}/rpc").into_client_request().ok()?;
    if let Some(protocol) = &protocol {
        request.headers_mut().insert(PROTOCOL, first_of(protocol));
    }
    let (mut server, _) = connect_async(request).await.ok()?;
    loop {
        tokio::select! {
            message = client.next() => {
                let message = message?.ok()?;
                let is_request = message.is_binary() || message.is_text();
                let is_query = is_request && is_query(&message);
                server.send(message).await.ok()?;
                if is_query {
                    counts.requests.fetch_add(1, Ordering::SeqCst);
                }
                if is_request && counts.is_last() {
                    return None;
                }
            }
            message = server.next() => {
                let message = message?.ok()?;
                let is_answer = message.is_binary() || message.is_text();
                client.send(message).await.ok()?;
                if is_answer && counts.is_last() {
                    return None;
                }
            }
        }
    }
}

/// Whether a message is a query, rather than one by which the client keeps the connection alive.
fn is_query(message: &Message) -> bool {
    const METHOD: &[u8] = b"query";
    let bytes = message.clone().into_data();
    bytes.windows(METHOD.len()).any(|part| part == METHOD)
}

/// The first of the protocols that a client offers, which it prefers.
fn first_of(offered: &HeaderValue) -> HeaderValue {
    let text = offered.to_str().unwrap_or_default();
    let first = text.split(',').next().unwrap_or_default().trim();
    HeaderValue::from_str(first).unwrap_or_else(|_| offered.clone())
}
