//! The cards that play: Life, the race, and the card that breaks things.

#[path = "../../../examples/wasm/browser/life/torus.rs"]
mod torus;

use std::{collections::BTreeSet, process::Command, sync::Arc};

use libtest_mimic::{Failed, Trial};
use serde_json::{Value, json};
use wasm_demo::View;

use crate::{
    browser::cards::facts::{open, outcome, run},
    support::{
        browser::Page,
        requirement, root,
        stage::{Stage, clean, file_server, fits, trial},
    },
};
use torus::{SIZE, Torus};

/// The breakage that each button of the card causes.
const MISHAPS: [&str; 8] =
    ["panic", "bounds", "early", "type", "stale", "detached", "limit", "loop"];

pub fn trials(stage: &Result<Arc<Stage>, String>) -> Vec<Trial> {
    vec![
        Trial::test("Life: a glider comes round", glider_comes_round),
        Trial::test("Life: as counted cell by cell", as_counted),
        trial("Life: thirty steps of a glider gun", stage, glider_gun),
        trial("Life: runs while it can be seen", stage, runs_while_seen),
        trial("Life: starts stopped where less motion is asked for", stage, less_motion),
        trial("race: five times the picture that Rust draws natively", stage, race),
        trial("break it: what the browser says, and the page continues", stage, break_it),
        trial("the cards that play fit, and work as plain files", stage, plain_files),
        Trial::ignorable_test("ops.js: Node gets what Rust gets natively", || {
            let node = which::which("node").map_err(|_| "no node: install Node.js".to_owned());
            requirement(node, |_| ops_in_node())
        }),
    ]
}

/// Moves a glider across the corner where all four edges meet, until it is back at its start.
fn glider_comes_round() -> Result<(), Failed> {
    let start = SIZE - 4;
    let mut torus = Torus::new();
    for (x, y) in glider(start) {
        torus.set(x, y);
    }
    // In four generations a glider moves one cell to the right and one down.
    for moves in 0..=SIZE {
        let crossing = moves < 10;
        if (crossing || moves == SIZE) && living(&torus) != glider(start + moves) {
            return Err(format!("after {moves} moves the glider is not where it should be").into());
        }
        for _ in 0..4 {
            torus.step();
        }
    }
    Ok(())
}

/// The live cells of a glider.
fn glider(at: usize) -> BTreeSet<(usize, usize)> {
    let cells = [(1, 0), (2, 1), (0, 2), (1, 2), (2, 2)];
    cells.map(|(x, y)| ((at + x) % SIZE, (at + y) % SIZE)).into()
}

fn living(torus: &Torus) -> BTreeSet<(usize, usize)> {
    let living = torus.cells().enumerate().filter(|&(_, lives)| lives);
    living.map(|(i, _)| (i % SIZE, i / SIZE)).collect()
}

fn as_counted() -> Result<(), Failed> {
    let mut torus = Torus::new();
    // Any third of the cells: a linear congruence, of which the upper bits are used.
    let mut state = 1u64;
    for i in 0..SIZE * SIZE {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        if (state >> 33).is_multiple_of(3) {
            torus.set(i % SIZE, i / SIZE);
        }
    }
    for generation in 1..=3 {
        let before: Vec<bool> = torus.cells().collect();
        let lives = |x: usize, y: usize| before[y % SIZE * SIZE + x % SIZE];
        torus.step();
        for (i, after) in torus.cells().enumerate() {
            let (x, y) = (i % SIZE + SIZE, i / SIZE + SIZE);
            let block = [y - 1, y, y + 1].map(|y| [x - 1, x, x + 1].map(|x| lives(x, y)));
            // The block includes the cell itself.
            let expected = match block.iter().flatten().filter(|&&lives| lives).count() {
                3 => true,
                4 => lives(x, y),
                _ => false,
            };
            if after != expected {
                let (x, y) = (x - SIZE, y - SIZE);
                return Err(format!("cell {x}, {y} is wrong in generation {generation}").into());
            }
        }
        let population = before.iter().filter(|&&lives| lives).count();
        if population == 0 || torus.population() as usize != torus.cells().filter(|&c| c).count() {
            return Err(format!("the population of generation {generation} is wrong").into());
        }
    }
    Ok(())
}

