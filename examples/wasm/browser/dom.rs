//! The DOM and a canvas, used by Rust through web-sys.
//!
//! Each call crosses to JavaScript and back, which costs more than the arithmetic between the
//! calls: let Rust compute, and change the page only when there is a result to show.

use wasm_bindgen::prelude::*;
use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement};

/// Replaces the items of `list` by one for each value.
#[wasm_bindgen(js_name = fillList)]
pub fn fill_list(list: &Element, values: &[f64]) -> Result<(), JsValue> {
    let document = list.owner_document().ok_or_else(|| JsError::new("the list is in no page"))?;
    list.replace_children_with_node_0();
    for value in values {
        let item = document.create_element("li")?;
        // Text, not HTML: any markup in it is shown, and not interpreted.
        item.set_text_content(Some(&format!("{value:.1} °C")));
        list.append_child(&item)?;
    }
    Ok(())
}

/// Draws one bar for each value, from 0 at the bottom to the highest at the top.
#[wasm_bindgen(js_name = drawBars)]
pub fn draw_bars(canvas: &HtmlCanvasElement, values: &[f64], colour: &str) -> Result<(), JsValue> {
    let context = canvas.get_context("2d")?.ok_or_else(|| JsError::new("no 2d context"))?;
    // The type depends on the name "2d", which web-sys cannot see, so it is checked when this runs.
    let context: CanvasRenderingContext2d = context.dyn_into()?;
    let (width, height) = (f64::from(canvas.width()), f64::from(canvas.height()));
    let highest = values.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let step = width / values.len() as f64;

    context.clear_rect(0.0, 0.0, width, height);
    context.set_fill_style_str(colour);
    for (place, value) in (0..).map(f64::from).zip(values) {
        let bar = height * value / highest;
        context.fill_rect(place * step, height - bar, step * 0.8, bar);
    }
    Ok(())
}
