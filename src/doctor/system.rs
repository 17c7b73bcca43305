//! The operating system's source of software.

use std::{env, fs};

use which::which;

/// The commands that install one tool, one for each system.
pub struct Get {
    pub apt: &'static str,
    pub brew: &'static str,
    pub winget: &'static str,
}

/// The system's package manager.
#[derive(Debug, PartialEq)]
pub enum System {
    Apt { sudo: bool },
    Brew,
    Winget,
    Other,
}

impl System {
    /// The system that this program runs on.
    pub fn here() -> Self {
        let os_release = fs::read_to_string("/etc/os-release").unwrap_or_default();
        // A container whose user is root often has no sudo.
        system(env::consts::OS, &os_release, which("sudo").is_ok())
    }

    /// The command that installs a tool.
    pub fn command(&self, get: &Get) -> String {
        match self {
            System::Apt { sudo: true } if get.apt.starts_with("apt-get ") => {
                format!("sudo {}", get.apt)
            }
            System::Apt { .. } => get.apt.to_owned(),
            System::Brew => get.brew.to_owned(),
            System::Winget => get.winget.to_owned(),
            // On other systems, the names of Debian's packages are at least a hint.
            System::Other => match get.apt.strip_prefix("apt-get install ") {
                Some(packages) => format!("your system's packages for {packages}"),
                None => get.apt.to_owned(),
            },
        }
    }
}

/// The system from `os`, a value of [`env::consts::OS`], and `os_release`, the text of
/// /etc/os-release.
fn system(os: &str, os_release: &str, sudo: bool) -> System {
    let debian_like = os_release.lines().any(|line| {
        let ids = line.strip_prefix("ID=").or_else(|| line.strip_prefix("ID_LIKE="));
        ids.is_some_and(|ids| {
            ids.trim_matches('"').split_whitespace().any(|id| matches!(id, "debian" | "ubuntu"))
        })
    });
    match os {
        "macos" => System::Brew,
        "windows" => System::Winget,
        _ if debian_like => System::Apt { sudo },
        _ => System::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debian_and_what_derives_from_it_have_apt() {
        let apt = System::Apt { sudo: false };
        for os_release in [
            "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\n",
            "ID_LIKE=debian\nID=ubuntu\n",
            "ID=pop\nID_LIKE=\"ubuntu debian\"\n",
        ] {
            assert_eq!(system("linux", os_release, false), apt, "{os_release}");
        }
    }

    #[test]
    fn other_systems_have_their_own() {
        let fedora = "ID=fedora\nHOME_URL=\"https://example.org/not-debian\"\n";
        assert_eq!(system("linux", fedora, true), System::Other);
        assert_eq!(system("linux", "", true), System::Other);
        assert_eq!(system("macos", "", true), System::Brew);
        assert_eq!(system("windows", "", false), System::Winget);
    }

    #[test]
    fn only_apt_needs_root() {
        let go = Get { apt: "apt-get install golang", brew: "brew install go", winget: "w" };
        assert_eq!(System::Apt { sudo: true }.command(&go), "sudo apt-get install golang");
        assert_eq!(System::Apt { sudo: false }.command(&go), "apt-get install golang");
        assert_eq!(System::Brew.command(&go), "brew install go");
        assert_eq!(System::Other.command(&go), "your system's packages for golang");

        let script = Get { apt: "tools/install-wasm32", brew: "b", winget: "w" };
        for system in [System::Apt { sudo: true }, System::Other] {
            assert_eq!(system.command(&script), "tools/install-wasm32");
        }
    }
}
