//! Three servers in processes of their own; one is lost during the calls.

use std::{
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use grpc_demo::{
    Client,
    cellar::WatchRequest,
    production::{
        balance::{Balance, Settings, State},
        deadline::{DeadlineLayer, Deadlines},
        retry::{Retries, RetryLayer, RetryPolicy},
    },
};
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};
use tonic::{Code, Status, transport::Endpoint};
use tower::ServiceBuilder;

use crate::support::served::Served;

/// The number of calls, the number of calls before a server is lost, and the number at a time.
const CALLS: usize = 3_000;
const BEFORE: usize = 500;
const AT_A_TIME: usize = 16;

const LIMIT: Duration = Duration::from_secs(120);

type Balanced = Client<Deadlines<Retries<Balance>>>;

/// Kills one server: it reports nothing to its peers, and its unfinished work is lost. A call whose
/// response had not begun is repeated on another server. One whose response had begun cannot be:
/// it fails with UNAVAILABLE, and is not taken for a complete reply.
pub async fn killed() -> Result<(), String> {
    let three = Three::start().await?;
    let [victim, second, third] = three.servers;
    let made = Arc::new(AtomicUsize::new(0));
    let kill = async {
        reached(&made, BEFORE).await;
        // Dropping a server is `kill -9`.
        drop(victim);
        Ok(())
    };
    let (cut_off, ()) = tokio::try_join!(calls(&three.client, &made), kill)?;
    if cut_off > AT_A_TIME {
        return Err(format!(
            "{cut_off} responses were cut off, and {AT_A_TIME} calls were made at a time"
        ));
    }

    // The balancer tries the lost one once more before it drops it.
    let is_down = |(_, state): &(_, State)| matches!(state, State::Down(_));
    let given_up = async {
        while three.balance.servers().iter().filter(|server| is_down(server)).count() != 1 {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(LIMIT, given_up).await.map_err(|_| {
        format!("one of three is gone, and the balancer says {:?}", three.balance.servers())
    })?;
    #[cfg(unix)]
    {
        second.stop()?;
        third.stop()?;
    }
    Ok(())
}

/// Tells one server to stop: all calls succeed, a stream that has begun continues to its end, and
/// the process ends by itself, without an error.
#[cfg(unix)]
pub async fn drained() -> Result<(), String> {
    let three = Three::start().await?;
    let [victim, second, third] = three.servers;
    let made = Arc::new(AtomicUsize::new(0));
    let mut direct = Client::connect(&victim.url).await.map_err(|error| error.to_string())?;
    let watch = WatchRequest { count: 40, interval_ms: 50 };
    let mut readings = direct.watch(watch).await.map_err(|status| status.to_string())?;

    let drain = async {
        reached(&made, BEFORE).await;
        victim.signal("TERM")?;
        let mut count = 0;
        loop {
            match readings.message().await {
                Ok(Some(_)) => count += 1,
                Ok(None) if count == 40 => return Ok(()),
                end => return Err(format!("the stream ends after {count} of 40 with {end:?}")),
            }
        }
    };
    let (cut_off, ()) = tokio::try_join!(calls(&three.client, &made), drain)?;
    if cut_off > 0 {
        return Err(format!("{cut_off} responses were cut off by a server that was told to stop"));
    }
    drop(direct);
    victim.ended()?;
    second.stop()?;
    third.stop()
}

struct Three {
    servers: [Served; 3],
    balance: Balance,
    client: Balanced,
}

impl Three {
    async fn start() -> Result<Self, String> {
        let servers = [Served::start()?, Served::start()?, Served::start()?];
        let balance = Balance::new(Settings::default());
        for server in &servers {
            let endpoint = Endpoint::from_shared(server.url.clone());
            balance.add(endpoint.map_err(|error| error.to_string())?);
        }
        let ready = timeout(LIMIT, balance.ready(3));
        ready.await.map_err(|_| format!("not all are ready: {:?}", balance.servers()))?;
        let channel = ServiceBuilder::new()
            .layer(DeadlineLayer::new().default_timeout(LIMIT))
            .layer(RetryLayer::new(RetryPolicy::new(["hello.Greeter/SayHello"])))
            .service(balance.clone());
        Ok(Self { servers, balance, client: Client::new(channel) })
    }
}

/// Makes all calls, and counts them in `made`. None of them may fail, except by a response that was
/// cut off: returns how many were.
async fn calls(client: &Balanced, made: &Arc<AtomicUsize>) -> Result<usize, String> {
    let mut callers = JoinSet::new();
    for _ in 0..AT_A_TIME {
        let (mut client, made) = (client.clone(), made.clone());
        callers.spawn(async move {
            let mut cut_off = 0;
            while made.fetch_add(1, Relaxed) < CALLS {
                match client.say_hello("Ferris").await {
                    Ok(greeting) if greeting == "Hello, Ferris!" => {}
                    Ok(greeting) => return Err(format!("a call was answered with {greeting:?}")),
                    Err(status) if is_cut_off(&status) => cut_off += 1,
                    Err(status) => return Err(format!("a call was lost: {status:?}")),
                }
            }
            Ok(cut_off)
        });
    }
    let mut cut_off = 0;
    while let Some(ended) = callers.join_next().await {
        cut_off += ended.map_err(|error| error.to_string())??;
    }
    Ok(cut_off)
}

/// True if the connection broke after the headers of the response, while hyper read its body.
fn is_cut_off(status: &Status) -> bool {
    let in_body = |error: &dyn Error| error.to_string().contains("error reading a body");
    status.code() == Code::Unavailable && status.source().is_some_and(in_body)
}

/// Waits until `count` calls are made.
async fn reached(made: &AtomicUsize, count: usize) {
    while made.load(Relaxed) < count {
        sleep(Duration::from_millis(1)).await;
    }
}
