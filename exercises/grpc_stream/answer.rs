//! Read three readings, and cancel the call. As it is, it never returns.

use grpc_demo::cellar::{WatchRequest, thermometer_client::ThermometerClient};
use tonic::{Status, transport::Channel};

/// The first three readings.
pub async fn first_three(mut client: ThermometerClient<Channel>) -> Result<Vec<f64>, Status> {
    let mut stream = client.watch(WatchRequest::default()).await?.into_inner();
    let mut readings = Vec::new();
    while let Some(reading) = stream.message().await? {
        readings.push(reading.celsius);
    }
    Ok(readings)
}
