//! The cost of WebAssembly compared with the same Rust compiled natively: `cargo bench
//! --manifest-path benches/Cargo.toml --features wasm --bench wasm`.

use std::{error::Error, hint::black_box};

use criterion::{Criterion, Throughput};
use wasm_demo::View;
use wasmtime::{
    Config, Engine, Instance, Memory, Module, Store, TypedFunc, WasmParams, WasmResults,
};

const CALLS: i32 = 1000;
const SUM: i32 = 499_500;
const MIB: usize = 1 << 20;

const VIEW: View = View { center_re: -0.75, center_im: 0.0, width: 3.0 };
const WIDTH: u32 = 512;
const HEIGHT: u32 = 512;
const ITERATIONS: u32 = 200;

/// A module with the interface of examples/wasm/guests/ops.rs.
struct Guest {
    store: Store<()>,
    instance: Instance,
    memory: Memory,
}

impl Guest {
    fn load(file: &str, config: &Config) -> Result<Self, Box<dyn Error>> {
        let path = format!("{}/../web/pkg/{file}", env!("CARGO_MANIFEST_DIR"));
        let engine = Engine::new(config)?;
        let mut store = Store::new(&engine, ());
        // Neither limit ends the guest; counting them is the cost.
        if store.get_fuel().is_ok() {
            store.set_fuel(u64::MAX)?;
        }
        store.set_epoch_deadline(u64::MAX / 2);
        let module = Module::from_file(&engine, path)?;
        let instance = Instance::new(&mut store, &module, &[])?;
        let memory = instance.get_memory(&mut store, "memory").ok_or("no memory")?;
        Ok(Self { store, instance, memory })
    }

    fn function<P: WasmParams, R: WasmResults>(
        &mut self,
        name: &str,
    ) -> wasmtime::Result<TypedFunc<P, R>> {
        self.instance.get_typed_func(&mut self.store, name)
    }

    /// The pixels at `pointer << 32 | length in bytes`; their memory is freed.
    fn take_pixels(
        &mut self,
        answer: u64,
        dealloc: &TypedFunc<(u32, u32), ()>,
    ) -> Result<Vec<u32>, Box<dyn Error>> {
        let (pointer, length) = ((answer >> 32) as u32, answer as u32);
        let rest = self.memory.data(&self.store).get(pointer as usize..);
        let bytes = rest.and_then(|rest| rest.get(..length as usize)).ok_or("out of bounds")?;
        let (pixels, _) = bytes.as_chunks();
        let pixels = pixels.iter().map(|pixel| u32::from_le_bytes(*pixel)).collect();
        dealloc.call(&mut self.store, (pointer, length))?;
        Ok(pixels)
    }
}

#[inline(never)]
fn rust_add(a: i32, b: i32) -> i32 {
    a.wrapping_add(b)
}

fn calls(criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
    let mut group = criterion.benchmark_group("1000 calls of add");
    group.throughput(Throughput::Elements(CALLS.unsigned_abs().into()));
    group.bench_function("Rust, inline(never)", |bencher| {
        bencher.iter(|| (0..black_box(CALLS)).fold(0, rust_add));
    });

    let mut guest = Guest::load("ops.wasm", &Config::new())?;
    let add = guest.function::<(i32, i32), i32>("add")?;
    let mut sum = || (0..black_box(CALLS)).try_fold(0, |a, b| add.call(&mut guest.store, (a, b)));
    assert_eq!(sum()?, SUM);
    group.bench_function("wasmtime", |bencher| bencher.iter(&mut sum));
    group.finish();
    Ok(())
}

fn strings(criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
    let mut guest = Guest::load("ops.wasm", &Config::new())?;
    let alloc = guest.function::<u32, u32>("alloc")?;
    let dealloc = guest.function::<(u32, u32), ()>("dealloc")?;
    let greet = guest.function::<(u32, u32), u64>("greet")?;
    let memory = guest.memory;
    let store = &mut guest.store;
    let mut call = |name: &str| -> Result<String, Box<dyn Error>> {
        let length = u32::try_from(name.len())?;
        let pointer = alloc.call(&mut *store, length)?;
        memory.write(&mut *store, pointer as usize, name.as_bytes())?;
        let answer = greet.call(&mut *store, (pointer, length))?;
        dealloc.call(&mut *store, (pointer, length))?;
        let (pointer, length) = ((answer >> 32) as u32, answer as u32);
        let mut bytes = vec![0; length as usize];
        memory.read(&*store, pointer as usize, &mut bytes)?;
        dealloc.call(&mut *store, (pointer, length))?;
        Ok(String::from_utf8(bytes)?)
    };
    assert_eq!(call("Ferris")?, wasm_demo::greet("Ferris"));

    let mut group = criterion.benchmark_group("greet");
    group.bench_function("Rust", |bencher| {
        bencher.iter(|| wasm_demo::greet(black_box("Ferris")));
    });
    group.bench_function("wasmtime, a String each way", |bencher| {
        bencher.iter(|| call(black_box("Ferris")));
    });
    group.finish();
    Ok(())
}

