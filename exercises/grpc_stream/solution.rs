//! Reads three readings, and cancels the call.

use grpc_demo::cellar::{WatchRequest, thermometer_client::ThermometerClient};
use tonic::{Status, transport::Channel};

/// The first three readings.
pub async fn first_three(mut client: ThermometerClient<Channel>) -> Result<Vec<f64>, Status> {
    let mut stream = client.watch(WatchRequest::default()).await?.into_inner();
    let mut readings = Vec::new();
    while readings.len() < 3
        && let Some(reading) = stream.message().await?
    {
        readings.push(reading.celsius);
    }
    // The end of the function would drop it, too. Kept in a struct, it would keep the call alive.
    drop(stream);
    Ok(readings)
}
