use tonic::{
    IntoRequest, IntoStreamingRequest, Status, Streaming,
    body::Body,
    client::GrpcService,
    codegen::{Body as HttpBody, Bytes, StdError},
};

use crate::{
    cellar::{Reading, Summary, Warning, WatchRequest, thermometer_client::ThermometerClient},
    crossing::{
        AddRequest, ChecksumRequest, GreetRequest, MandelbrotRequest, MandelbrotRow,
        MyCFunctionRequest, crossing_client::CrossingClient,
    },
    hello::{HelloRequest, greeter_client::GreeterClient},
};

/// The transport of [`Client::connect`]: HTTP/2, with the deadlines that the specification wants.
#[cfg(not(target_arch = "wasm32"))]
pub type Transport = crate::production::deadline::Deadlines<tonic::transport::Channel>;
/// The transport of calls from a page: fetch.
#[cfg(target_arch = "wasm32")]
pub type Transport = tonic_web_wasm_client::Client;

/// A client of all services, over any transport.
///
/// A clone is cheap, and shares the connection.
#[derive(Clone, Debug)]
pub struct Client<T = Transport> {
    greeter: GreeterClient<T>,
    crossing: CrossingClient<T>,
    thermometer: ThermometerClient<T>,
}

#[cfg(not(target_arch = "wasm32"))]
impl Client {
    /// Connects over HTTP/2, without TLS, to a server such as `http://127.0.0.1:50051` or
    /// `localhost:50051`.
    ///
    /// Every call that sets no timeout of its own has a deadline of ten seconds, streams and all:
    /// then it ends with DEADLINE_EXCEEDED here, and the server stops working on it.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Address`] and [`crate::Error::Connect`].
    pub async fn connect(address: impl AsRef<str>) -> Result<Self, crate::Error> {
        use std::time::Duration;

        use tower::Layer;

        use crate::production::deadline::DeadlineLayer;

        let address = address.as_ref();
        let endpoint = crate::address::endpoint(address).await?;
        let channel = endpoint
            .connect_timeout(Duration::from_secs(5))
            .connect()
            .await
            .map_err(|source| crate::Error::Connect { uri: address.to_owned(), source })?;
        // `Endpoint::timeout` would not do: it tells the server nothing, does not cover streams,
        // and ends in CANCELLED.
        let deadlines = DeadlineLayer::new().default_timeout(Duration::from_secs(10));
        Ok(Self::new(deadlines.layer(channel)))
    }
}

impl<T> Client<T>
where
    T: GrpcService<Body> + Clone,
    T::Error: Into<StdError>,
    T::ResponseBody: HttpBody<Data = Bytes> + Send + 'static,
    <T::ResponseBody as HttpBody>::Error: Into<StdError> + Send,
{
    /// A client over `transport`.
    pub fn new(transport: T) -> Self {
        Self {
            greeter: GreeterClient::new(transport.clone()),
            crossing: CrossingClient::new(transport.clone()),
            thermometer: ThermometerClient::new(transport),
        }
    }

    /// `hello.Greeter/SayHello`.
    ///
    /// # Errors
    ///
    /// `INVALID_ARGUMENT` when `name` is empty or over 256 bytes. This and every other method also
    /// fails with the status of whatever kept the call from being answered.
    pub async fn say_hello(&mut self, name: impl Into<String>) -> Result<String, Status> {
        let request = HelloRequest { name: name.into() };
        Ok(self.greeter.say_hello(request).await?.into_inner().message)
    }

    /// `crossing.Crossing/MyCFunction`.
    ///
    /// # Errors
    ///
    /// None of its own.
    pub async fn my_c_function(&mut self, arg1: i32, arg2: f64) -> Result<f64, Status> {
        let request = MyCFunctionRequest { arg1, arg2: Some(arg2) };
        Ok(self.crossing.my_c_function(request).await?.into_inner().result.unwrap_or_default())
    }

    /// `crossing.Crossing/Add`.
    ///
    /// # Errors
    ///
    /// None of its own.
    pub async fn add(&mut self, a: i32, b: i32) -> Result<i32, Status> {
        Ok(self.crossing.add(AddRequest { a, b }).await?.into_inner().sum)
    }

    /// `crossing.Crossing/Greet`.
    ///
    /// # Errors
    ///
    /// `INVALID_ARGUMENT` when `name` holds a NUL.
    pub async fn greet(&mut self, name: impl Into<String>) -> Result<String, Status> {
        let request = GreetRequest { name: name.into() };
        Ok(self.crossing.greet(request).await?.into_inner().greeting)
    }

    /// `crossing.Crossing/Checksum`.
    ///
    /// # Errors
    ///
    /// None of its own.
    pub async fn checksum(&mut self, data: impl Into<Vec<u8>>) -> Result<u32, Status> {
        let request = ChecksumRequest { data: data.into() };
        Ok(self.crossing.checksum(request).await?.into_inner().crc32c)
    }

    /// `crossing.Crossing/Mandelbrot`: the rows, as they come. Drop the stream to stop the drawing.
    ///
    /// # Errors
    ///
    /// `INVALID_ARGUMENT` when the picture cannot be drawn.
    pub async fn mandelbrot(
        &mut self,
        request: impl IntoRequest<MandelbrotRequest>,
    ) -> Result<Streaming<MandelbrotRow>, Status> {
        Ok(self.crossing.mandelbrot(request).await?.into_inner())
    }

    /// `cellar.Thermometer/Watch`: the readings, as they come. Drop the stream to end them.
    ///
    /// # Errors
    ///
    /// `INVALID_ARGUMENT` when the interval is over a minute.
    pub async fn watch(
        &mut self,
        request: impl IntoRequest<WatchRequest>,
    ) -> Result<Streaming<Reading>, Status> {
        Ok(self.thermometer.watch(request).await?.into_inner())
    }

    /// `cellar.Thermometer/Record`: the lowest and the highest of the readings.
    ///
    /// # Errors
    ///
    /// `INVALID_ARGUMENT` when there is no reading.
    pub async fn record(
        &mut self,
        readings: impl IntoStreamingRequest<Message = Reading>,
    ) -> Result<Summary, Status> {
        Ok(self.thermometer.record(readings).await?.into_inner())
    }

    /// `cellar.Thermometer/Warn`: a warning for each reading that is too warm, while more go out.
    ///
    /// # Errors
    ///
    /// None of its own.
    pub async fn warn(
        &mut self,
        readings: impl IntoStreamingRequest<Message = Reading>,
    ) -> Result<Streaming<Warning>, Status> {
        Ok(self.thermometer.warn(readings).await?.into_inner())
    }
}
