;; A temperature in degrees Réaumur: the plugin of examples/wasm/plugins.rs that no compiler made.
;; This is WebAssembly's own text format, and the engine reads it as it is.
(module
  (func (export "convert") (param $celsius f64) (result f64)
    (f64.mul (local.get $celsius) (f64.const 0.8))))