async fn glider_gun(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    page.click("#card-life [value=gun]").await?;
    page.wait_for("#life-result", &["Generation 0: 36 cells live."]).await?;
    let step = "const card = document.querySelector('#card-life');
        card.querySelector('[value=step]').click();
        while (card.dataset.state === 'loading') await new Promise(done => setTimeout(done));";
    for _ in 0..30 {
        page.script(step).await?;
    }
    // After its period of 30 the gun is back in its first state, and has sent one glider of 5
    // cells.
    page.wait_for("#life-result", &["Generation 30: 41 cells live."]).await?;
    let shown = page
        .script(
            "const canvas = document.getElementById('life-canvas');
             const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
             const bright = Array.from(data.filter((_, i) => i % 4 === 2), blue => blue > 128);
             const at = (x, y) => bright[y * canvas.width + x];
             // The top of the gun, and the cell left of it.
             return [bright.filter(Boolean).length, at(128 + 24, 128), at(128 + 23, 128)];",
        )
        .await?;
    if shown != json!([41, true, false]) {
        return Err(format!("the canvas shows {shown}"));
    }
    clean(page, url).await
}

async fn runs_while_seen(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    page.click("#life-toggle").await?;
    page.wait_for("#life-result", &["Running."]).await?;
    page.script("document.getElementById('life-canvas').scrollIntoView({ block: 'center' })")
        .await?;
    page.wait_for("#life-clock", &["A frame every", "ms", "%"]).await?;
    wait_until(page, "moves", true).await?;
    page.script("scrollTo(0, 0)").await?;
    wait_until(page, "rests", false).await?;
    page.script("document.getElementById('life-canvas').scrollIntoView({ block: 'center' })")
        .await?;
    wait_until(page, "moves again", true).await?;
    page.click("#life-toggle").await?;
    page.wait_for("#life-result", &["Generation", "cells live."]).await?;
    wait_until(page, "has stopped", false).await?;
    clean(page, url).await
}

/// Waits until the picture changes between two looks, or until it stays the same.
async fn wait_until(page: &Page, what: &str, changes: bool) -> Result<(), String> {
    for _ in 0..100 {
        let changed = page
            .script(
                "const picture = () => document.getElementById('life-canvas').toDataURL();
                 const before = picture();
                 await new Promise(done => setTimeout(done, 200));
                 return picture() !== before;",
            )
            .await?;
        if changed == changes {
            return Ok(());
        }
    }
    Err(format!("Life never {what}"))
}

async fn less_motion(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    page.script(
        "const asked = matchMedia;
         window.matchMedia = query => query.includes('reduced-motion') ? { matches: true } : asked(query)",
    )
    .await?;
    page.click("#life-toggle").await?;
    page.wait_for("#life-result", &["Generation 0:"]).await?;
    wait_until(page, "has rested", false).await?;
    page.click("#life-toggle").await?;
    page.wait_for("#life-result", &["Running."]).await?;
    clean(page, url).await
}

async fn race(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    let facts = run(page, "race").await?;
    let view = View { center_re: -0.7, center_im: 0.0, width: 3.2 };
    let checksum = picture_checksum(512, 384, view, 500)?;
    facts.is(
        "Five times the same picture",
        &format!("identical: 196,608 pixels, CRC-32C {checksum:08x}"),
    )?;
    for lane in ["js", "rust", "simd", "c", "workers"] {
        page.wait_for(&format!("#race-{lane}"), &["ms", "× JavaScript"]).await?;
    }
    clean(page, url).await
}

fn picture_checksum(width: u32, height: u32, view: View, iterations: u32) -> Result<u32, String> {
    let pixels = wasm_demo::mandelbrot(width, height, view, iterations);
    let pixels = pixels.map_err(|error| error.to_string())?;
    Ok(wasm_demo::checksum(&pixels.iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<_>>()))
}