fn bytes(criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
    let data: Vec<u8> = (0..MIB).map(|i| (i * 31 % 251) as u8).collect();
    let length = MIB as u32;
    let expected = wasm_demo::checksum(&data);

    let mut group = criterion.benchmark_group("checksum of 1 MiB");
    group.throughput(Throughput::Bytes(MIB as u64));
    group.bench_function("Rust", |bencher| {
        bencher.iter(|| wasm_demo::checksum(black_box(&data)));
    });

    let (mut epochs, mut fuel) = (Config::new(), Config::new());
    epochs.epoch_interruption(true);
    fuel.consume_fuel(true);
    for (name, config) in [
        ("wasmtime", Config::new()),
        ("wasmtime with epochs", epochs),
        ("wasmtime with fuel", fuel),
    ] {
        let mut guest = Guest::load("ops.wasm", &config)?;
        let pointer = guest.function::<u32, u32>("alloc")?.call(&mut guest.store, length)?;
        let checksum = guest.function::<(u32, u32), u32>("checksum")?;
        let memory = guest.memory;
        let store = &mut guest.store;
        memory.write(&mut *store, pointer as usize, &data)?;
        assert_eq!(checksum.call(&mut *store, (pointer, length))?, expected, "{name}");
        group.bench_function(name, |bencher| {
            bencher.iter(|| checksum.call(&mut *store, (pointer, length)));
        });
        group.bench_function(format!("{name}, copied in first"), |bencher| {
            bencher.iter(|| {
                memory.write(&mut *store, pointer as usize, black_box(&data))?;
                checksum.call(&mut *store, (pointer, length)).map_err(Box::<dyn Error>::from)
            });
        });
    }
    group.finish();
    Ok(())
}

fn pictures(criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
    let expected = wasm_demo::mandelbrot(WIDTH, HEIGHT, VIEW, ITERATIONS)?;
    let mut group = criterion.benchmark_group("mandelbrot 512 x 512");
    group.sample_size(20);
    group.bench_function("Rust", |bencher| {
        bencher.iter(|| wasm_demo::mandelbrot(black_box(WIDTH), HEIGHT, VIEW, ITERATIONS));
    });
    let view = (VIEW.center_re, VIEW.center_im, VIEW.width);

    let mut guest = Guest::load("ops.wasm", &Config::new())?;
    let mandelbrot = guest.function::<(u32, u32, f64, f64, f64, u32), u64>("mandelbrot")?;
    let dealloc = guest.function("dealloc")?;
    let mut draw = || {
        let picture = (black_box(WIDTH), HEIGHT, view.0, view.1, view.2, ITERATIONS);
        let answer = mandelbrot.call(&mut guest.store, picture)?;
        guest.take_pixels(answer, &dealloc)
    };
    assert_eq!(draw()?, expected);
    group.bench_function("wasmtime", |bencher| bencher.iter(&mut draw));

    let mut guest = Guest::load("mandelbrot_simd.wasm", &Config::new())?;
    let rows =
        guest.function::<(u32, u32, f64, f64, f64, u32, u32, u32), u64>("mandelbrot_rows")?;
    let dealloc = guest.function("dealloc")?;
    let mut draw = || {
        let rows_of_it = (black_box(WIDTH), HEIGHT, view.0, view.1, view.2, ITERATIONS, 0, HEIGHT);
        let answer = rows.call(&mut guest.store, rows_of_it)?;
        guest.take_pixels(answer, &dealloc)
    };
    assert_eq!(draw()?, expected);
    group.bench_function("wasmtime, two pixels at a time", |bencher| bencher.iter(&mut draw));
    group.finish();
    Ok(())
}

fn start(criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
    let path = format!("{}/../web/pkg/ops.wasm", env!("CARGO_MANIFEST_DIR"));
    let wasm = std::fs::read(path)?;
    let engine = Engine::default();
    let module = Module::new(&engine, &wasm)?;
    let machine_code = module.serialize()?;

    let mut group = criterion.benchmark_group("start of ops.wasm");
    group.sample_size(20);
    group.bench_function("compiled", |bencher| bencher.iter(|| Module::new(&engine, &wasm)));
    group.bench_function("loaded", |bencher| {
        // SAFETY: this engine has just made the bytes.
        bencher.iter(|| unsafe { Module::deserialize(&engine, &machine_code) });
    });
    group.bench_function("instantiated", |bencher| {
        bencher.iter(|| {
            let mut store = Store::new(&engine, ());
            Instance::new(&mut store, &module, &[])
        });
    });
    group.finish();
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut criterion = Criterion::default().configure_from_args();
    calls(&mut criterion)?;
    strings(&mut criterion)?;
    bytes(&mut criterion)?;
    pictures(&mut criterion)?;
    start(&mut criterion)?;
    criterion.final_summary();
    Ok(())
}
