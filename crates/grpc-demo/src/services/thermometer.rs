use std::{pin::Pin, time::Duration};

use tokio_stream::{Stream, StreamExt};
use tonic::{Request, Response, Status, Streaming};

use crate::{
    cellar::{Reading, Summary, Warning, WatchRequest, thermometer_server::Thermometer},
    services::invalid::invalid_field,
};

/// The readings of the thermometer, over and over.
const READINGS: [f64; 4] = [11.5, 12.0, 11.0, 13.5];

/// `Warn` answers what is above this.
const TOO_WARM: f64 = 13.0;

/// The longest interval that `Watch` takes.
const MAX_INTERVAL: Duration = Duration::from_secs(60);

type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// `cellar.Thermometer`.
#[derive(Debug, Default)]
pub struct ThermometerService;

#[tonic::async_trait]
impl Thermometer for ThermometerService {
    type WatchStream = Answers<Reading>;

    async fn watch(
        &self,
        request: Request<WatchRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let WatchRequest { count, interval_ms } = request.into_inner();
        let interval = Duration::from_millis(interval_ms.into());
        if interval > MAX_INTERVAL {
            let rule = format!("must be at most {}", MAX_INTERVAL.as_millis());
            let message = format!("interval_ms is {interval_ms}: it {rule}");
            return Err(invalid_field("interval_ms", rule, message));
        }

        // Nothing runs ahead: the next reading is made when the transport has room for it, and none
        // is made once the caller has gone, as the transport then drops the stream.
        let count = if count == 0 { usize::MAX } else { count as usize };
        let readings = tokio_stream::iter(READINGS.into_iter().cycle().take(count).enumerate());
        let paced = readings.then(move |(index, celsius)| async move {
            if index > 0 && !interval.is_zero() {
                tokio::time::sleep(interval).await;
            }
            Ok(Reading { celsius })
        });
        Ok(Response::new(Box::pin(paced)))
    }

    async fn record(
        &self,
        request: Request<Streaming<Reading>>,
    ) -> Result<Response<Summary>, Status> {
        let mut readings = request.into_inner();
        // A caller that breaks off is an error here, thanks to `server::Server`. With tonic alone it
        // looks like the end, and half of the readings would be summed up.
        let Some(Reading { celsius: first }) = readings.message().await? else {
            return Err(Status::invalid_argument("there is no reading: send at least one"));
        };
        let mut summary = Summary { count: 1, lowest: first, highest: first };
        while let Some(Reading { celsius }) = readings.message().await? {
            summary.count = summary.count.checked_add(1).ok_or_else(|| {
                Status::out_of_range("there are more readings than can be counted")
            })?;
            summary.lowest = summary.lowest.min(celsius);
            summary.highest = summary.highest.max(celsius);
        }
        Ok(Response::new(summary))
    }

    type WarnStream = Answers<Warning>;

    async fn warn(
        &self,
        request: Request<Streaming<Reading>>,
    ) -> Result<Response<Self::WarnStream>, Status> {
        // Both directions are open at once: a reading is taken when the caller takes the answers.
        let warnings = request.into_inner().filter_map(|reading| match reading {
            Ok(Reading { celsius }) => (celsius > TOO_WARM)
                .then(|| Ok(Warning { celsius, message: format!("{celsius:?} is too warm") })),
            Err(status) => Some(Err(status)),
        });
        Ok(Response::new(Box::pin(warnings)))
    }
}