async fn break_it(page: &Page, url: &str) -> Result<(), String> {
    open(page, url).await?;
    for (mishap, lines) in [
        (
            "panic",
            [
                ("element(7) of three", "RuntimeError: unreachable"),
                (
                    "The same, after reportPanics(…)",
                    "index out of bounds: the len is 3 but the index is 7",
                ),
            ],
        ),
        (
            "bounds",
            [
                ("byteAt(memory.buffer.byteLength)", "RuntimeError: memory access out of bounds"),
                ("byteAt(0), a null pointer", "no error"),
            ],
        ),
        (
            "early",
            [
                (
                    "init({ module_or_path }); element(1)",
                    "TypeError: Cannot read properties of undefined",
                ),
                ("await init({ module_or_path }); element(1)", "20"),
            ],
        ),
        (
            "type",
            [
                ("instantiateStreaming(…) of text/plain", "Incorrect response MIME type"),
                ("instantiate(bytes); add(2, 3)", "5"),
            ],
        ),
        (
            "stale",
            [
                ("init of a newer module", "LinkError: "),
                ("init of a newer module", "function import requires a callable"),
            ],
        ),
        (
            "detached",
            [
                ("view.length, after Rust has allocated", "0; view[0] is undefined"),
                ("view.set([1])", "TypeError: "),
            ],
        ),
        (
            "limit",
            [
                ("memory.grow(16), of 1 page with maximum: 16", "RangeError: "),
                ("keep(1 GiB), again and again", "Error: memory allocation failed"),
            ],
        ),
        (
            "loop",
            [
                ("spin() in a worker", "nothing: 0 answers"),
                ("The page’s clock, meanwhile", " ticks"),
            ],
        ),
    ] {
        page.click(&format!("#card-break-it [value={mishap}]")).await?;
        let facts = outcome(page, "break-it").await?;
        for (what, part) in lines {
            facts.contains(what, part)?;
        }
        facts.contains("It means", " ")?;
        facts.contains("To do", " ")?;
        facts.is("The page, afterwards", "continues: in a new instance, element(1) is 20")?;
        if mishap == "loop" && facts.0["The page’s clock, meanwhile"].starts_with("0 ") {
            return Err("the page stopped with the worker".into());
        }
    }
    // Even a panic that is reported does not reach the console.
    clean(page, url).await
}

async fn plain_files(page: &Page, _: &str) -> Result<(), String> {
    let url = file_server(&root().join("web")).await?;
    open(page, &url).await?;
    page.click("#card-life [value=step]").await?;
    page.wait_for("#life-result", &["Generation 1:"]).await?;
    run(page, "race").await?;
    for mishap in MISHAPS {
        page.click(&format!("#card-break-it [value={mishap}]")).await?;
        outcome(page, "break-it").await?;
    }
    for width in [360, 768, 1440] {
        fits(page, width).await?;
    }
    clean(page, &url).await
}

fn ops_in_node() -> Result<(), Failed> {
    let script = "
        import { readFile } from 'node:fs/promises';
        import { loadOps } from './web/shared/ops.js';
        const ops = await loadOps(await readFile('web/pkg/ops.wasm'));
        const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => 31 * i);
        const view = { re: -0.75, im: 0.1, width: 2.5, iterations: 99 };
        const picture = ops.mandelbrot(63, 41, view);
        let refused;
        try { ops.mandelbrot(0, 41, view) } catch (error) { refused = error.name }
        console.log(JSON.stringify([
          ops.add(2 ** 31 - 1, 1), ops.greet('héllo 🦀'), ops.greet(''), ops.checksum(bytes),
          ops.checksum(new Uint8Array(picture.buffer)), refused,
        ]));";
    let output = Command::new("node")
        .args(["--input-type=module", "--eval", script])
        .current_dir(root())
        .output()?;
    let found: Value = serde_json::from_slice(&output.stdout)
        .map_err(|_| String::from_utf8_lossy(&output.stderr).into_owned())?;
    let bytes: Vec<u8> = (0..70_000u32).map(|i| (31 * i) as u8).collect();
    let view = View { center_re: -0.75, center_im: 0.1, width: 2.5 };
    let expected = json!([
        wasm_demo::add(i32::MAX, 1),
        wasm_demo::greet("héllo 🦀"),
        wasm_demo::greet(""),
        wasm_demo::checksum(&bytes),
        picture_checksum(63, 41, view, 99)?,
        "RangeError",
    ]);
    if found == expected {
        Ok(())
    } else {
        Err(format!("Node says {found}, native Rust {expected}").into())
    }
}
