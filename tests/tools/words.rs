//! Some habits of wording make a sentence hard to read. No text of this repository has them.

use crate::support::{read, relative, root};
use libtest_mimic::Trial;

const SUMMARY: &str = "What … as a summary";
const DENIAL: &str = "is no X";
/// The habit, the words to write instead, and an example; without one, the habit is the wording itself.
const HABITS: [(&str, &str, &str); 8] = [
    (SUMMARY, "what the thing is", "/// What it does."),
    (DENIAL, "'is not a X'", "# This is\n# no test."),
    ("goes on", "'continues'", ""),
    ("belongs into", "'belongs in'", ""),
    ("from where on", "'from this point'", ""),
    ("for ever", "'forever'", ""),
    ("all the same", "'still'", ""),
    ("of who knows what", "'unrelated'", ""),
];
const HARMLESS: &str = "/// Why you would: it\n/// is no longer slow.\n// There\n// is no other.\n";
const MARKERS: [&str; 9] = ["///", "//!", "//", "/**", "/*", "*", "#", "\"\"\"", "<!--"];
const OPENINGS: &str = "What Who Whose Whom Which How Why Whether Where By_which For_which \
     From_which In_which Of_which On_which To_which With_which After_how Of_how As_for";
const COMPARED: &str = "longer more less fewer wider later larger shorter better worse slower";
const EXTENSIONS: &str = "rs md js mjs html py go java cc cpp h c proto sh";
const FOLDERS: &str =
    "benches bundle c_src compare crates docs examples exercises fuzz proto src tests tools web";
const BUILT: [&str; 5] = ["web/pkg", "target", "node_modules", "dist", ".venv"];

pub fn trials() -> Result<Vec<Trial>, String> {
    let files = files().map_err(|error| format!("cannot list the files: {error}"))?;
    let mut trials = vec![Trial::test("each of these wordings is found", || {
        let hits = |text: &str, habit| search("it.rs", &format!("{HARMLESS}{text}"), habit).len();
        // Also across the end of a line, in capitals, and before a full stop.
        let wording =
            |habit: &str| format!("// It {}.", habit.to_uppercase().replace(' ', "\n// "));
        let missed = HABITS.into_iter().find(|&(habit, _, example)| match example {
            "" => hits(&wording(habit), habit) != 1,
            example => hits(example, habit) != 1,
        });
        missed.map_or(Ok(()), |missed| Err(format!("not one hit: {missed:?}").into()))
    })];
    for (habit, instead, _) in HABITS {
        let files = files.clone();
        trials.push(Trial::test(habit, move || {
            let mut hits = vec![format!("write {instead}:")];
            for file in &files {
                hits.extend(search(file, &read(file)?, habit));
            }
            if hits.len() == 1 { Ok(()) } else { Err(hits.join("\n").into()) }
        }));
    }
    Ok(trials)
}

/// The tracked files; without git's data, as in an archive, those of the folders that have text.
fn files() -> std::io::Result<Vec<String>> {
    let git = std::process::Command::new("git").arg("ls-files").current_dir(root()).output();
    let git = git.ok().filter(|git| git.status.success() && root().join(".git").exists());
    let tracked = git.map(|git| String::from_utf8_lossy(&git.stdout).into_owned());
    let listed = tracked.as_deref().unwrap_or("README.md\nCONTRIBUTING.md");
    let mut files: Vec<String> = listed.lines().map(str::to_owned).collect();
    let mut folders: Vec<_> = FOLDERS.split(' ').map(|folder| root().join(folder)).collect();
    while let Some(folder) = folders.pop().filter(|_| tracked.is_none()) {
        for entry in folder.read_dir()? {
            let path = entry?.path();
            if !path.is_dir() {
                files.push(relative(&path));
            } else if !BUILT.iter().any(|built| path.ends_with(built)) {
                folders.push(path);
            }
        }
    }
    let is_text = |file: &str| file.rsplit_once('.').is_some_and(|(_, it)| has(EXTENSIONS, it));
    let skipped = |file: &str| file.starts_with("web/pkg/") || file == "tests/tools/words.rs";
    files.retain(|file| is_text(file) && !skipped(file) && root().join(file).is_file());
    Ok(files)
}

fn search(file: &str, text: &str, habit: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let words = |at: usize| lines[at].split_whitespace().map(move |word| (at, word));
    let words = (0..lines.len()).flat_map(words).filter(|(_, word)| !MARKERS.contains(word));
    let edge = |it: char| !it.is_alphanumeric() && it != '*'; // "*no entry*" is a quotation.
    let words = words.map(|(at, word)| (at, word.trim_matches(edge).to_lowercase()));
    let mut words: Vec<_> = words.collect();
    words.extend(vec![(0, String::new()); 3]); // So that the last word begins four, too.
    let is_habit = |four: &[(usize, String)]| match [0, 1, 2, 3].map(|at| four[at].1.as_str()) {
        [before, "is" | "are" | "was" | "were", "no", noun] if habit == DENIAL => {
            !before.ends_with("there") && !has(COMPARED, noun)
        }
        four => (2..=4).any(|length| four[..length].join(" ") == habit),
    };
    let hits = words.windows(4).filter(|four| is_habit(four)).map(|four| four[0].0);
    let summary = habit == SUMMARY && !file.ends_with(".md");
    let above = |at: usize| at.checked_sub(1).map_or("", |at| lines[at]);
    let openings = (0..lines.len()).filter(|&at| summary && is_relative(above(at), lines[at]));
    hits.chain(openings).map(|at| format!("{file}:{}: {}", at + 1, lines[at])).collect()
}

/// True for a comment's first line that begins with a relative or question word, and asks nothing.
fn is_relative(above: &str, line: &str) -> bool {
    let marker = |line: &str| MARKERS.into_iter().find(|marker| line.starts_with(marker));
    let Some(own) = marker(line) else { return false };
    let same = has("/// //! // #", own) && marker(above) == Some(own);
    let continues = same || own == "*" && !["/**", "/*"].contains(&above);
    let text = line[own.len()..].trim_start();
    let opens = |it: &str| text.starts_with(&(it.replace('_', " ") + " "));
    // 'Where several match, …' is a clause, and 'Why you would: …' begins the examples.
    let allowed = own == "//" && opens("Where") || opens("Why you would:") || text.contains('?');
    !continues && !allowed && OPENINGS.split_whitespace().any(opens)
}

fn has(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|it| it == word)
}
