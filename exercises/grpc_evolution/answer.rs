//! Add a field that old messages do not have.

/// In a .proto file: `message Reading { double celsius = 1; }`. This is what prost makes of it.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Reading {
    #[prost(double, tag = "1")]
    pub celsius: f64,
}
