//! The pictures in docs/images: each is described for those who cannot see it, readable on a dark
//! page, and shown on some page.

use roxmltree::Document;

use crate::support::{read, relative, root};

/// Checks every SVG file. `pages` are the texts that may show them.
pub fn check(pages: &[String]) -> Result<(), String> {
    let pages: Vec<_> = pages.iter().map(|page| read(page)).collect::<Result<_, _>>()?;
    let mut errors = Vec::new();
    let folder = root().join("docs/images").read_dir().map_err(|error| error.to_string())?;
    for file in folder.flatten().map(|entry| relative(&entry.path())) {
        let Some(name) = file.strip_prefix("docs/").filter(|name| name.ends_with(".svg")) else {
            continue;
        };
        let text = read(&file)?;
        let picture = Document::parse(&text).map_err(|error| format!("{file}: {error}"))?;
        for tag in ["title", "desc"] {
            let mut children = picture.root_element().children();
            let text =
                children.find(|child| child.has_tag_name(tag)).and_then(|child| child.text());
            if text.is_none_or(|text| text.trim().is_empty()) {
                errors.push(format!("{file} has no <{tag}>"));
            }
        }
        if !text.replace(' ', "").contains("@media(prefers-color-scheme:dark)") {
            errors.push(format!("{file} has no colours for a dark page"));
        }
        let shown = format!("]({name})");
        let alt = |page: &String| {
            let (before, _) = page.split_once(&shown)?;
            Some(before.len() - before.rfind("![")? > 40)
        };
        if !pages.iter().filter_map(alt).any(|described| described) {
            errors
                .push(format!("no page shows {file} with a description: ![what it shows]({name})"));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors.join("\n")) }
}
