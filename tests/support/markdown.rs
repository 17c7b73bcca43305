//! Code blocks, links and headings of a Markdown text, each with its line.

use std::collections::HashMap;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// The parts of a Markdown text that the tests check.
#[derive(Default)]
pub struct Document {
    /// ` ``` ` blocks.
    pub code_blocks: Vec<CodeBlock>,
    /// Code between backticks, and its line.
    pub inline_code: Vec<(usize, String)>,
    /// The targets of links and images, and their lines.
    pub links: Vec<(usize, String)>,
    /// The anchors of the headings, formed as GitHub does it.
    pub anchors: Vec<String>,
}

#[derive(Clone)]
pub struct CodeBlock {
    /// The first word after the opening fence; empty when there is none.
    pub language: String,
    /// The text between the fences.
    pub text: String,
    /// The line of the opening fence, counted from 1.
    pub line: usize,
    /// The HTML comment just before: the text between `<!--` and `-->`.
    pub comment: Option<String>,
    /// The source, comment and fences included.
    pub source: String,
    /// The source of the comment, up to the opening fence.
    pub before: String,
}

impl Document {
    /// Parses GitHub's Markdown, as far as this project uses it.
    pub fn parse(text: &str) -> Self {
        let mut document = Self::default();
        let mut headings = HashMap::<String, usize>::new();
        let mut heading: Option<String> = None;
        let mut code: Option<CodeBlock> = None;
        // The start and end of the last block of HTML.
        let mut html = 0..0;

        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
        for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
            let line = 1 + text[..range.start].matches('\n').count();
            match event {
                Event::Start(Tag::HtmlBlock) => html = range,
                Event::Start(Tag::CodeBlock(kind)) => {
                    let info = match &kind {
                        CodeBlockKind::Fenced(info) => info.as_ref(),
                        CodeBlockKind::Indented => "",
                    };
                    let near = text[html.end..range.start].trim().is_empty();
                    let before =
                        if near { html.start..range.start } else { range.start..range.start };
                    let comment = text[before.clone()].trim().strip_prefix("<!--");
                    code = Some(CodeBlock {
                        language: info.split([' ', ',']).next().unwrap_or_default().to_owned(),
                        text: String::new(),
                        line,
                        comment: comment
                            .and_then(|comment| comment.strip_suffix("-->"))
                            .map(|comment| comment.trim().to_owned()),
                        source: text[before.start..range.end].to_owned(),
                        before: text[before].to_owned(),
                    });
                }
                Event::End(TagEnd::CodeBlock) => document.code_blocks.extend(code.take()),
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => {
                    let slug = slug(&heading.take().unwrap_or_default());
                    let seen = headings.entry(slug.clone()).or_default();
                    document.anchors.push(match *seen {
                        0 => slug,
                        n => format!("{slug}-{n}"),
                    });
                    *seen += 1;
                }
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    document.links.push((line, dest_url.into_string()));
                }
                Event::Text(piece) => {
                    if let Some(code) = &mut code {
                        code.text += &piece;
                    } else if let Some(heading) = &mut heading {
                        *heading += &piece;
                    }
                }
                Event::Code(piece) => {
                    if let Some(heading) = &mut heading {
                        *heading += &piece;
                    }
                    document.inline_code.push((line, piece.into_string()));
                }
                _ => {}
            }
        }
        document
    }
}

/// The anchor that GitHub gives a heading.
pub fn slug(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}
