;; A temperature in degrees Réaumur: the plugin of examples/wasm/plugins.rs that is written in
;; WebAssembly's own text format. The crate wat makes a module of it.
(module
  (func (export "convert") (param $celsius f64) (result f64)
    (f64.mul (local.get $celsius) (f64.const 0.8))))
