//! Standard output and standard error: colours where they are wanted, and no complaint when the reader goes away.

use std::io::{ErrorKind, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::AnsiColor;

use crate::report::excerpt::wrap;
use crate::report::terminal::{Lines, Screen};
use crate::report::wording::harmless;

/// When to use colours.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

/// Where a run writes.
#[derive(Debug)]
pub(super) struct Output {
    color: Color,
    lost: bool,
    unheard: bool,
}

/// The widest a page gets, however wide the terminal is.
const WIDEST: usize = 110;

/// The width of a page where there is no terminal, and of one that does not say.
const USUAL: usize = 80;

impl Output {
    pub(super) fn new(color: Color) -> Output {
        Output {
            color,
            lost: false,
            unheard: false,
        }
    }

    /// Writes results for people: without colours where they are not wanted.
    pub(super) fn result(&mut self, text: &str) {
        let mut stream = AutoStream::new(std::io::stdout().lock(), self.choice());
        let written = stream
            .write_all(text.as_bytes())
            .and_then(|()| stream.flush());
        drop(stream);
        self.written(written);
    }

    /// Writes results for programs, and files: what looks like a colour is part of them.
    pub(super) fn data(&mut self, text: &str) {
        let mut stream = std::io::stdout().lock();
        let written = stream
            .write_all(text.as_bytes())
            .and_then(|()| stream.flush());
        drop(stream);
        self.written(written);
    }

    fn written(&mut self, written: std::io::Result<()>) {
        match written {
            Ok(()) => {}
            // Whoever closes the pipe early has read enough.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => self.unheard = true,
            Err(error) => {
                self.lost = true;
                self.error(&format!("cannot write the results: {error}"), None);
            }
        }
    }

    /// Says whether results could not be written.
    pub(super) fn is_lost(&self) -> bool {
        self.lost
    }

    /// Says whether whoever read the results has gone away.
    pub(super) fn is_unheard(&self) -> bool {
        self.unheard
    }

    /// Clears the screen where there is one; nothing is written into a pipe or a file.
    pub(super) fn clear() {
        let mut stream = std::io::stdout().lock();
        if stream.is_terminal() {
            // A terminal that has gone away is noticed with the results.
            let _ = stream.write_all(b"\x1b[2J\x1b[H");
            let _ = stream.flush();
        }
    }

    /// Writes what is wrong in the files.
    pub(super) fn problem(&mut self, text: &str) {
        let mut stream = AutoStream::new(std::io::stderr().lock(), self.choice());
        let _ = stream.write_all(text.as_bytes());
        let _ = stream.flush();
    }

    /// Writes what goes on.
    pub(super) fn note(&mut self, message: &str) {
        let style = anstyle::Style::new().dimmed();
        self.problem(&format!("{style}{}{style:#}\n", harmless(message)));
    }

    /// Writes what is worth knowing and makes no difference to the status.
    pub(super) fn warning(&mut self, message: &str) {
        let style = AnsiColor::Yellow.on_default().bold();
        self.problem(&format!("{style}warning{style:#}: {}\n", harmless(message)));
    }

    /// Writes why a command cannot be followed.
    pub(super) fn error(&mut self, message: &str, help: Option<&str>) {
        let style = AnsiColor::Red.on_default().bold();
        let width = self.error_screen().width;
        let mut text = format!("{style}error{style:#}: {}\n", harmless(message));
        let lines = help.map_or_else(Vec::new, |help| wrap(help, width.saturating_sub(8)));
        for (number, line) in lines.iter().enumerate() {
            text.push_str(if number == 0 { "  help: " } else { "        " });
            text.push_str(&harmless(line));
            text.push('\n');
        }
        self.problem(&text);
    }

    /// Gives what can be drawn on standard output.
    pub(super) fn screen(&self) -> Screen {
        let terminal = std::io::stdout().is_terminal();
        let size = terminal_size::terminal_size_of(std::io::stdout());
        self.screen_of(terminal, size)
    }

    /// Gives what can be drawn on standard error.
    pub(super) fn error_screen(&self) -> Screen {
        let terminal = std::io::stderr().is_terminal();
        let size = terminal_size::terminal_size_of(std::io::stderr());
        self.screen_of(terminal, size)
    }

    fn screen_of(
        &self,
        terminal: bool,
        size: Option<(terminal_size::Width, terminal_size::Height)>,
    ) -> Screen {
        let width = match size {
            Some((terminal_size::Width(columns), _)) if terminal && columns > 0 => {
                usize::from(columns).clamp(40, WIDEST)
            }
            Some(_) | None => USUAL,
        };
        let lines = if terminal || self.color == Color::Always {
            Lines::Box
        } else {
            Lines::Ascii
        };
        Screen { width, lines }
    }

    fn choice(&self) -> ColorChoice {
        match self.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::AlwaysAnsi,
            Color::Never => ColorChoice::Never,
        }
    }
}
