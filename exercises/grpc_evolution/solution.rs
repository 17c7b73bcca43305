//! Adds a field that old messages do not have.

/// In a .proto file: `message Reading { double celsius = 1; optional double humidity = 2; }`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Reading {
    #[prost(double, tag = "1")]
    pub celsius: f64,
    /// Without `optional`, 0 would not be sent, and would arrive as the same as no humidity.
    #[prost(double, optional, tag = "2")]
    pub humidity: Option<f64>,
}
